import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SimError } from "../../brokers/sim/errors.js";
import {
  ADDS_LIQUIDITY,
  CLOSING_AUCTION,
  type FeeContext,
  type FeeModel,
  OPENING_AUCTION,
  REMOVES_LIQUIDITY,
} from "../../brokers/sim/fee-model.js";
import { feeProgramme } from "../../brokers/sim/fee-programme.js";
import { FEE_NAMES, feesByName } from "../../brokers/sim/fees-by-name.js";
import { ibFixed, ibTiered } from "../../brokers/sim/ib-fees.js";
import { basisPoints, noFees, perOrder, perShare, rate } from "../../brokers/sim/plain-fees.js";
import { REGULATORY_ROWS } from "../../brokers/sim/regulatory-rows.js";
import { futureRoot } from "../../core/market/future-root.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { flat } from "../bars.js";
import { run } from "../scripted.js";

const instrument = (spec: InstrumentSpec, index = 0): Instrument => new Instrument(spec, index);
const SPY = instrument({ symbol: "SPY", assetClass: "etf" }, 0);
const CALL = instrument({ symbol: "SPY261218C00500000", assetClass: "option" }, 1);
const ES = instrument({ symbol: "ESZ6", assetClass: "future", multiplier: 50, tickSize: 0.25 }, 2);
const EURUSD = instrument({ symbol: "EUR.USD", assetClass: "forex" }, 3);
const USDJPY = instrument({ symbol: "USD.JPY", assetClass: "forex" }, 4);

let orders = 0;
function fill(of: Instrument, changes: Partial<FeeContext> = {}): FeeContext {
  return {
    instrument: of,
    order: orders++,
    buy: true,
    quantity: 100,
    price: 100,
    time: 0,
    tradeDate: 20230615,
    liquidity: REMOVES_LIQUIDITY,
    toUsd: 1,
    completes: false,
    ...changes,
  };
}
const sell = (of: Instrument, changes: Partial<FeeContext> = {}): FeeContext => fill(of, { buy: false, ...changes });
const chargeOnce = (model: FeeModel, context: FeeContext): number => model.charge(context);

function dayBefore(date: number): number {
  const text = String(date);
  const day = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6)) - 1));
  return Number(day.toISOString().slice(0, 10).replaceAll("-", ""));
}

/** Holds a dated rate to a published list: each date has its rate, the day before it the one in front. */
function holdsTo(
  rateOn: (date: number) => number,
  published: readonly (readonly [number, number])[],
  before: number,
): void {
  published.forEach(([from, expected], i) => {
    expect(rateOn(from), `on ${from}`).toBeCloseTo(expected, 12);
    expect(rateOn(dayBefore(from)), `on the day before ${from}`).toBeCloseTo(
      i === 0 ? before : published[i - 1][1],
      12,
    );
  });
}

