import { widerDoubles } from "../../../core/columns.js";
import type { TwsBar } from "../client/tws-api.js";
import { readBarTime } from "./history-times.js";
import type { SourceBars } from "./source-shape.js";

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

  /** Throws for a bar without a time or a price: nothing is left out of an answer without a word. */
  add(...[time, open, high, low, close, volume]: TwsBar): void {
    if (open === undefined || high === undefined || low === undefined || close === undefined) {
      throw new Error(`the bar of ${time} has no prices`);
    }
    const row = this.count;
    if (row === this.time.length) this.grow();
    this.time[row] = readBarTime(time, this.isDated);
    this.open[row] = open;
    this.high[row] = high;
    this.low[row] = low;
    this.close[row] = close;
    this.volume[row] = volume ?? -1;
    this.count = row + 1;
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

/** Whether what came as a bar's time is the end of the answer. */
export function isEndOfBars(time: string): boolean {
  return time.startsWith("finished");
}
