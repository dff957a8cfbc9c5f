import { LIMITS } from "../../ib/pacing.js";
import { refuse } from "../session/refusal.js";

/**
 * The lines of market data: how many contracts all clients together stream at once, quotes and real-time bars alike. A
 * contract that several of them stream takes one line.
 */
export class MarketDataLines {
  private readonly most: number;
  private readonly streams = new Map<number, number>();

  /** @param most Infinity where the limit is switched off */
  constructor(most: number = LIMITS.marketDataLines) {
    this.most = most;
  }

  get used(): number {
    return this.streams.size;
  }

  /** @throws Refusal 101 */
  take(request: number, conId: number): void {
    const count = this.streams.get(conId) ?? 0;
    if (count === 0 && this.streams.size >= this.most) {
      refuse(request, { code: 101, text: "Max number of tickers has been reached." });
    }
    this.streams.set(conId, count + 1);
  }

  release(conId: number): void {
    const count = this.streams.get(conId) ?? 0;
    if (count > 1) this.streams.set(conId, count - 1);
    else this.streams.delete(conId);
  }
}