describe("dated rates", () => {
  const stock = feeProgramme(SPY, "fixed");
  const option = feeProgramme(CALL, "fixed");

  it("changes the SEC fee on the day of each advisory and not before", () => {
    const perMillion = (date: number): number => (stock.sec?.at(date).rate ?? Number.NaN) * 1e6;
    holdsTo(
      perMillion,
      [
        [20070317, 15.3],
        [20080125, 11],
        [20080401, 5.6],
        [20090410, 25.7],
        [20100115, 12.7],
        [20100401, 16.9],
        [20110121, 19.2],
        [20120221, 18],
        [20120401, 22.4],
        [20130525, 17.4],
        [20140318, 22.1],
        [20150214, 18.4],
        [20160216, 21.8],
        [20170704, 23.1],
        [20180522, 13],
        [20190416, 20.7],
        [20200218, 22.1],
        [20210225, 5.1],
        [20220514, 22.9],
        [20230227, 8],
        [20240522, 27.8],
        [20250514, 0],
        [20260404, 20.6],
      ],
      30.7,
    );
    holdsTo(
      perMillion,
      [
        [20011228, 15],
        [20020401, 30.1],
        [20030322, 25.2],
        [20030401, 46.8],
        [20040222, 39],
        [20040401, 23.4],
        [20050107, 32.9],
        [20050401, 41.8],
        [20051222, 30.7],
      ],
      100 / 3,
    );
    expect(perMillion(20250513)).toBeCloseTo(27.8);
    expect(perMillion(20250514)).toBe(0);
    expect(perMillion(20260403)).toBe(0);
    expect(perMillion(20991231)).toBeCloseTo(20.6);
  });

  it("changes FINRA's trading activity fee and its cap on each date, and pauses it in the last quarter of 2026", () => {
    const published = [
      [20041101, 0.000075, 3.75],
      [20110701, 0.00009, 4.5],
      [20120301, 0.000095, 4.75],
      [20120701, 0.000119, 5.95],
      [20220101, 0.00013, 6.49],
      [20230101, 0.000145, 7.27],
      [20240101, 0.000166, 8.3],
      [20260101, 0.000195, 9.79],
      [20261001, 0, 0],
      [20270101, 0.000195, 9.79],
    ] as const;
    holdsTo(
      (date) => stock.taf?.at(date).rate ?? Number.NaN,
      published.map(([from, r]) => [from, r]),
      0.0001,
    );
    holdsTo(
      (date) => stock.taf?.at(date).cap ?? Number.NaN,
      published.map(([from, , cap]) => [from, cap]),
      10,
    );
    expect(stock.taf?.at(20020930).rate).toBe(0);
    expect(stock.taf?.at(20261231).rate).toBe(0);
  });

  it("changes the option rates of FINRA, OCC and the audit trail on each date", () => {
    holdsTo(
      (date) => option.taf?.at(date).rate ?? Number.NaN,
      [
        [20240101, 0.00279],
        [20260101, 0.00329],
        [20261001, 0],
        [20270101, 0.00329],
      ],
      0.00244,
    );
    const row = (component: string) => option.perUnit.find((rows) => rows.rows[0].component === component);
    holdsTo((date) => row("occ")?.at(date).rate ?? Number.NaN, [[20260101, 0.025]], 0.02);
    holdsTo(
      (date) => row("cat")?.at(date).rate ?? Number.NaN,
      [
        [20251201, 0],
        [20260501, 0.0003],
      ],
      0.0022,
    );
  });

  it("charges nothing for the audit trail before September 2024, in the winter of 2025, and again from May 2026", () => {
    const cat = stock.perUnit.find((rows) => rows.rows[0].component === "cat");
    holdsTo(
      (date) => cat?.at(date).rate ?? Number.NaN,
      [
        [20240901, 0.000035],
        [20241001, 0.000048],
        [20250101, 0.000035],
        [20250701, 0.000022],
        [20251201, 0],
        [20260501, 0.000003],
      ],
      0,
    );
  });

  it("keeps the rows of every regulatory fee in order of date, each with a source", () => {
    const lastOf = new Map<string, number>();
    for (const row of REGULATORY_ROWS) {
      const key = `${row.component} ${row.assetClass}`;
      expect(row.from, `${key} from ${row.from}`).toBeGreaterThan(lastOf.get(key) ?? 0);
      expect(row.source).not.toBe("");
      lastOf.set(key, row.from);
    }
  });

  it("answers the same whether dates are asked for in order or at random", () => {
    const dates = fc.array(fc.integer({ min: 19900101, max: 20301231 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(dates, (asked) => {
        const fresh = asked.map((date) => feeProgramme(SPY, "fixed").sec?.at(date).rate);
        expect(asked.map((date) => stock.sec?.at(date).rate)).toEqual(fresh);
      }),
      { numRuns: 20 },
    );
  });
});

it("a run says of fees only what its instruments are asked for", async () => {
  const said = async (spec: InstrumentSpec): Promise<string[]> => {
    const { assumptions } = await run(flat(spec, "1day", 1.1, 2), {}, { fees: "ib-fixed" });
    return assumptions.filter((text) => text.startsWith("Fees are those"));
  };
  expect(await said({ symbol: "SPY" })).toEqual([
    "Fees are those of Interactive Brokers' fixed plan, with the fees of SEC, FINRA and CAT by date.",
  ]);
  expect(await said({ symbol: "EUR.USD", assetClass: "forex" })).toEqual([
    "Fees are those of Interactive Brokers' fixed plan.",
  ]);
});

describe("IB's fixed plan on US stocks", () => {
  it("charges half a cent a share above the minimum, and one dollar below it", () => {
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 1_000, price: 50 }))).toBe(5);
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 100, price: 50 }))).toBe(1);
  });

  it("lets the cap of 1 % of the value win, over the minimum too", () => {
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 100, price: 0.25 }))).toBe(0.25);
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 10_000, price: 0.2 }))).toBe(20);
  });

  it("takes at least a cent for a fraction of a share", () => {
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 0.1, price: 1 }))).toBe(0.01);
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 1, price: 0.1 }))).toBe(0);
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 0.5, price: 400 }))).toBe(1);
  });

  it("adds the SEC and FINRA fees to sells only", () => {
    // 5.00 + 50,000 x 27.80 per million + 1,000 x 0.000166 = 6.556
    expect(chargeOnce(ibFixed(), sell(SPY, { quantity: 1_000, price: 50, tradeDate: 20240603 }))).toBe(6.56);
    expect(chargeOnce(ibFixed(), fill(SPY, { quantity: 1_000, price: 50, tradeDate: 20240603 }))).toBe(5);
  });

  it("adds the audit trail to both sides from May 2026", () => {
    const big = { quantity: 100_000, price: 50 };
    expect(chargeOnce(ibFixed(), fill(SPY, { ...big, tradeDate: 20260430 }))).toBe(500);
    expect(chargeOnce(ibFixed(), fill(SPY, { ...big, tradeDate: 20260501 }))).toBe(500.3);
    // 500 + 5,000,000 x 20.60 per million + cap of 9.79 + 0.30
    expect(chargeOnce(ibFixed(), sell(SPY, { ...big, tradeDate: 20260501 }))).toBe(613.09);
  });

  it("caps FINRA's fee for each trade and takes none below its rate a share", () => {
    const day = { tradeDate: 20260202, quantity: 10_000_000 };
    // 10,000,000 x 0.005 is over 1 % of 1,000,000: the cap of 10,000 and FINRA's 9.79; no SEC fee that winter.
    expect(chargeOnce(ibFixed(), sell(SPY, { ...day, price: 0.1 }))).toBe(10_009.79);
    expect(chargeOnce(ibFixed(), sell(SPY, { ...day, price: 0.0002 }))).toBe(20 + 9.79);
    expect(chargeOnce(ibFixed(), sell(SPY, { ...day, price: 0.0001 }))).toBe(10);
  });

  it("caps FINRA's fee for each fill by itself, since each is a trade", () => {
    const model = ibFixed();
    const half = { order: 9, quantity: 50_000, price: 10, tradeDate: 20260202 };
    // 250 and 9.75 under the cap of 9.79, twice
    expect(model.charge(sell(SPY, half))).toBe(259.75);
    expect(model.charge(sell(SPY, half))).toBe(259.75);
    expect(chargeOnce(ibFixed(), sell(SPY, { ...half, quantity: 100_000 }))).toBe(509.79);
  });

  it("sells without FINRA's fee on 2026-12-31 and with it on 2027-01-04", () => {
    const sale = { quantity: 10_000, price: 10 };
    // 50 + 100,000 x 20.60 per million + 10,000 x 0.000003, and 1.95 for FINRA
    expect(chargeOnce(ibFixed(), sell(SPY, { ...sale, tradeDate: 20261231 }))).toBe(52.09);
    expect(chargeOnce(ibFixed(), sell(SPY, { ...sale, tradeDate: 20270104 }))).toBe(54.04);
  });

  it("charges an order that fills twice on a day its minimum once, and again on the next day", () => {
    const model = ibFixed();
    const part = { order: 7, quantity: 50, price: 20 };
    expect(model.charge(fill(SPY, { ...part, tradeDate: 20230615 }))).toBe(1);
    expect(model.charge(fill(SPY, { ...part, tradeDate: 20230615 }))).toBe(0);
    expect(model.charge(fill(SPY, { ...part, tradeDate: 20230616 }))).toBe(1);
  });

  it("charges Canadian stocks a cent a share, at least a dollar, at most half a percent", () => {
    const shop = instrument({ symbol: "SHOP", currency: "CAD", timeZone: "America/Toronto" });
    expect(chargeOnce(ibFixed(), fill(shop, { quantity: 500, price: 80 }))).toBe(5);
    expect(chargeOnce(ibFixed(), sell(shop, { quantity: 50, price: 80 }))).toBe(1);
    expect(chargeOnce(ibFixed(), fill(shop, { quantity: 100, price: 1 }))).toBe(0.5);
  });

  it("refuses a stock in a currency without a row, and says what to choose instead", () => {
    const sap = instrument({ symbol: "SAP", currency: "EUR", timeZone: "Europe/Berlin" });
    expect(() => ibFixed().charge(fill(sap))).toThrow(SimError);
    expect(() => ibFixed().charge(fill(sap))).toThrow("IB's fees for SAP (a stock in EUR) are not in the table.");
  });
});

