import type { BarSize, Instant } from "../../../core/market/bar-size.js";
import type { Instrument } from "../../../core/market/instrument.js";
import { IB_BAR_SIZES, ibBarSizeOf, SMALL_BAR_MS, SMALL_BARS_KEPT } from "../../ib/bar-sizes.js";
import { CHUNK_LIMITS } from "../../ib/chunk-limits.js";
import { type Duration, isAllowed } from "../../ib/durations.js";
import { HISTORY_MANNERS, OWN_PACING } from "../../ib/pacing.js";
import type { TwsConnection } from "../connection/tws-connection.js";
import type { ContractDetails } from "../contracts/contract-details.js";
import type { FindZone } from "../contracts/contract-hours.js";
import type { ContractChoice } from "../contracts/contract-query.js";
import type { Contracts } from "../contracts/contracts.js";
import { TwsError } from "../errors.js";
import { historyFailure } from "./history-failure.js";
import { barsQuestion, headQuestion, scheduleQuestion } from "./history-questions.js";
import { mostBarsOf } from "./history-words.js";
import type {
  BarsRequest,
  HistoryFailure,
  HistorySubject,
  ScheduleRequest,
  SourceBars,
  SourceHead,
  SourceSchedule,
} from "./source-shape.js";

export interface TwsHistoryOptions {
  readonly connection: TwsConnection;
  readonly contracts: Contracts;
  readonly findZone: FindZone;
  /** What the user has chosen for instruments that may be several contracts. */
  readonly choiceOf?: (instrument: Instrument) => ContractChoice | undefined;
}

/**
 * History from TWS, one request at a time; whoever asks paces it by `limits`. Every answer and every refusal is told as
 * what it means; nothing that came is left out, put in order or made up.
 */
export class TwsHistory {
  readonly name = "IB";
  /** IB takes splits out of the prices of trades, and dividends only out of "adjusted-last". */
  readonly adjustment = "splits";
  readonly limits = {
    sizes: IB_BAR_SIZES.map(({ size }): BarSize => size),
    chunks: CHUNK_LIMITS,
    isAllowed: (size: BarSize, duration: Duration): boolean => isAllowed(size, duration),
    pacing: OWN_PACING,
    smallBars: { ms: SMALL_BAR_MS, kept: SMALL_BARS_KEPT },
    ...HISTORY_MANNERS,
  } as const;
  private readonly options: TwsHistoryOptions;
  /** Looked up once in its life: a request that waits for its contract would leave later than it was paced for. */
  private readonly contracts = new Map<string, Promise<ContractDetails>>();

  constructor(options: TwsHistoryOptions) {
    this.options = options;
  }

  /** The time of TWS, as far as it has told it. */
  now(): Instant {
    return this.options.connection.clock.now;
  }

  bars(request: BarsRequest, signal: AbortSignal): Promise<SourceBars | HistoryFailure> {
    return this.answered(async () => {
      const named = ibBarSizeOf(request.size);
      if (named === undefined) return { kind: "refused", text: `IB has no bars of ${request.size.label}` };
      const link = await this.options.connection.linkNow("bars");
      // A longer answer would end the connection, for the client library reads none of 16 MB.
      if (mostBarsOf(request) > link.mostBars) return { kind: "range", text: "too many bars for one answer" };
      const contract = await this.contractOf(request.instrument);
      return link.ask(barsQuestion({ ...request, sizeName: named.name }, contract, signal));
    });
  }

  head(subject: HistorySubject, signal: AbortSignal): Promise<SourceHead | HistoryFailure> {
    return this.answered(async () => {
      const contract = await this.contractOf(subject.instrument);
      return this.options.connection.ask(headQuestion(subject, contract, signal));
    });
  }

  schedule(request: ScheduleRequest, signal: AbortSignal): Promise<SourceSchedule | HistoryFailure> {
    return this.answered(async () => {
      const contract = await this.contractOf(request.instrument);
      return this.options.connection.ask(scheduleQuestion(request, contract, this.options.findZone, signal));
    });
  }

  private contractOf(instrument: Instrument): Promise<ContractDetails> {
    const { symbol } = instrument;
    const known = this.contracts.get(symbol);
    if (known !== undefined) return known;
    const asked = this.options.contracts.one(instrument, this.options.choiceOf?.(instrument));
    this.contracts.set(symbol, asked);
    // What could not be answered is asked again.
    asked.catch(() => this.contracts.delete(symbol));
    return asked;
  }

  private async answered<T>(ask: () => Promise<T | HistoryFailure>): Promise<T | HistoryFailure> {
    try {
      // TWS answers nothing then, and says so: a wait for an answer would end as if it were too much.
      if (this.options.connection.state === "upstream lost") throw new TwsError("UPSTREAM_LOST");
      return await ask();
    } catch (error) {
      const failure = historyFailure(error);
      if (failure === undefined) throw error;
      return failure;
    }
  }
}
