import { widerInts } from "../columns.js";

/**
 * The orders that can still fill, by instrument, in the order they were made. Lists are Int32Arrays with a count;
 * removing keeps the order of the rest and costs the length of one list.
 */
export class WorkingOrders {
  /** How many orders of each instrument work. */
  readonly count: Int32Array;
  /** Row i holds the orders of instrument i; only the first count[i] places are valid. */
  readonly lists: Int32Array[];
  /** The instruments that have working orders, rising; only the first `activeLength` places are valid. */
  readonly active: Int32Array;
  activeLength = 0;
  total = 0;

  constructor(instruments: number) {
    this.count = new Int32Array(instruments);
    this.lists = Array.from({ length: instruments }, () => new Int32Array(8));
    this.active = new Int32Array(instruments);
  }

  /** The orders of an instrument as they are now: a list of its own, for whoever ends some of them on the way. */
  of(instrument: number): number[] {
    const orders: number[] = [];
    const list = this.lists[instrument];
    const count = this.count[instrument];
    for (let k = 0; k < count; k++) orders.push(list[k]);
    return orders;
  }

  add(instrument: number, order: number): void {
    const count = this.count[instrument];
    if (count === 0) this.activate(instrument);
    if (count === this.lists[instrument].length) this.lists[instrument] = widerInts(this.lists[instrument], count * 2);
    this.lists[instrument][count] = order;
    this.count[instrument] = count + 1;
    this.total++;
  }

  remove(instrument: number, order: number): void {
    const list = this.lists[instrument];
    const count = this.count[instrument];
    let at = 0;
    while (at < count && list[at] !== order) at++;
    if (at === count) return;
    for (let i = at + 1; i < count; i++) list[i - 1] = list[i];
    this.count[instrument] = count - 1;
    this.total--;
    if (count === 1) this.deactivate(instrument);
  }

  private activate(instrument: number): void {
    const { active } = this;
    let at = this.activeLength++;
    for (; at > 0 && active[at - 1] > instrument; at--) active[at] = active[at - 1];
    active[at] = instrument;
  }

  private deactivate(instrument: number): void {
    const { active } = this;
    const length = --this.activeLength;
    let at = 0;
    while (active[at] !== instrument) at++;
    for (; at < length; at++) active[at] = active[at + 1];
  }
}
