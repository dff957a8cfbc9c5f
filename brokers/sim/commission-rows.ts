import type { FeeRow } from "./fee-rows.js";

// Interactive Brokers' commission plans, and what its tiered plan passes on, as of September 2026. The plans have no
// history here: IB's table is applied to every date, which the report says.

const AS_OF = 20260901;

const STOCKS = "interactivebrokers.co.uk/en/pricing/commissions-stocks.php";
const OPTIONS = "interactivebrokers.ca, commissions-options";
const FUTURES = "interactivebrokers.ie/en/pricing/commissions-futures.php";
const FOREX = "interactivebrokers.com.au, commissions spot currencies";

type Tiers = readonly (readonly [overVolume: number, rate: number, minimum?: number])[];

function tiers(row: Omit<FeeRow, "rate" | "overVolume" | "component" | "side" | "from">, steps: Tiers): FeeRow[] {
  return steps.map(([overVolume, rate, minimum]) => ({
    ...row,
    component: "commission",
    side: "both",
    from: AS_OF,
    overVolume,
    rate,
    ...(minimum !== undefined && { minimum }),
  }));
}

const US_STOCK = {
  assetClass: "stock",
  currency: "USD",
  unit: "share",
  cap: 0.01,
  fractionalMinimum: 0.01,
  source: STOCKS,
} as const;
const CANADIAN_STOCK = {
  assetClass: "stock",
  currency: "CAD",
  unit: "share",
  minimum: 1,
  cap: 0.005,
  source: STOCKS,
} as const;
const OPTION = { assetClass: "option", currency: "USD", unit: "contract", minimum: 1, source: OPTIONS } as const;
const FUTURE = { assetClass: "future", currency: "USD", unit: "contract", source: FUTURES } as const;
/** A currency pair in any currency; the minimum and the tiers' volume are in USD. */
const PAIR = { assetClass: "forex", currency: "USD", unit: "value", source: FOREX } as const;

const BILLION = 1e9;

export const COMMISSION_ROWS: readonly FeeRow[] = [
  ...tiers({ ...US_STOCK, plan: "fixed", minimum: 1 }, [[0, 0.005]]),
  ...tiers({ ...US_STOCK, plan: "tiered", minimum: 0.35 }, [
    [0, 0.0035],
    [300_000, 0.002],
    [3_000_000, 0.0015],
    [20_000_000, 0.001],
    [100_000_000, 0.0005],
  ]),
  ...tiers({ ...CANADIAN_STOCK, plan: "fixed" }, [[0, 0.01]]),
  ...tiers({ ...CANADIAN_STOCK, plan: "tiered" }, [[0, 0.008]]),

  ...tiers({ ...OPTION, fromPremium: 0 }, [
    [0, 0.25],
    [50_000, 0.25],
    [100_000, 0.15],
  ]),
  ...tiers({ ...OPTION, fromPremium: 0.05 }, [
    [0, 0.5],
    [10_000, 0.5],
    [50_000, 0.25],
    [100_000, 0.15],
  ]),
  ...tiers({ ...OPTION, fromPremium: 0.1 }, [
    [0, 0.65],
    [10_000, 0.5],
    [50_000, 0.25],
    [100_000, 0.15],
  ]),

  ...tiers({ ...FUTURE, plan: "fixed" }, [[0, 0.85]]),
  ...tiers({ ...FUTURE, plan: "tiered" }, [
    [0, 0.85],
    [1_000, 0.65],
    [10_000, 0.45],
    [20_000, 0.25],
  ]),
  ...tiers({ ...FUTURE, plan: "fixed", product: "micro" }, [[0, 0.25]]),
  ...tiers({ ...FUTURE, plan: "tiered", product: "micro" }, [
    [0, 0.25],
    [1_000, 0.2],
    [10_000, 0.15],
    [20_000, 0.1],
  ]),
  ...tiers({ ...FUTURE, plan: "fixed", product: "e-mini-fx" }, [[0, 0.5]]),
  ...tiers({ ...FUTURE, plan: "tiered", product: "e-mini-fx" }, [
    [0, 0.5],
    [1_000, 0.4],
    [10_000, 0.3],
    [20_000, 0.15],
  ]),
  ...tiers({ ...FUTURE, plan: "fixed", product: "micro-fx" }, [[0, 0.15]]),
  ...tiers({ ...FUTURE, plan: "tiered", product: "micro-fx" }, [
    [0, 0.15],
    [1_000, 0.12],
    [10_000, 0.08],
    [20_000, 0.05],
  ]),
  ...tiers({ ...FUTURE, product: "bitcoin" }, [[0, 5]]),
  ...tiers({ ...FUTURE, product: "micro-bitcoin" }, [[0, 2.25]]),
  ...tiers({ ...FUTURE, product: "ether" }, [[0, 3]]),
  ...tiers({ ...FUTURE, product: "micro-ether" }, [[0, 0.2]]),

  ...tiers(PAIR, [
    [0, 0.2e-4, 2],
    [BILLION, 0.15e-4, 1.5],
    [2 * BILLION, 0.1e-4, 1.25],
    [5 * BILLION, 0.08e-4, 1],
  ]),
  ...tiers({ ...PAIR, product: "metal" }, [[0, 1.5e-4, 2]]),
];