describe("IB's tiered plan", () => {
  it("adds exchange, clearing and pass-through fees to the commission", () => {
    // commission 3.50, with 0.000740 of it passed through 3.50259; exchange 3.00, clearing 0.20
    expect(chargeOnce(ibTiered(), fill(SPY, { quantity: 1_000, price: 50 }))).toBe(6.7);
    expect(chargeOnce(ibTiered(), fill(SPY, { quantity: 1_000, price: 50, liquidity: ADDS_LIQUIDITY }))).toBe(3.7);
    expect(chargeOnce(ibTiered(), fill(SPY, { quantity: 1_000, price: 50, liquidity: OPENING_AUCTION }))).toBe(5.2);
    expect(chargeOnce(ibTiered(), fill(SPY, { quantity: 1_000, price: 50, liquidity: CLOSING_AUCTION }))).toBe(5.3);
  });

  it("takes 0.35 at least, and no more than 0.3 % of the value for the exchange below a dollar", () => {
    expect(chargeOnce(ibTiered(), fill(SPY, { quantity: 10, price: 100, liquidity: ADDS_LIQUIDITY }))).toBe(0.35);
    // commission capped at 1.00, exchange at 0.30, clearing 0.20
    expect(chargeOnce(ibTiered(), fill(SPY, { quantity: 1_000, price: 0.1 }))).toBe(1.5);
  });

  it("charges the lower rate for the shares above 300,000 in a month, and starts anew the next month", () => {
    const model = ibTiered();
    const big = { quantity: 400_000, price: 10, liquidity: ADDS_LIQUIDITY } as const;
    // 300,000 x 0.0035 + 100,000 x 0.0020 = 1,250, passed through 0.925, clearing 80
    expect(model.charge(fill(SPY, { ...big, tradeDate: 20230615 }))).toBe(1330.93);
    // 400,000 x 0.0020 = 800 + 0.592 + 80
    expect(model.charge(fill(SPY, { ...big, tradeDate: 20230616 }))).toBe(880.59);
    expect(model.charge(fill(SPY, { ...big, tradeDate: 20230703 }))).toBe(1330.93);
    model.reset();
    expect(model.charge(fill(SPY, { ...big, tradeDate: 20230616 }))).toBe(1330.93);
  });
});

