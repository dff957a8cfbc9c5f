import type { Dated } from "./dated-rows.js";

/** What a fee is for. */
export type FeeComponent =
  | "commission"
  /** SEC fee of section 31 of the Securities Exchange Act. */
  | "sec"
  /** FINRA's trading activity fee. */
  | "taf"
  /** Consolidated Audit Trail. */
  | "cat"
  /** Options regulatory fee of the exchanges. */
  | "orf"
  /** Clearing of options by the OCC. */
  | "occ"
  | "exchange"
  | "clearing"
  /** What NYSE and FINRA take as a share of the commission. */
  | "pass-through"
  /** NFA's assessment on futures. */
  | "nfa";

/** One line of a fee schedule. */
export interface FeeRow extends Dated {
  readonly component: FeeComponent;
  /** Stocks, funds and indices are "stock". */
  readonly assetClass: "stock" | "option" | "future" | "forex";
  readonly currency: "USD" | "CAD";
  readonly side: "buy" | "sell" | "both";
  /** What the rate is multiplied by: units, the value of the fill, or the commission. */
  readonly unit: "share" | "contract" | "value" | "commission";
  readonly rate: number;
  /** At least this for an order on a trade date (commissions). */
  readonly minimum?: number;
  /** At least this where an order's quantity is not whole, whatever the cap says (commissions). */
  readonly fractionalMinimum?: number;
  /** At most: of a commission or an exchange fee a fraction of the value, else an amount for a fill. */
  readonly cap?: number;
  /** IB's plan; both where absent. */
  readonly plan?: "fixed" | "tiered";
  /** Kind of future or currency pair; every other one where absent. */
  readonly product?: string;
  /** The rate holds for the part of a month's volume above this: shares, contracts, or USD for forex. Default 0. */
  readonly overVolume?: number;
  /** The rate holds for options at this premium or above. Default 0. */
  readonly fromPremium?: number;
  /** The rate holds for fills of this kind only. */
  readonly liquidity?: "removes" | "adds" | "opening" | "closing";
}
