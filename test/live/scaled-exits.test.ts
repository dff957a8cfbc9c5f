import { expect, it } from "vitest";
import { type Bar, Strategy } from "../../index.js";
import { inBacktest, inOneProcess, type OneRun } from "./one-run.js";
import { marketOf } from "./wanted-market.js";

const SOURCE = "synthetic:symbols=2,bars=780,bar=1min,start=2020-01-06,seed=11";
const data = marketOf({ source: SOURCE, end: Infinity });

/** Gets out in two halves, each at a price of its own, above one stop for all. */
class InHalves extends Strategy {
  override onBar(bar: Bar): void {
    const { instrument, close } = bar;
    if (!this.position(instrument).isFlat || this.hasWorkingOrders(instrument)) return;
    const parent = this.buy(instrument, 100, { limit: close, tif: "GTC" });
    for (const further of [1.001, 1.002]) this.sell(instrument, 50, { limit: close * further, tif: "GTC", parent });
    this.sell(instrument, 100, { stop: close * 0.998, tif: "GTC", parent });
  }
}

/** Buys once more with what goes on rising behind an entry, on either of two stops. */
class AddsTwice extends Strategy {
  override onBar(bar: Bar): void {
    const { instrument, close } = bar;
    if (!this.position(instrument).isFlat || this.hasWorkingOrders(instrument)) return;
    const parent = this.buy(instrument, 100, { limit: close, tif: "GTC" });
    for (const further of [1.0005, 1.001]) this.buy(instrument, 50, { stop: close * further, tif: "GTC", parent });
  }
}

for (const [what, strategy] of [
  ["exits that close an entry in two halves", InHalves],
  ["children that add to an entry", AddsTwice],
] as const) {
  it(`${what} fill in a backtest as in a session`, async () => {
    const run: OneRun = { strategy, data, from: data.sessions[0].open[1] };
    const expected = await inBacktest(run);
    expect(expected.fills.length).toBeGreaterThan(5);
    expect(await inOneProcess(run)).toEqual(expected);
  });
}
