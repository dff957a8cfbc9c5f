import type { FeeRow } from "./fee-rows.js";

// Fees of the SEC, FINRA, the Consolidated Audit Trail, the options exchanges and the OCC on US stocks and options.
// Every row holds from its date until the next of the same component and asset class; 0 is a rate like any other.

/** Rates in dollars for a million of sales: SEC fee rate advisories, effective charge dates. */
const SEC: readonly (readonly [from: number, perMillion: number])[] = [
  [20011228, 15.0],
  [20020401, 30.1],
  [20030322, 25.2],
  [20030401, 46.8],
  [20040222, 39.0],
  [20040401, 23.4],
  [20050107, 32.9],
  [20050401, 41.8],
  [20051222, 30.7],
  [20070317, 15.3],
  [20080125, 11.0],
  [20080401, 5.6],
  [20090410, 25.7],
  [20100115, 12.7],
  [20100401, 16.9],
  [20110121, 19.2],
  [20120221, 18.0],
  [20120401, 22.4],
  [20130525, 17.4],
  [20140318, 22.1],
  [20150214, 18.4],
  [20160216, 21.8],
  [20170704, 23.1],
  [20180522, 13.0],
  [20190416, 20.7],
  [20200218, 22.1],
  [20210225, 5.1],
  [20220514, 22.9],
  [20230227, 8.0],
  [20240522, 27.8],
  [20250514, 0],
  [20260404, 20.6],
];

/** Rate for a share sold, cap for a fill: FINRA (before 2007 NASD) By-Laws, Schedule A, section 1. */
const TAF_STOCK: readonly (readonly [from: number, rate: number, cap: number, source: string])[] = [
  [20021001, 0.0001, 10, "NASD announcement of 2002-10-17; the rate of the months to 2003-08 may have been lower"],
  [20041101, 0.000075, 3.75, "NASD Notice to Members 04-84"],
  [20110701, 0.00009, 4.5, "FINRA By-Laws, Schedule A"],
  [20120301, 0.000095, 4.75, "FINRA By-Laws, Schedule A"],
  [20120701, 0.000119, 5.95, "FINRA By-Laws, Schedule A"],
  [20220101, 0.00013, 6.49, "FINRA By-Laws, Schedule A"],
  [20230101, 0.000145, 7.27, "FINRA By-Laws, Schedule A"],
  [20240101, 0.000166, 8.3, "FINRA By-Laws, Schedule A"],
  [20260101, 0.000195, 9.79, "FINRA By-Laws, Schedule A"],
  [20261001, 0, 0, "SR-FINRA-2026-021, Rel. 34-106409: no fee until 2026-12-31"],
  [20270101, 0.000195, 9.79, "SR-FINRA-2026-020: held to 2028-12-31"],
];

/** Rate for an option contract sold. */
const TAF_OPTION: readonly (readonly [from: number, rate: number])[] = [
  [20021001, 0.002],
  [20220101, 0.00218],
  [20230101, 0.00244],
  [20240101, 0.00279],
  [20260101, 0.00329],
  [20261001, 0],
  [20270101, 0.00329],
];

const CAT_UNVERIFIED =
  "CAT fees of 2025 are those filed for the executing broker; what IB passed on may differ slightly.";

/** Rate for an executed equivalent share, on both sides; an option contract counts as 100 shares. */
const CAT: readonly (readonly [from: number, rate: number, source: string, note?: string])[] = [
  [20240901, 0.000035, "CAT Fee 2024-1"],
  [20241001, 0.000048, "CAT Fee 2024-1 and Historical CAT Assessment 1"],
  [20250101, 0.000035, "CAT Fee 2025-1 and Historical CAT Assessment 1, not verified", CAT_UNVERIFIED],
  [20250701, 0.000022, "CAT Fee 2025-2 and Historical CAT Assessment 1, not verified", CAT_UNVERIFIED],
  [20251201, 0, "nothing invoiced from 2025-12-01 to 2026-04-30"],
  [20260501, 0.000003, "CAT Fee 2026-1 and Historical CAT Assessment 1A"],
];

const ORF_KNOWN = "The options regulatory fee changes often; between the known dates the rate before is applied.";

