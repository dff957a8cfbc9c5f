import type { Instant } from "../../../core/market/bar-size.js";

/** An answer of IB's about contracts, with its age. */
export interface CachedAnswer {
  /** When IB gave it, epoch ms UTC. */
  readonly fetchedAt: Instant;
  /** Whatever JSON can hold. */
  readonly value: unknown;
}

/**
 * Keeps what IB says of contracts from one run to the next. Whoever implements it keeps the answers as they are; how old
 * one may be is for the reader to say.
 */
export interface ContractCache {
  /** What was kept under a key last; undefined where nothing was. */
  get(key: string): CachedAnswer | undefined;
  set(key: string, answer: CachedAnswer): void;
}

/** Keeps answers as long as the process lasts. */
export class ContractMemory implements ContractCache {
  private readonly answers = new Map<string, CachedAnswer>();

  get(key: string): CachedAnswer | undefined {
    return this.answers.get(key);
  }

  set(key: string, answer: CachedAnswer): void {
    this.answers.set(key, answer);
  }

  /** Hands all of it on, such as to a store that was made since. */
  copyTo(cache: ContractCache): void {
    for (const [key, answer] of this.answers) cache.set(key, answer);
  }
}
