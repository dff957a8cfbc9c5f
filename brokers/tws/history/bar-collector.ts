import { widerDoubles } from "../../../core/columns.js";
import type { TwsBar } from "../client/tws-api.js";
import type { TimedBar } from "./bar-sequence.js";
import { readBarTime } from "./history-times.js";
import type { SourceBars } from "./source-shape.js";

const HEAD = 5;
const WIDTH = 8;

/** Puts the bars of an answer into columns as they come. Columns double when full. */
export class BarCollector {
  private readonly isDated: boolean;
  private count = 0;
  private time = new Float64Array(1_024);
  private open = new Float64Array(1_024);
  private high = new Float64Array(1_024);
  private low = new Float64Array(1_024);
  private close = new Float64Array(1_024);
  private volume = new Float64Array(1_024);

  /** @param isDated whether the bars are of a day and more */
  constructor(isDated: boolean) {
    this.isDated = isDated;
  }

  /** A bar of the library's. Throws for one without a time or a price: nothing is left out without a word. */
  add(...[time, open, high, low, close, volume]: TwsBar): void {
    const price = (value: number | undefined): number => value ?? Number.NaN;
    this.append(time, price(open), price(high), price(low), price(close), volume ?? -1);
  }

  /**
   * All bars of an answer, as the fields of its message: 17, request, start, end, count, and of each bar date, open,
   * high, low, close, volume, average and count. Throws where fields are missing or left over.
   */
  addAll(fields: readonly string[]): void {
    const count = Number(fields[4]);
    if (fields.length !== HEAD + WIDTH * count) {
      throw new Error(`there are ${fields.length} fields in an answer of ${fields[4]} bars`);
    }
    for (let at = HEAD; at < fields.length; at += WIDTH) {
      const volume = fields[at + 5];
      this.append(
        fields[at],
        priceOf(fields[at + 1]),
        priceOf(fields[at + 2]),
        priceOf(fields[at + 3]),
        priceOf(fields[at + 4]),
        volume === "" ? -1 : quantityOf(volume),
      );
    }
  }

  get bars(): SourceBars {
    const cut = (column: Float64Array): Float64Array => column.slice(0, this.count);
    return {
      kind: "bars",
      time: cut(this.time),
      open: cut(this.open),
      high: cut(this.high),
      low: cut(this.low),
      close: cut(this.close),
      volume: cut(this.volume),
    };
  }

  /** The bars one by one. */
  get list(): TimedBar[] {
    return Array.from({ length: this.count }, (_, row) => ({
      time: this.time[row],
      open: this.open[row],
      high: this.high[row],
      low: this.low[row],
      close: this.close[row],
      volume: this.volume[row],
    }));
  }

  private append(time: string, open: number, high: number, low: number, close: number, volume: number): void {
    if (!(open < Infinity && high < Infinity && low < Infinity && close < Infinity)) {
      throw new Error(`the bar of ${time} has no prices`);
    }
    if (Number.isNaN(volume)) throw new Error(`the bar of ${time} has no volume that can be read`);
    const row = this.count;
    if (row === this.time.length) this.grow();
    this.time[row] = readBarTime(time, this.isDated);
    this.open[row] = open;
    this.high[row] = high;
    this.low[row] = low;
    this.close[row] = close;
    this.volume[row] = volume;
    this.count = row + 1;
  }

  private grow(): void {
    const size = this.time.length * 2;
    this.time = widerDoubles(this.time, size);
    this.open = widerDoubles(this.open, size);
    this.high = widerDoubles(this.high, size);
    this.low = widerDoubles(this.low, size);
    this.close = widerDoubles(this.close, size);
    this.volume = widerDoubles(this.volume, size);
  }
}

/** NaN for a price that TWS does not know: an empty field, or the largest double. */
function priceOf(text: string): number {
  const price = text === "" ? Number.NaN : Number(text);
  return price === Number.MAX_VALUE ? Number.NaN : price;
}

/** Quantities may have commas between their thousands. */
export function quantityOf(text: string): number {
  const quantity = Number(text);
  return Number.isNaN(quantity) ? Number(text.replaceAll(",", "")) : quantity;
}

/** Whether what came as a bar's time is the end of the answer. */
export function isEndOfBars(time: string): boolean {
  return time.startsWith("finished");
}