describe("IB's options, futures and forex", () => {
  it("charges an option by its premium, with a minimum of a dollar an order", () => {
    // from 2023: ORF 0.0378 and OCC 0.02 a contract
    const ten = (price: number): number => chargeOnce(ibFixed(), fill(CALL, { quantity: 10, price }));
    expect(ten(0.1)).toBe(7.08);
    expect(ten(0.09)).toBe(5.58);
    expect(ten(0.05)).toBe(5.58);
    expect(ten(0.04)).toBe(3.08);
    expect(chargeOnce(ibFixed(), fill(CALL, { quantity: 1, price: 2 }))).toBe(1.06);
  });

  it("adds FINRA's fee and the SEC's to options sold", () => {
    // 2026-05-04: 6.50 + SEC 1,000 x 20.60 per million + TAF 0.0329 + ORF 0.2815 + OCC 0.25 + CAT 0.003
    expect(chargeOnce(ibFixed(), sell(CALL, { quantity: 10, price: 1, tradeDate: 20260504 }))).toBe(7.09);
    // 2026-02-02: no SEC fee, no CAT fee
    expect(chargeOnce(ibFixed(), sell(CALL, { quantity: 10, price: 1, tradeDate: 20260202 }))).toBe(7.06);
  });

  it("lets option rates fall with the month's contracts on either plan", () => {
    const model = ibFixed();
    // 10,000 x 0.65 + 2,000 x 0.50, and 12,000 x 0.0378; the OCC takes at most 55 for a trade
    expect(model.charge(fill(CALL, { quantity: 12_000, price: 1 }))).toBe(7_500 + 453.6 + 55);
  });

  it("charges futures commission, exchange and regulatory fee a contract", () => {
    expect(chargeOnce(ibFixed(), fill(ES, { quantity: 2, price: 5_000 }))).toBe(4.5);
    const future = (symbol: string): Instrument => instrument({ symbol, assetClass: "future", tickSize: 0.25 });
    expect(chargeOnce(ibFixed(), fill(future("MESZ6"), { quantity: 2 }))).toBe(1.24);
    expect(chargeOnce(ibFixed(), fill(future("M6EZ6"), { quantity: 1 }))).toBe(0.41);
    expect(chargeOnce(ibFixed(), fill(future("E7Z6"), { quantity: 1 }))).toBe(1.37);
    expect(chargeOnce(ibFixed(), fill(future("BTCZ6"), { quantity: 1 }))).toBe(11.52);
    expect(chargeOnce(ibFixed(), fill(future("ZSX26"), { quantity: 1 }))).toBe(2.47);
  });

  it("lets the tiered rate of futures fall after 1,000 contracts, the fixed one not", () => {
    const many = { quantity: 1_500, price: 5_000 };
    expect(chargeOnce(ibFixed(), fill(ES, many))).toBe(1_500 * 2.25);
    expect(chargeOnce(ibTiered(), fill(ES, many))).toBe(1_000 * 2.25 + 500 * 2.05);
  });

  it("charges forex a fifth of a basis point, at least two dollars", () => {
    expect(chargeOnce(ibFixed(), fill(EURUSD, { quantity: 20_000, price: 1.1 }))).toBe(2);
    expect(chargeOnce(ibFixed(), fill(EURUSD, { quantity: 1_000_000, price: 1.1 }))).toBe(22);
    const gold = instrument({ symbol: "XAU.USD", assetClass: "forex" });
    expect(chargeOnce(ibFixed(), fill(gold, { quantity: 100, price: 2_000 }))).toBe(30);
  });

  it("turns the dollars of forex minimums and tiers into the pair's currency, and refuses without a rate", () => {
    const yen = { quantity: 1_000, price: 150, toUsd: 1 / 150 };
    expect(chargeOnce(ibFixed(), fill(USDJPY, yen))).toBe(300);
    expect(chargeOnce(ibFixed(), fill(USDJPY, { ...yen, quantity: 1_000_000 }))).toBe(3_000);
    // The pair itself tells what a dollar is worth.
    expect(chargeOnce(ibFixed(), fill(USDJPY, { ...yen, toUsd: Number.NaN }))).toBe(300);
    const eurGbp = new Instrument({ symbol: "EUR.GBP", assetClass: "forex" });
    const pounds = { quantity: 1_000, price: 0.85, toUsd: Number.NaN };
    expect(() => ibFixed().charge(fill(eurGbp, pounds))).toThrow("no rate from GBP to USD");
  });

  it("finds the root of a contract's symbol however its year is written", () => {
    expect(["ESZ6", "ESZ26", "ESZ2026", "ES", "6EH4", "MNQM7", "CLK20", "HGK5"].map(futureRoot)).toEqual([
      "ES",
      "ES",
      "ES",
      "ES",
      "6E",
      "MNQ",
      "CL",
      "HG",
    ]);
  });
});

