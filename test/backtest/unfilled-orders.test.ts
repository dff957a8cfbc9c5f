import { describe, expect, it } from "vitest";
import { type BacktestOptions, type Bar, backtest, type OrderOptions, Strategy } from "../../index.js";
import { flat } from "../bars.js";

/** The warning of what became of orders of which none filled, in a run that makes one on each bar. */
async function told(order: OrderOptions, options: Partial<BacktestOptions> = {}, quantity = 1): Promise<string> {
  class Buyer extends Strategy {
    override onBar(bar: Bar): void {
      this.buy(bar.instrument, quantity, order);
    }
  }
  const data = [flat("SPY", "1day", 100, 5)];
  const result = await backtest({ strategy: Buyer, data, ...options });
  return result.caveats.find(({ text }) => /orders filled: |did not fill: /.test(text))?.text ?? "";
}

describe("orders of which none fills", () => {
  it("are told to have expired where the bars lie outside of the hours by which they do", async () => {
    expect(await told({}, { calendar: "XTKS", data: "sample", to: "2000-03-01" })).toMatch(
      /^None of \d+ orders filled: \d+ expired, .*They ended with their session, before the next bar: the bars of SP500 do not lie within the hours of the calendar XTKS\. Choose the calendar of its exchange, or the hours that the bars show \(--calendar bars\)\.$/,
    );
  });

  it("are told to have expired before their price was reached", async () => {
    expect(await told({ limit: 50 })).toMatch(
      /^None of 5 orders filled: \d expired.* before their price was reached: tif "GTC" keeps them for longer\.$/,
    );
  });

  it("are told to have been denied, with the commonest denial in full", async () => {
    expect(await told({}, {}, 1_000_000)).toMatch(
      /^None of 5 orders filled: 5 denied or rejected\. Most often it was MARGIN, the first time as MARGIN: needed=/,
    );
  });

  it("are told to wait still where the data ends first", async () => {
    expect(await told({ limit: 50, tif: "GTC" })).toBe(
      "None of 5 orders filled: 5 still waiting at the end. They waited for a price, or for an open, that the data does not reach.",
    );
  });

  it("are not told of where one has filled, or none was made", async () => {
    expect(await told({})).toBe("");
    class Idle extends Strategy {}
    const { caveats } = await backtest({ strategy: Idle, data: [flat("SPY", "1day", 100, 5)] });
    expect(caveats.map(({ text }) => text)).toContain("No trade was made, so nothing can be said of the strategy.");
  });
});
