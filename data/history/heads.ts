import { DAY } from "../../core/market/bar-size.js";
import type { BarStore } from "../store/bar-store.js";
import { HeadTable } from "../store/head-table.js";
import type { Asker } from "./asker.js";
import type { Clock } from "./clock.js";
import type { HistoryFailure, HistorySubject, SourceHead } from "./history-source.js";
import { type PacedRequest, pacedHead } from "./paced-request.js";

/** How long a beginning that was told is believed: it moves when an instrument changes its exchange. */
const KEPT = 7 * DAY;

/**
 * Where the history of instruments begins: asked for once, whatever sizes of bars are wanted, and kept in the store, for
 * a source counts these requests among those for small bars.
 */
export class Heads {
  private readonly asker: Asker;
  private readonly clock: Clock;
  private readonly table: HeadTable;
  /** The requests that were made for them. */
  readonly requests: PacedRequest[] = [];
  private readonly asked = new Map<string, Promise<SourceHead | HistoryFailure>>();

  constructor(asker: Asker, clock: Clock, store: BarStore) {
    this.asker = asker;
    this.clock = clock;
    this.table = new HeadTable(store.file);
  }

  /** @throws SourceStopped, and the signal's reason */
  of({ instrument, what, hours }: HistorySubject, signal: AbortSignal): Promise<SourceHead | HistoryFailure> {
    const subject = { instrument, what, hours };
    const request = pacedHead(subject);
    let answer = this.asked.get(request.identity);
    if (answer === undefined) {
      answer = this.fetch(subject, signal);
      this.asked.set(request.identity, answer);
    }
    return answer;
  }

  private async fetch(subject: HistorySubject, signal: AbortSignal): Promise<SourceHead | HistoryFailure> {
    const { instrument, what, hours } = subject;
    const { source } = this.asker;
    const known = this.table.find(instrument.symbol, what, hours);
    if (known !== undefined && this.clock.now() - known.fetched < KEPT) return { kind: "head", instant: known.instant };
    const request = pacedHead(subject);
    this.requests.push(request);
    const answer = await this.asker.ask(request, (cancel) => source.head(subject, cancel), signal);
    if (answer.kind === "head") {
      const told = { instant: answer.instant, fetched: this.clock.now() };
      this.table.put(instrument.symbol, what, hours, told, source.name);
    }
    return answer;
  }
}
