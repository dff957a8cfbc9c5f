import { describe, expect, it } from "vitest";
import { bars, flat, instrument, quotes, type Row } from "../bars.js";
import { equityOf, run } from "../scripted.js";

const CALM: Row = [100, 100, 100, 100];
const PAIR: Row = [1.1, 1.1, 1.1, 1.1];

describe("several currencies", () => {
  const sap = instrument({ symbol: "SAP", currency: "EUR", exchange: "IBIS" });
  const eurUsd = instrument({ symbol: "EUR.USD", assetClass: "forex" });

  it("a stock in euros is owed in euros and valued in dollars at the pair's rate", async () => {
    const seen: number[][] = [];
    const result = await run(
      [
        bars(sap, "1day", [CALM, CALM, [100, 110, 100, 110], [110, 110, 110, 110]]),
        bars(eurUsd, "1day", [PAIR, PAIR, PAIR, [1.2, 1.2, 1.2, 1.2]]),
      ],
      {
        onBars(trader, _bars, n) {
          if (n === 0) trader.buy("SAP", 10);
          seen.push([trader.account.cashIn("EUR"), trader.account.cashIn("USD"), trader.account.equity]);
        },
      },
    );
    const rounded = seen.map((row) => row.map((value) => Number(value.toFixed(6))));
    expect(rounded).toEqual([
      [0, 100_000, 100_000],
      [-1000, 100_000, 100_000],
      [-1000, 100_000, 100_110],
      [-1000, 100_000, 100_120],
    ]);
    expect(equityOf(result).at(-1)).toBeCloseTo(100_000 + 100 * 1.2, 6);
  });

  it("buying a pair exchanges cash of one currency for units of the other", async () => {
    const seen: number[] = [];
    await run(bars(eurUsd, "1day", [PAIR, PAIR, [1.2, 1.2, 1.2, 1.2]]), {
      onBar(trader, _bar, n) {
        if (n === 0) trader.buy("EUR.USD", 1000);
        seen.push(Number(trader.account.equity.toFixed(6)));
      },
    });
    expect(seen).toEqual([100_000, 100_000, 100_100]);
  });

  it("a pair quoted the other way round rates its own currency by the inverse", async () => {
    const usdJpy = instrument({ symbol: "USD.JPY", assetClass: "forex", tickSize: 0.005 });
    const sony = instrument({ symbol: "SONY", currency: "JPY", exchange: "TSEJ" });
    const result = await run(
      [
        bars(sony, "1day", [
          [1000, 1000, 1000, 1000],
          [1000, 1000, 1000, 1000],
          [1100, 1100, 1100, 1100],
        ]),
        flat(usdJpy, "1day", 100, 3),
      ],
      { onBars: (trader, _bars, n) => void (n === 0 && trader.buy("SONY", 100)) },
    );
    expect(equityOf(result).at(-1)).toBeCloseTo(100_000 + (100 * 100) / 100, 6);
  });

  it("given rates stand where no pair of the data tells them", async () => {
    const result = await run(
      bars(sap, "1day", [CALM, CALM, [100, 110, 100, 110]]),
      { 0: (trader) => trader.buy("SAP", 10) },
      { rates: { EUR: 2 } },
    );
    expect(equityOf(result).at(-1)).toBeCloseTo(100_200, 6);
  });

  it("dollars bought in an account of yen cost IB's minimum in yen, without another pair to tell its rate", async () => {
    const usdJpy = instrument({ symbol: "USD.JPY", assetClass: "forex", tickSize: 0.005 });
    const { fills } = await run(
      flat(usdJpy, "1day", 100, 3),
      { 0: (trader) => trader.buy("USD.JPY", 1_000) },
      { baseCurrency: "JPY", cash: 10_000_000, fees: "ib-fixed" },
    );
    expect(fills.fee[0]).toBeCloseTo(2 * 100, 6);
  });

  it("fees in dollars go by a rate that is given where neither pair nor account is in dollars", async () => {
    const eurGbp = instrument({ symbol: "EUR.GBP", assetClass: "forex" });
    const { fills } = await run(
      flat(eurGbp, "1day", 0.9, 3),
      { 0: (trader) => trader.buy("EUR.GBP", 1_000) },
      { baseCurrency: "GBP", cash: 1_000_000, fees: "ib-fixed", rates: { USD: 0.8 } },
    );
    expect(fills.fee[0]).toBeCloseTo(2 * 0.8, 6);
  });

  it("what holding a stock in euros would have won is what an account that held it has", async () => {
    const shares = instrument({ symbol: "SAP", currency: "EUR", exchange: "IBIS", quantityStep: 1e-6 });
    const { benchmark, equity } = await run(
      [
        bars(shares, "1day", [CALM, CALM, [100, 110, 100, 110], [110, 110, 110, 110]]),
        bars(eurUsd, "1day", [PAIR, PAIR, PAIR, [1.2, 1.2, 1.2, 1.2]]),
      ],
      { onBars: (trader, _bars, n) => void (n === 0 && trader.buy("SAP", 909.090909)) },
      { benchmark: "SAP" },
    );
    const won = (100_000 / 110) * 10;
    expect(benchmark?.value.at(-1)).toBeCloseTo(100_000 + won * 1.2, 6);
    expect(equity.value[equity.length - 1]).toBeCloseTo(100_000 + won * 1.2, 4);
    expect(benchmark?.value.at(-2)).toBeCloseTo(100_000 + won * 1.1, 6);
  });

  it("holding a pair against its own base currency is worth what was won in the other", async () => {
    const data = bars(eurUsd, "1day", [PAIR, [1.2, 1.2, 1.2, 1.2]]);
    const { benchmark } = await run(data, {}, { baseCurrency: "EUR", benchmark: "EUR.USD" });
    expect(benchmark?.value.at(-1)).toBeCloseTo(100_000 + (100_000 * 0.1) / 1.2, 6);
  });

  it("nothing is compared where nothing tells over time what its currency was worth", async () => {
    const { benchmark } = await run(
      flat("SPY", "1day", 100, 3),
      {},
      { quotes: [quotes(eurUsd, [[60, 1.1, 1.1002]])], benchmark: "SPY", baseCurrency: "EUR" },
    );
    expect(benchmark).toBeUndefined();
  });

  it("a run without a rate is refused before it begins", async () => {
    await expect(run(bars(sap, "1day", [CALM]), {})).rejects.toMatchObject({ code: "RATE_MISSING" });
  });

  it("the pair that would tell it is named as the market quotes it", async () => {
    const refusal = (currency: string, baseCurrency: string) => {
      const one = instrument({ symbol: "ONE", currency });
      return expect(run(bars(one, "1day", [CALM]), {}, { baseCurrency })).rejects;
    };
    await refusal("EUR", "USD").toThrow("the pair EUR.USD");
    await refusal("USD", "EUR").toThrow("the pair EUR.USD");
    await refusal("JPY", "EUR").toThrow("the pair EUR.JPY");
    await refusal("JPY", "USD").toThrow("the pair USD.JPY");
    await refusal("SEK", "JPY").toThrow("the pair SEK.JPY");
  });

  it("fees in a foreign currency are taken in it", async () => {
    const result = await run(
      bars(sap, "1day", [CALM, CALM]),
      { 0: (trader) => trader.buy("SAP", 10) },
      { rates: { EUR: 2 }, fees: "per-order:3" },
    );
    expect(equityOf(result).at(-1)).toBeCloseTo(100_000 - 6, 6);
    expect(result.statistics.fees).toBeCloseTo(6, 9);
  });
});
