import { widerDoubles } from "../columns.js";

/** Equity in the base currency at every instant, as columns; allocated once where the number of instants is known. */
export class EquityLog {
  length = 0;
  /** Epoch ms UTC, rising. */
  time: Float64Array;
  value: Float64Array;

  constructor(instants: number) {
    this.time = new Float64Array(Math.max(instants, 1024));
    this.value = new Float64Array(Math.max(instants, 1024));
  }

  mark(time: number, value: number): void {
    const index = this.length;
    if (index === this.time.length) this.grow();
    this.time[index] = time;
    this.value[index] = value;
    this.length = index + 1;
  }

  private grow(): void {
    this.time = widerDoubles(this.time, this.time.length * 2);
    this.value = widerDoubles(this.value, this.value.length * 2);
  }
}
