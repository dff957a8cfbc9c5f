import type { DeniedOrder } from "../../core/inbox.js";
import { MINUTE } from "../../core/market/bar-size.js";
import { formatDenial } from "../../core/orders/denial.js";
import type { Journal } from "../journal/journal.js";
import type { TripView } from "../session-view.js";

/** The journal keeps one trip of a guard and an instrument in so long: a strategy may run into a guard at every quote. */
const KEPT_EVERY = MINUTE;

/** The trips of guards as a session shows them, and as its journal keeps them. */
export class TripLog {
  private readonly journal: Journal;
  private readonly tell: (last: TripView["last"], code: string) => void;
  private readonly latest = new Map<string, TripView["last"]>();
  private readonly keptAt = new Map<string, number>();

  /** @param tell hears of what is kept */
  constructor(journal: Journal, tell: (last: TripView["last"], code: string) => void) {
    this.journal = journal;
    this.tell = tell;
  }

  add({ denial, time }: DeniedOrder, symbol: string): void {
    const { code } = denial;
    const last = { at: time, symbol, reason: formatDenial(denial) };
    this.latest.set(code, last);
    const key = `${code} ${symbol}`;
    if (time - (this.keptAt.get(key) ?? Number.NEGATIVE_INFINITY) < KEPT_EVERY) return;
    this.keptAt.set(key, time);
    this.journal.putTrip({ at: time, symbol, denial });
    this.tell(last, code);
  }

  /** The latest of a code; undefined where the order was refused otherwise than by a guard. */
  latestOf(code: string): TripView["last"] | undefined {
    return this.latest.get(code);
  }
}
