import type { Instant } from "./bar-size.js";
import type { Instrument } from "./instrument.js";

/** The numbers of a trade as feeds write and the engine keeps them: one object an instrument, reused. */
export class TradeRecord {
  readonly instrument: Instrument;
  time: Instant = Number.NaN;
  price: number = Number.NaN;
  size: number = Number.NaN;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }
}

/** The latest trade somebody made in the market, as a strategy sees it: read only. */
export class Trade {
  readonly #record: TradeRecord;

  constructor(record: TradeRecord) {
    this.#record = record;
  }

  get instrument(): Instrument {
    return this.#record.instrument;
  }
  /** When it was known, epoch ms UTC; NaN before the first. */
  get time(): Instant {
    return this.#record.time;
  }
  /** In the instrument's currency. */
  get price(): number {
    return this.#record.price;
  }
  /** Units; NaN where the feed does not say. */
  get size(): number {
    return this.#record.size;
  }
}

/** Trades of one instrument as columns, in order of time. */
export interface TradeSeries {
  readonly kind: "trades";
  readonly instrument: Instrument;
  readonly length: number;
  readonly time: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
}
