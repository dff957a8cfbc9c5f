import type { OrderEnd } from "../outcome.js";

/** What came of a story of quotes and trades: what the oracle and the engine are compared by. */
export interface TickOutcome {
  readonly fills: readonly {
    /** Orders are counted from 0 in the order they were made. */
    readonly order: number;
    /** Epoch ms UTC. */
    readonly time: number;
    readonly price: number;
    readonly quantity: number;
  }[];
  readonly orders: readonly OrderEnd[];
}