describe("plain fees", () => {
  it("takes 0.2 % of a fill's value, unrounded and with the multiplier", () => {
    expect(chargeOnce(rate(0.002), fill(SPY, { quantity: 10, price: 104.06 }))).toBe(0.002 * (104.06 * 10));
    expect(chargeOnce(rate(0.001), fill(CALL, { quantity: 2, price: 3 }))).toBeCloseTo(0.6, 12);
    expect(chargeOnce(basisPoints(2), fill(SPY))).toBeCloseTo(2, 12);
    expect(chargeOnce(noFees(), fill(SPY))).toBe(0);
  });

  it("takes an amount an order once, however many fills it needs on a day", () => {
    const model = perOrder(1.5);
    expect([1, 1, 2].map((order) => model.charge(fill(SPY, { order })))).toEqual([1.5, 0, 1.5]);
  });

  it("takes that amount again on each further trade date", () => {
    const model = perOrder(1.5);
    const days = [20240301, 20240301, 20240304, 20240304];
    expect(days.map((tradeDate) => model.charge(fill(SPY, { order: 1, tradeDate })))).toEqual([1.5, 0, 1.5, 0]);
  });

  it("holds a rate a share between minimum and cap, and lets either win", () => {
    const tiny = { quantity: 10, price: 1 };
    expect(chargeOnce(perShare({ rate: 0.005, minimum: 1, cap: 0.01 }), fill(SPY, tiny))).toBeCloseTo(0.1, 12);
    const floor = perShare({ rate: 0.005, minimum: 1, cap: 0.01, capAboveMinimumOnly: true });
    expect(chargeOnce(floor, fill(SPY, tiny))).toBe(1);
    expect(chargeOnce(perShare({ rate: 0.005, minimum: 1 }), fill(SPY, { quantity: 1_000 }))).toBe(5);
  });
});

