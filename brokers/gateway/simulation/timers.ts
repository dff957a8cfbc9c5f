import type { Instant } from "../../../core/market/bar-size.js";

/** Something that is to happen at a simulated instant. */
export interface Timer {
  readonly at: Instant;
  cancelled: boolean;
}

interface Entry extends Timer {
  readonly sequence: number;
  readonly run: () => void;
}

/** What is to happen when, in order of time; of one instant in the order it was asked for. */
export class Timers {
  private readonly heap: Entry[] = [];
  private sequence = 0;

  /** When the first is due; Infinity for none. */
  get next(): Instant {
    while (this.heap.length > 0 && this.heap[0].cancelled) this.pop();
    return this.heap.length === 0 ? Infinity : this.heap[0].at;
  }

  add(at: Instant, run: () => void): Timer {
    const entry: Entry = { at, run, sequence: this.sequence++, cancelled: false };
    this.heap.push(entry);
    let i = this.heap.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(this.heap[i], this.heap[parent])) break;
      [this.heap[i], this.heap[parent]] = [this.heap[parent], this.heap[i]];
      i = parent;
    }
    return entry;
  }

  /** Does what is due by `now`. What that asks for in turn, for the same instant, is done as well. */
  run(now: Instant): void {
    while (this.next <= now) (this.pop() as Entry).run();
  }

  /** Does the first of those that wait, whenever it is due. */
  runOne(): void {
    if (this.next < Infinity) this.pop()?.run();
  }

  private pop(): Entry | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop() as Entry;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (let child = 2 * i + 1; child <= 2 * i + 2 && child < heap.length; child++) {
        if (isBefore(heap[child], heap[least])) least = child;
      }
      if (least === i) return first;
      [heap[i], heap[least]] = [heap[least], heap[i]];
      i = least;
    }
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}
