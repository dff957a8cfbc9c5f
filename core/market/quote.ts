import type { Instant } from "./bar-size.js";
import type { Instrument } from "./instrument.js";

/**
 * The numbers of a quote as feeds write and the engine keeps them: one object an instrument, reused. Prices are in the
 * instrument's currency, sizes in units; NaN where the feed has none.
 */
export class QuoteRecord {
  readonly instrument: Instrument;
  time: Instant = Number.NaN;
  /** When both sides were last known; NaN before the first time. */
  midTime: Instant = Number.NaN;
  bid: number = Number.NaN;
  ask: number = Number.NaN;
  bidSize: number = Number.NaN;
  askSize: number = Number.NaN;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  get mid(): number {
    return (this.bid + this.ask) / 2;
  }
}

/** The best bid and ask of an instrument as a strategy sees them: always the latest, and read only. */
export class Quote {
  readonly #record: QuoteRecord;

  constructor(record: QuoteRecord) {
    this.#record = record;
  }

  get instrument(): Instrument {
    return this.#record.instrument;
  }
  /** When it was known, epoch ms UTC; NaN before the first. */
  get time(): Instant {
    return this.#record.time;
  }
  /** In the instrument's currency; NaN while there is none. */
  get bid(): number {
    return this.#record.bid;
  }
  get ask(): number {
    return this.#record.ask;
  }
  /** Units; NaN where the feed does not say. */
  get bidSize(): number {
    return this.#record.bidSize;
  }
  get askSize(): number {
    return this.#record.askSize;
  }
  /** Halfway between bid and ask; NaN while either is missing. */
  get mid(): number {
    return this.#record.mid;
  }
}

/** Quotes of one instrument as columns, in order of time. */
export interface QuoteSeries {
  readonly kind: "quotes";
  readonly instrument: Instrument;
  readonly length: number;
  readonly time: Float64Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  /** NaN where a size is not known. */
  readonly bidSize: Float64Array;
  readonly askSize: Float64Array;
}
