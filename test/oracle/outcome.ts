/** How an order of a story stands at its end. */
export interface OrderEnd {
  readonly status: string;
  readonly filled: number;
  readonly quantity: number;
}

/** What came of a story of bars: what the oracle and the engine are compared by. */
export interface Outcome {
  readonly fills: readonly {
    /** Orders are counted from 0 in the order they were made. */
    readonly order: number;
    readonly slot: number;
    readonly at: "open" | "inside";
    readonly price: number;
    readonly quantity: number;
  }[];
  readonly orders: readonly OrderEnd[];
}
