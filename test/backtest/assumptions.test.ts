import { describe, expect, it } from "vitest";
import type { InstrumentSpec } from "../../index.js";
import { flat } from "../bars.js";
import { run, type Settings } from "../scripted.js";

/** What a run on these instruments takes for granted. */
async function assumed(which: readonly (string | InstrumentSpec)[], settings: Settings): Promise<readonly string[]> {
  const data = which.map((one) => flat(one, "1day", 100, 3));
  return (await run(data, {}, settings)).assumptions;
}

describe("slippage by the tick", () => {
  const coin = { symbol: "BTC", tickSize: 0 };
  const about = async (which: readonly (string | InstrumentSpec)[], slippage = "ticks:1"): Promise<string[]> =>
    (await assumed(which, { slippage })).filter((text) => text.startsWith("Fills are"));

  it("is said to be none for instruments that have no tick", async () => {
    expect(await about([coin])).toEqual([
      "Fills are at the price of the bar or quote, without slippage: BTC has no tick (tickSize 0).",
    ]);
    expect(await about([coin, { symbol: "ETH", tickSize: 0 }])).toEqual([
      "Fills are at the price of the bar or quote, without slippage: BTC, ETH have no tick (tickSize 0).",
    ]);
    expect(await about([coin, "SPY"], "ticks:2")).toEqual([
      "Fills are 2 ticks worse than the price of the bar or quote, but for those without slippage: BTC has no tick (tickSize 0).",
    ]);
  });

  it("is said as it is where all have ticks, or where it is of another kind", async () => {
    expect(await about(["SPY"])).toEqual(["Fills are 1 tick worse than the price of the bar or quote."]);
    expect(await about([coin], "bps:2")).toEqual([
      "Fills are 2 basis points worse than the price of the bar or quote.",
    ]);
    expect(await about([coin], "none")).toEqual(["Fills are at the price of the bar or quote, without slippage."]);
  });
});

describe("margin", () => {
  const es = { symbol: "ESZ6", assetClass: "future", multiplier: 50, tickSize: 0.25 } as const;
  const own = { ...es, future: { expiry: "2026-12-18", initialMargin: 13_200 } };
  const call = {
    symbol: "SPYC100",
    assetClass: "option",
    option: { underlying: "SPY", right: "call", strike: 100, expiry: "2026-12-18" },
  } as const;
  const pair = { symbol: "EURUSD", assetClass: "forex" } as const;
  const about = async (which: readonly (string | InstrumentSpec)[], margin = "reg-t"): Promise<string[]> =>
    (await assumed(which, { margin })).filter((text) => /margin|account|borrowed|settlement|paid in full/.test(text));
  const CALL =
    "On a margin call positions are closed at once at the market, the one with the largest margin first, until the margin is restored.";
  const ALONE = "Positions are not offset against each other for margin.";

  it("of futures alone is told with the figures that were given, and without stocks", async () => {
    expect(await about([own])).toEqual([
      "A margin account: a future needs its contract's margin.",
      CALL,
      ALONE,
      "The margin of a contract is what was given: ESZ6 13,200.00 to open and 12,000.00 USD to keep.",
    ]);
    expect(await about([own], "cash")).toEqual([
      "A cash account: futures need their initial margin in cash, and losses are taken off it.",
      "The margin of a contract is what was given: ESZ6 13,200.00 to open and 12,000.00 USD to keep.",
    ]);
  });

  it("of options or currencies alone is told without stocks", async () => {
    expect(await about([call])).toEqual([
      "A margin account: a short option needs margin.",
      CALL,
      ALONE,
      "Long options are paid in full; short ones need 20 % of the underlying less what they are out of the money, 10 % at least.",
    ]);
    expect((await assumed([pair], { margin: "reg-t" })).filter((text) => /[Cc]urrency pair/.test(text))).toEqual([
      "A margin account: a currency pair needs a share of its value.",
      "Currency pairs need 2 % of their value, those with a minor currency 5 %.",
    ]);
  });

  it("of stocks among others is told of all", async () => {
    const lines = await about(["SPY", call, own]);
    expect(lines[0]).toMatch(/^A Regulation T margin account: 50 % to open/);
    expect(lines).toContainEqual(expect.stringMatching(/^Stocks can always be borrowed/));
    expect(lines).toContainEqual(expect.stringMatching(/^Long options are paid in full/));
    expect(lines).toContainEqual(expect.stringMatching(/^The margin of a contract is what was given/));
  });

  it("is not said to need stock that could be borrowed where there is none", async () => {
    const told = async (which: string | InstrumentSpec): Promise<string> => {
      const { caveats } = await run(flat(which, "1day", 100, 3), {});
      return caveats.find(({ text }) => text.startsWith("The data does not tell"))?.text ?? "";
    };
    expect(await told(own)).not.toContain("borrowed");
    expect(await told("SPY")).toContain("borrowed");
  });
});