/** Sum of all exchanges' fees for a contract, as IB passed it on. */
const ORF: readonly (readonly [from: number, rate: number, source: string, note: string])[] = [
  [20100201, 0.014, "IB's announcement of 2010-01-15", ORF_KNOWN],
  [20110501, 0.0225, "traderstatus.com, SEC fee rates and ORF", ORF_KNOWN],
  [20130101, 0.0377, "traderstatus.com, SEC fee rates and ORF", ORF_KNOWN],
  [20140201, 0.0396, "traderstatus.com, SEC fee rates and ORF", ORF_KNOWN],
  [20150801, 0.0427, "traderstatus.com, SEC fee rates and ORF", ORF_KNOWN],
  [20170206, 0.0378, "ibkr.info article 1184", ORF_KNOWN],
  [20250303, 0.02815, "ibkrguides.com, Options Regulatory Fee", ORF_KNOWN],
  [
    20260701,
    0.0127,
    "middle of 0.0013 to 0.0240",
    "Since 2026-07-01 the options regulatory fee depends on the exchange; the middle of its range, 0.0127, is applied.",
  ],
];

const ABSENT = 19000101;

function none(component: FeeRow["component"], assetClass: FeeRow["assetClass"], side: FeeRow["side"]): FeeRow {
  const unit = assetClass === "option" ? "contract" : "share";
  return { component, assetClass, currency: "USD", side, unit, rate: 0, from: ABSENT, source: "the fee did not exist" };
}

function secRows(assetClass: "stock" | "option"): FeeRow[] {
  const row = { component: "sec", assetClass, currency: "USD", side: "sell", unit: "value" } as const;
  const before = "1/300 of 1 % until 2001-12-27";
  const note = "Before 1997 the SEC fee was not charged on Nasdaq stocks; it is applied to every US stock.";
  return [
    { ...row, rate: 1 / 300 / 100, from: ABSENT, to: 19961231, source: before, note },
    { ...row, rate: 1 / 300 / 100, from: 19970101, source: before },
    ...SEC.map(([from, perMillion]) => ({ ...row, rate: perMillion / 1e6, from, source: "SEC fee rate advisory" })),
  ];
}

export const REGULATORY_ROWS: readonly FeeRow[] = [
  ...secRows("stock"),
  ...secRows("option"),

  none("taf", "stock", "sell"),
  ...TAF_STOCK.map(
    ([from, rate, cap, source]): FeeRow => ({
      component: "taf",
      assetClass: "stock",
      currency: "USD",
      side: "sell",
      unit: "share",
      rate,
      cap,
      from,
      source,
      ...(from === 20270101 && { to: 20281231 }),
    }),
  ),
  none("taf", "option", "sell"),
  ...TAF_OPTION.map(
    ([from, rate]): FeeRow => ({
      component: "taf",
      assetClass: "option",
      currency: "USD",
      side: "sell",
      unit: "contract",
      rate,
      from,
      source: "FINRA By-Laws, Schedule A",
      ...(from === 20270101 && { to: 20281231 }),
    }),
  ),

  none("cat", "stock", "both"),
  ...CAT.map(
    ([from, rate, source, note]): FeeRow => ({
      component: "cat",
      assetClass: "stock",
      currency: "USD",
      side: "both",
      unit: "share",
      rate,
      from,
      source,
      ...(note !== undefined && { note }),
    }),
  ),
  none("cat", "option", "both"),
  ...CAT.map(
    ([from, rate, source, note]): FeeRow => ({
      component: "cat",
      assetClass: "option",
      currency: "USD",
      side: "both",
      unit: "contract",
      rate: rate * 100,
      from,
      source,
      ...(note !== undefined && { note }),
    }),
  ),

  none("orf", "option", "both"),
  ...ORF.map(
    ([from, rate, source, note]): FeeRow => ({
      component: "orf",
      assetClass: "option",
      currency: "USD",
      side: "both",
      unit: "contract",
      rate,
      from,
      source,
      note,
    }),
  ),

  {
    component: "occ",
    assetClass: "option",
    currency: "USD",
    side: "both",
    unit: "contract",
    rate: 0.02,
    cap: 55,
    from: 20210601,
    source: "OCC schedule of fees: 0.02, at most 55 for a trade",
  },
  {
    component: "occ",
    assetClass: "option",
    currency: "USD",
    side: "both",
    unit: "contract",
    rate: 0.025,
    from: 20260101,
    source: "OCC schedule of fees",
  },
];