describe("any fee model", () => {
  const names = [
    "ib-fixed",
    "ib-tiered",
    "per-share:0.005,min=1,cap=0.01",
    "per-order:1",
    "rate:0.002",
    "bps:2",
    "none",
  ];
  const kinds = [SPY, CALL, ES, EURUSD];
  // Small enough for the caps of FINRA and the OCC, which hold for each trade, to stay out of it.
  const parts = fc.array(fc.integer({ min: 1, max: 220 }), { minLength: 1, maxLength: 12 });
  const dates = fc.constantFrom(20010102, 20050615, 20120221, 20190102, 20241115, 20260202, 20260504, 20270104);

  it("charges partial fills of an order on a day what one fill of the whole costs", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...kinds),
        parts,
        fc.integer({ min: 1, max: 40_000 }),
        dates,
        fc.boolean(),
        (name, of, quantities, pips, tradeDate, buy) => {
          const price = pips / 100;
          const model = feesByName(name);
          let sum = 0;
          for (const quantity of quantities)
            sum += model.charge(fill(of, { order: 3, quantity, price, tradeDate, buy }));
          const quantity = quantities.reduce((total, part) => total + part, 0);
          const whole = feesByName(name).charge(fill(of, { order: 3, quantity, price, tradeDate, buy }));
          expect(sum).toBeCloseTo(whole, 6);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never pays the trader, and costs no less for more", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.constantFrom(...kinds),
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.double({ min: 0.01, max: 5_000, noNaN: true }),
        dates,
        fc.boolean(),
        (name, of, quantity, price, tradeDate, buy) => {
          const once = feesByName(name).charge(fill(of, { quantity, price, tradeDate, buy }));
          const twice = feesByName(name).charge(fill(of, { quantity: 2 * quantity, price, tradeDate, buy }));
          expect(once).toBeGreaterThanOrEqual(0);
          expect(twice).toBeGreaterThanOrEqual(once);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("estimates what it would charge, and an estimate changes nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), parts, dates, (name, quantities, tradeDate) => {
        const asked = feesByName(name);
        const unasked = feesByName(name);
        quantities.forEach((quantity, i) => {
          const context = fill(SPY, { order: i % 3, quantity, tradeDate });
          expect(asked.estimate(context)).toBe(asked.estimate(context));
          const estimate = asked.estimate(context);
          expect(asked.charge(context)).toBe(estimate);
          expect(unasked.charge(context)).toBe(estimate);
        });
      }),
      { numRuns: 100 },
    );
  });
});

