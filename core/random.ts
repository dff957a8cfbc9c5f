import { type ErrorDetails, type ErrorTable, SeatrialError } from "./errors.js";
import { normalQuantile } from "./normal-quantile.js";

export const RANDOM_ERRORS = {
  RANDOM_SEED_INVALID: {
    sentence: "A seed of {seed} cannot start a random series.",
    remedy: "Use a finite number, such as 7.",
  },
  RANDOM_RANGE_INVALID: {
    sentence: "random.int({n}) has nothing to choose from.",
    remedy: "Ask for a whole number of possibilities from 1 to 2^53.",
  },
} as const satisfies ErrorTable;

export class RandomError extends SeatrialError {
  constructor(code: keyof typeof RANDOM_ERRORS, details: ErrorDetails = {}) {
    super(RANDOM_ERRORS, code, details);
  }
}

/**
 * Seeded random numbers: the same seed and stream give the same series on every machine and engine, because only
 * 32-bit integers, arithmetic and square roots take part. Not for secrets.
 *
 * The generator is sfc32 of Chris Doty-Humphrey's PractRand: 128 bits of state with a counter, so that a series
 * repeats after 2^32 draws at the very earliest and after about 2^127 on average.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  /**
   * @param seed any finite number
   * @param stream tells apart series that share a seed, such as one for each instrument; a whole number
   * @throws RandomError RANDOM_SEED_INVALID
   */
  constructor(seed: number, stream = 0) {
    if (!Number.isFinite(seed)) throw new RandomError("RANDOM_SEED_INVALID", { seed });
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, seed === 0 ? 0 : seed, true);
    this.a = bits.getInt32(0, true);
    this.b = bits.getInt32(4, true);
    this.c = stream | 0;
    this.counter = 1;
    // Neighbouring seeds differ in a few bits; twenty rounds spread them over the whole state.
    for (let round = 0; round < 20; round++) this.uint32();
  }

  /** A whole number, 0 to 2^32 - 1, each as likely. */
  uint32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 <= x < 1, with all 53 bits that a double holds. */
  next(): number {
    const high = this.uint32() >>> 5;
    return (high * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /**
   * A whole number, 0 to n - 1, each as likely to within n / 2^53.
   * @throws RandomError RANDOM_RANGE_INVALID
   */
  int(n: number): number {
    if (!(n >= 1 && n <= 9007199254740992 && Math.floor(n) === n)) throw new RandomError("RANDOM_RANGE_INVALID", { n });
    return Math.floor(this.next() * n);
  }

  /** A draw from the standard normal distribution, by inversion of one 32-bit number: |z| stays below 6.4. */
  normal(): number {
    return normalQuantile((this.uint32() + 0.5) / 4294967296);
  }
}
