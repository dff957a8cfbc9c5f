export interface BackoffTimes {
  /** Milliseconds before the next attempt, by how many have failed in a row; the last one goes on. */
  readonly waits: readonly number[];
  /** Failures in a row after which the breaker opens. */
  readonly breakAfter: number;
  /** Milliseconds for which no attempt is made once it is open. */
  readonly rest: number;
  /** Milliseconds a connection has to last before the failures in front of it are forgotten. */
  readonly settle: number;
}

/**
 * How long to wait before the next attempt. A connection that comes and goes counts as failures: only one that has
 * lasted makes the next wait short again. After many failures in a row the breaker opens: attempts become rare, and
 * somebody should be told. Waits are spread by a fifth up and down, so that programs which lost the same TWS do not all
 * come back in the same instant.
 */
export class Backoff {
  private readonly times: BackoffTimes;
  private readonly random: () => number;
  private failures = 0;
  private readySince: number | undefined;

  constructor(times: BackoffTimes, random: () => number) {
    this.times = times;
    this.random = random;
  }

  /** How many attempts have failed since a connection last lasted. */
  get failed(): number {
    return this.failures;
  }

  /** Whether the breaker is open: the next wait is a rest. */
  get isOpen(): boolean {
    return this.failures >= this.times.breakAfter;
  }

  /** A connection is ready, at a time of a clock that never goes back. */
  ready(now: number): void {
    this.readySince = now;
  }

  /** An attempt has failed or a connection was lost. @returns milliseconds to wait */
  lost(now: number): number {
    if (this.readySince !== undefined && now - this.readySince >= this.times.settle) this.failures = 0;
    this.readySince = undefined;
    this.failures++;
    const { waits, rest } = this.times;
    const wait = this.isOpen ? rest : waits[Math.min(this.failures, waits.length) - 1];
    return wait * (0.8 + 0.4 * this.random());
  }
}