describe("fees by name", () => {
  it("reads every form, and a model's name reads back as the same model", () => {
    for (const text of [
      "none",
      "ib-fixed",
      "ib-tiered",
      "per-share:0.005,min=1",
      "per-share:0.005,min=1,cap=0.01,min-first=1",
      "per-order:1",
      "rate:0.002",
      "bps:2",
    ]) {
      expect(feesByName(text).name).toBe(text);
      expect(feesByName(text).description).toMatch(/^[A-Z].*\.$/);
    }
    expect(FEE_NAMES).toContain("ib-fixed");
  });

  it("names the nearest model when the name is wrong", () => {
    expect(() => feesByName("ib-fixd")).toThrow('The fees "ib-fixd" are not known. Did you mean ib-fixed?');
    expect(() => feesByName("zzz")).toThrow('The fees "zzz" are not known. Write one of none, ');
  });

  it("says which number is missing, wrong or unknown", () => {
    expect(() => feesByName("rate")).toThrow('"rate" has fraction="". Write a number, such as 1 or 0.005.');
    expect(() => feesByName("rate:2")).toThrow('"rate:2" has fraction=2. It lies between 0 and 1.');
    expect(() => feesByName("per-share:x")).toThrow('"per-share:x" has rate=x.');
    expect(() => feesByName("per-share:0.01,mim=1")).toThrow("Did you mean min?");
    expect(() => feesByName("bps:2,3")).toThrow("After bps nothing but one number is expected.");
    expect(() => feesByName("per-order:-1")).toThrow("It is a finite number of 0 or more.");
  });
});

describe("assumptions for the report", () => {
  it("says that today's plan is applied to the years of the run", () => {
    const [first] = ibFixed().assumptions(20040819, 20130301);
    expect(first).toBe(
      "Commissions are those of Interactive Brokers' fixed plan as of September 2026, applied to 2004-08-19 to 2013-03-01 alike.",
    );
  });

  it("tells of every rate that was stretched beyond the dates it is known for", () => {
    const model = ibFixed();
    model.charge(sell(SPY, { tradeDate: 19950103 }));
    model.charge(fill(CALL, { tradeDate: 19950103 }));
    const lines = model.assumptions(19950103, 20300102);
    expect(lines).toContain(
      "Before 1997 the SEC fee was not charged on Nasdaq stocks; it is applied to every US stock.",
    );
    expect(lines).toContain("OCC clearing fee: the rate of 2021-06-01, 0.02, is applied to earlier dates.");
    expect(lines).toContain(
      "FINRA trading activity fee: the rate known until 2028-12-31, 0.000195, is applied to later dates.",
    );
    expect(lines.filter((line) => line.startsWith("Since 2026-07-01 the options regulatory fee"))).toHaveLength(1);
  });

  it("says nothing of rates the run never met", () => {
    const model = ibFixed();
    model.charge(fill(SPY, { tradeDate: 20230615 }));
    expect(model.assumptions(20230101, 20231231)).toHaveLength(2);
  });
});
