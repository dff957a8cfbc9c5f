import type { BarSeries } from "./market/bar-series.js";
import type { Instrument } from "./market/instrument.js";
import type { QuoteRecord } from "./market/quote.js";
import type { TradeRecord } from "./market/trade.js";

/** What `Feed.next` found: nothing for now, or the kind of the event that the feed's fields show. */
export const NOTHING = 0;
export const BAR = 1;
export const QUOTE = 2;
export const TRADE = 3;

/**
 * A source of market events in order of the instant at which each was known. It can be pulled dry and waited on:
 * `next` says what came, the fields show it until the following `next`, and `onReady` tells that there may be more.
 * Replay and live are the same to the engine.
 */
export interface Feed {
  readonly instruments: readonly Instrument[];
  /** Every series of bars it will show, by index; a live feed appends rows to them. */
  readonly series: readonly BarSeries[];
  /** For each instrument, whether quotes and trades of it will come: then they decide fills, and bars inform. */
  readonly hasQuotes: readonly boolean[];
  readonly hasTrades: readonly boolean[];

  /** When the event shown was known, epoch ms UTC; never falls. */
  readonly time: number;
  /** Of a bar: its series and row. */
  readonly seriesIndex: number;
  readonly row: number;
  /** Of a quote or trade. */
  readonly quote: QuoteRecord;
  readonly trade: TradeRecord;
  /** Whether the event is late: it is history that arrived after a break, and only informs. */
  readonly late: boolean;

  /** Moves to the next event. NOTHING means none is there now; `ended` says whether any will come. */
  next(): number;
  readonly ended: boolean;
  /** Of a feed of one series and nothing else, all of whose rows are there: moves to a row further on at once. */
  skipTo?(row: number): void;
  /** Called when events may be there after `next` said NOTHING. */
  onReady: (() => void) | undefined;
  /** How many instants there will be at the most, for a column to be allocated once; 0 where nobody knows. */
  readonly instants: number;
  /** The instants themselves, rising, where they are known beforehand: epoch ms UTC. Shared, not to be written. */
  readonly times: Float64Array | undefined;
}
