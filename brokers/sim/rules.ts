import type { FeeModel } from "./fee-model.js";
import type { MarginModel } from "./margin-model.js";
import type { SlippageModel } from "./slippage.js";

/** Where a market order fills: at the open of the next bar, or (optimistic) at the close of the bar it was made on. */
export type FillRule = "next-open" | "same-close";
/** When a bar fills a resting limit: when it traded through it, or (optimistic) when it only touched it. */
export type LimitRule = "through" | "touch";
/**
 * What happened first inside a bar that leaves it open: what costs most, what pays most, or the path open, nearer
 * extreme, other extreme, close.
 */
export type IntrabarRule = "pessimistic" | "optimistic" | "ohlc";

/**
 * A caller's rules as an object of one class: what the matching reads of them at every order has the same shape in
 * every run, which an object literal's second copy does not promise to the compiler.
 */
export class RulesInForce implements SimRules {
  readonly fill: FillRule;
  readonly limitFill: LimitRule;
  readonly intrabar: IntrabarRule;
  readonly latency: number;
  readonly fees: FeeModel;
  readonly slippage: SlippageModel;
  readonly margin: MarginModel;
  readonly volumeLimit: number;

  constructor(rules: SimRules) {
    this.fill = rules.fill;
    this.limitFill = rules.limitFill;
    this.intrabar = rules.intrabar;
    this.latency = rules.latency;
    this.fees = rules.fees;
    this.slippage = rules.slippage;
    this.margin = rules.margin;
    this.volumeLimit = rules.volumeLimit;
  }
}

/** The rules of the simulated exchange and account. */
export interface SimRules {
  readonly fill: FillRule;
  readonly limitFill: LimitRule;
  readonly intrabar: IntrabarRule;
  /** Milliseconds from making an order to its reaching the market. */
  readonly latency: number;
  readonly fees: FeeModel;
  readonly slippage: SlippageModel;
  readonly margin: MarginModel;
  /** The largest share of a bar's volume that fills may make up, such as 0.1; 0 for no cap. */
  readonly volumeLimit: number;
}
