import type { Instant } from "../../../core/market/bar-size.js";
import type { Link } from "../connection/link.js";
import { URGENCY } from "../connection/outbox.js";
import { type ContractDetails, requestOf } from "../contracts/contract-details.js";
import type { Refusal } from "../errors.js";
import { sizeOf } from "./quote-stream.js";

export interface TradeHooks {
  trade(instrument: number, price: number, size: number): void;
  told(instrument: number, refusal: Refusal): boolean;
  tradesEnded(instrument: number, error: unknown): void;
}

/** The stream of one instrument's trades, tick by tick: those that set the last price, without what IB reports beside it. */
export class TradeStream {
  /** When it was asked for; IB takes it once in 15 seconds. */
  askedAt: Instant = Number.NEGATIVE_INFINITY;
  private readonly symbol: string;
  private readonly index: number;
  private readonly contract: ContractDetails;
  private readonly hooks: TradeHooks;
  private stop: (() => void) | undefined;

  constructor(symbol: string, index: number, contract: ContractDetails, hooks: TradeHooks) {
    this.symbol = symbol;
    this.index = index;
    this.contract = contract;
    this.hooks = hooks;
  }

  get isOpen(): boolean {
    return this.stop !== undefined;
  }

  open(link: Link, now: Instant): void {
    const { index, hooks } = this;
    this.close();
    this.askedAt = now;
    this.stop = link.openStream({
      what: `the trades of ${this.symbol}`,
      asker: "stream",
      urgency: URGENCY.request,
      send: (api, id) => api.reqTickByTickData(id, requestOf(this.contract), "Last", 0, false),
      cancel: (api, id) => api.cancelTickByTickData(id),
      answers: {
        // Number, request, kind, time, price, size.
        ticks: (fields) => this.take(Number(fields[4]), sizeOf(fields[5])),
        tickByTickAllLast: (_kind, _time, price, size) => this.take(price, size ?? Number.NaN),
      },
      told: (refusal) => hooks.told(index, refusal),
      ended: (error) => {
        this.stop = undefined;
        hooks.tradesEnded(index, error);
      },
    });
  }

  close(): void {
    this.stop?.();
    this.stop = undefined;
  }

  /** A halt is told as a price and a size of 0, which is no trade. */
  private take(price: number, size: number): void {
    if (price === 0 && size === 0) return;
    this.hooks.trade(this.index, price, size);
  }
}