/** The kind of a future by its root, for its commission; a root that is not here has the plan's general rate. */
export const FUTURE_PRODUCTS: Readonly<Record<string, string>> = {
  ...products("micro", "MES MNQ M2K MYM 2YY 5YY 10Y 30Y MCL MGC SIL VXM"),
  ...products("e-mini-fx", "E7 J7"),
  ...products("micro-fx", "M6E M6A M6B MCD MJY MSF M6J MIR M6C M6S MNH"),
  ...products("bitcoin", "BTC BRR"),
  ...products("micro-bitcoin", "MBT"),
  ...products("ether", "ETH ETHUSDRRR"),
  ...products("micro-ether", "MET"),
};

const EXCHANGE = "Fees charged to offset exchange and regulatory fees paid by IBKR: CME, NYMEX, COMEX";

/** Exchange fees for a contract, by root; the first is for every root that is not listed. */
const FUTURE_EXCHANGE_FEES: readonly (readonly [rate: number, roots: string])[] = [
  [1.38, "ES NQ RTY EMD YM"],
  [0.35, "MES MNQ M2K MYM"],
  [1.6, "6E 6B 6J 6A 6C 6S 6N 6M EUR GBP JPY AUD CAD CHF NZD MXP"],
  [0.85, "E7 J7"],
  [0.24, "M6E M6A M6B MCD MJY MSF M6J MIR M6C M6S MNH"],
  [1.5, "CL HO RB BZ"],
  [0.5, "MCL QG"],
  [1.2, "QM"],
  [1.6, "NG HH PA PL GC SI HG"],
  [0.75, "MGC"],
  [1, "SIL QO QI QC"],
  [6.5, "BTC BRR"],
  [2.5, "MBT"],
  [4.5, "ETH ETHUSDRRR"],
  [0.2, "MET"],
  [2.15, "NKD NIY"],
];

const PASSED_ON = {
  assetClass: "stock",
  currency: "USD",
  side: "both",
  plan: "tiered",
  from: AS_OF,
  source: STOCKS,
} as const;
/** Rule 610(c) of Regulation NMS: below 1.00 a share the fee for taking liquidity is at most 0.3 % of the value. */
const ACCESS_CAP = 0.003;

export const THIRD_PARTY_ROWS: readonly FeeRow[] = [
  { ...PASSED_ON, component: "exchange", unit: "share", rate: 0.003, cap: ACCESS_CAP, liquidity: "removes" },
  { ...PASSED_ON, component: "exchange", unit: "share", rate: 0, cap: ACCESS_CAP, liquidity: "adds" },
  { ...PASSED_ON, component: "exchange", unit: "share", rate: 0.0015, cap: ACCESS_CAP, liquidity: "opening" },
  { ...PASSED_ON, component: "exchange", unit: "share", rate: 0.0016, cap: ACCESS_CAP, liquidity: "closing" },
  { ...PASSED_ON, component: "clearing", unit: "share", rate: 0.0002 },
  { ...PASSED_ON, component: "pass-through", unit: "commission", rate: 0.000175, product: "NYSE" },
  { ...PASSED_ON, component: "pass-through", unit: "commission", rate: 0.000565, product: "FINRA" },
  {
    component: "exchange",
    assetClass: "future",
    currency: "USD",
    side: "both",
    unit: "contract",
    rate: 1.6,
    from: AS_OF,
    source: "LEAN, InteractiveBrokersFeeModel: its rate for futures without one of their own",
  },
  ...FUTURE_EXCHANGE_FEES.flatMap(([rate, roots]) =>
    roots.split(" ").map(
      (product): FeeRow => ({
        component: "exchange",
        assetClass: "future",
        currency: "USD",
        side: "both",
        unit: "contract",
        rate,
        product,
        from: AS_OF,
        source: EXCHANGE,
      }),
    ),
  ),
  {
    component: "nfa",
    assetClass: "future",
    currency: "USD",
    side: "both",
    unit: "contract",
    rate: 0.02,
    from: AS_OF,
    source: EXCHANGE,
  },
];

function products(product: string, roots: string): Record<string, string> {
  return Object.fromEntries(roots.split(" ").map((root) => [root, product]));
}
