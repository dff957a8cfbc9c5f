import { futureRoot } from "../../core/market/future-root.js";
import type { Instrument } from "../../core/market/instrument.js";
import { COMMISSION_ROWS, FUTURE_PRODUCTS, THIRD_PARTY_ROWS } from "./commission-rows.js";
import { type CommissionTiers, datedTiers } from "./commission-tiers.js";
import { DatedRows } from "./dated-rows.js";
import { SimError } from "./errors.js";
import type { FeeComponent, FeeRow } from "./fee-rows.js";
import { REGULATORY_ROWS } from "./regulatory-rows.js";

export type Plan = "fixed" | "tiered";

/** What volume a month's tiers count. */
export const STOCK_SHARES = 0;
export const OPTION_CONTRACTS = 1;
export const FUTURE_CONTRACTS = 2;
export const FOREX_DOLLARS = 3;

/** The fee rows that concern one instrument under one plan. */
export interface FeeProgramme {
  readonly instrument: Instrument;
  /** STOCK_SHARES and so on. */
  readonly kind: number;
  /** By premium for options, highest first; one for the rest. */
  readonly commissions: readonly DatedRows<CommissionTiers>[];
  /** Premium from which each of these holds. */
  readonly premiums: readonly number[];
  readonly sec: DatedRows<FeeRow> | undefined;
  readonly taf: DatedRows<FeeRow> | undefined;
  /** Rows of a rate for each unit on both sides: CAT, ORF, OCC, clearing, NFA, exchange fees of futures. */
  readonly perUnit: readonly DatedRows<FeeRow>[];
  /** Exchange fees of stocks, by how the fill met the market (the Liquidity constants). */
  readonly exchange: readonly DatedRows<FeeRow>[];
  /** Rates that are a share of the commission. */
  readonly passThrough: readonly DatedRows<FeeRow>[];
}

const LIQUIDITY = ["removes", "adds", "opening", "closing"] as const;

/**
 * Looks up the rows for an instrument. Costs a pass over the tables: done once for an instrument and run.
 * @throws SimError FEES_NO_ROW
 */
export function feeProgramme(instrument: Instrument, plan: Plan): FeeProgramme {
  const assetClass = rowClass(instrument);
  const currency = assetClass === "forex" ? "USD" : instrument.currency;
  const ofClass = (row: FeeRow): boolean =>
    row.assetClass === assetClass && row.currency === currency && (row.plan === undefined || row.plan === plan);
  const product = productOf(instrument, assetClass);
  const commissionRows = COMMISSION_ROWS.filter((row) => ofClass(row) && row.product === product);
  if (commissionRows.length === 0) {
    const { symbol } = instrument;
    throw new SimError("FEES_NO_ROW", { symbol, assetClass: instrument.assetClass, currency: instrument.currency });
  }
  const premiums = [...new Set(commissionRows.map((row) => row.fromPremium ?? 0))].sort((a, b) => b - a);
  const others = [...REGULATORY_ROWS, ...THIRD_PARTY_ROWS].filter(ofClass);
  const rowsOf = (component: FeeComponent, fits: (row: FeeRow) => boolean = () => true): DatedRows<FeeRow>[] => {
    const rows = others.filter((row) => row.component === component && fits(row));
    return rows.length === 0 ? [] : [new DatedRows(rows)];
  };
  const root = assetClass === "future" ? futureRoot(instrument.symbol) : undefined;
  const listed = others.some((row) => row.component === "exchange" && row.product === root);
  const exchange =
    assetClass === "stock" ? LIQUIDITY.flatMap((way) => rowsOf("exchange", (row) => row.liquidity === way)) : [];
  return {
    instrument,
    kind: { stock: STOCK_SHARES, option: OPTION_CONTRACTS, future: FUTURE_CONTRACTS, forex: FOREX_DOLLARS }[assetClass],
    commissions: premiums.map((from) => datedTiers(commissionRows.filter((row) => (row.fromPremium ?? 0) === from))),
    premiums,
    sec: rowsOf("sec")[0],
    taf: rowsOf("taf")[0],
    perUnit: [
      ...rowsOf("cat"),
      ...rowsOf("orf"),
      ...rowsOf("occ"),
      ...rowsOf("clearing"),
      ...rowsOf("nfa"),
      ...(root === undefined ? [] : rowsOf("exchange", (row) => row.product === (listed ? root : undefined))),
    ],
    exchange,
    passThrough: ["NYSE", "FINRA"].flatMap((product) => rowsOf("pass-through", (row) => row.product === product)),
  };
}

/** Every table a programme draws on, for its assumptions. */
export function tablesOf(programme: FeeProgramme): DatedRows<FeeRow>[] {
  const { sec, taf, perUnit, exchange, passThrough } = programme;
  return [
    ...(sec === undefined ? [] : [sec]),
    ...(taf === undefined ? [] : [taf]),
    ...perUnit,
    ...exchange,
    ...passThrough,
  ];
}

function rowClass(instrument: Instrument): FeeRow["assetClass"] {
  const { assetClass } = instrument;
  return assetClass === "etf" || assetClass === "index" ? "stock" : assetClass;
}

function productOf(instrument: Instrument, assetClass: FeeRow["assetClass"]): string | undefined {
  if (assetClass === "future") return FUTURE_PRODUCTS[futureRoot(instrument.symbol)];
  if (assetClass === "forex" && /^X(AU|AG|PT|PD)/.test(instrument.symbol)) return "metal";
  return undefined;
}
