import { abs } from "./arithmetic.js";

/**
 * How the latest `length` values lie to each other: the mean of their distances from the latest, which loses no digits
 * between values that lie close together, and their mean absolute deviation. The deviation is from a mean that moves
 * with every value, so each looks at the whole window: O(length).
 *
 * Four values go round the window together: added up for one alone, every distance would wait for the one before.
 */
export class WindowDistances {
  private readonly ring: Float64Array;
  private readonly length: number;
  private at: number;

  constructor(length: number) {
    this.ring = new Float64Array(length).fill(Number.NaN);
    this.length = length;
    this.at = 0;
  }

  /** Takes values like WindowMean and writes both lines: NaN until the window is full. */
  run(
    values: Float64Array,
    shift: number,
    first: number,
    end: number,
    means: Float64Array,
    deviations: Float64Array,
  ): void {
    let place = first;
    while (place < end) {
      if (place + 4 <= end && this.at + 4 <= this.length) {
        this.takeFour(values, shift, place, means, deviations);
        place += 4;
      } else {
        this.takeOne(values[shift + place], place, means, deviations);
        place++;
      }
    }
  }

  private takeOne(value: number, place: number, means: Float64Array, deviations: Float64Array): void {
    const { ring, length } = this;
    ring[this.at] = value;
    this.at = this.at + 1 === length ? 0 : this.at + 1;
    let sum = 0;
    for (let cell = 0; cell < length; cell++) sum += ring[cell] - value;
    const mean = sum / length;
    let distances = 0;
    for (let cell = 0; cell < length; cell++) distances += abs(ring[cell] - value - mean);
    means[place] = mean;
    deviations[place] = distances / length;
  }

  /**
   * The same for values a to d, in the same order of additions. They will stand in the four cells from `at` on, where
   * each value sees those up to itself and, of what leaves, q to s.
   */
  private takeFour(
    values: Float64Array,
    shift: number,
    place: number,
    means: Float64Array,
    deviations: Float64Array,
  ): void {
    const { ring, length, at } = this;
    const a = values[shift + place];
    const b = values[shift + place + 1];
    const c = values[shift + place + 2];
    const d = values[shift + place + 3];
    const q = ring[at + 1];
    const r = ring[at + 2];
    const s = ring[at + 3];
    let ofA = 0;
    let ofB = 0;
    let ofC = 0;
    let ofD = 0;
    for (let cell = 0; cell < at; cell++) {
      const value = ring[cell];
      ofA += value - a;
      ofB += value - b;
      ofC += value - c;
      ofD += value - d;
    }
    ofA = ofA + (q - a) + (r - a) + (s - a);
    ofB = ofB + (a - b) + (r - b) + (s - b);
    ofC = ofC + (a - c) + (b - c) + (s - c);
    ofD = ofD + (a - d) + (b - d) + (c - d);
    for (let cell = at + 4; cell < length; cell++) {
      const value = ring[cell];
      ofA += value - a;
      ofB += value - b;
      ofC += value - c;
      ofD += value - d;
    }
    const meanA = ofA / length;
    const meanB = ofB / length;
    const meanC = ofC / length;
    const meanD = ofD / length;
    ofA = 0;
    ofB = 0;
    ofC = 0;
    ofD = 0;
    for (let cell = 0; cell < at; cell++) {
      const value = ring[cell];
      ofA += abs(value - a - meanA);
      ofB += abs(value - b - meanB);
      ofC += abs(value - c - meanC);
      ofD += abs(value - d - meanD);
    }
    ofA = ofA + abs(meanA) + abs(q - a - meanA) + abs(r - a - meanA) + abs(s - a - meanA);
    ofB = ofB + abs(a - b - meanB) + abs(meanB) + abs(r - b - meanB) + abs(s - b - meanB);
    ofC = ofC + abs(a - c - meanC) + abs(b - c - meanC) + abs(meanC) + abs(s - c - meanC);
    ofD = ofD + abs(a - d - meanD) + abs(b - d - meanD) + abs(c - d - meanD) + abs(meanD);
    for (let cell = at + 4; cell < length; cell++) {
      const value = ring[cell];
      ofA += abs(value - a - meanA);
      ofB += abs(value - b - meanB);
      ofC += abs(value - c - meanC);
      ofD += abs(value - d - meanD);
    }
    means[place] = meanA;
    means[place + 1] = meanB;
    means[place + 2] = meanC;
    means[place + 3] = meanD;
    deviations[place] = ofA / length;
    deviations[place + 1] = ofB / length;
    deviations[place + 2] = ofC / length;
    deviations[place + 3] = ofD / length;
    ring[at] = a;
    ring[at + 1] = b;
    ring[at + 2] = c;
    ring[at + 3] = d;
    this.at = at + 4 === length ? 0 : at + 4;
  }
}
