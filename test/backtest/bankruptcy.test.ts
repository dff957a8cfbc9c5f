import { expect, it } from "vitest";
import { bars, type Row } from "../bars.js";
import { run } from "../scripted.js";

const at = (price: number): Row => [price, price, price, price];

it("an account without anything left is told to have been bankrupt, with the first date and the depth", async () => {
  const prices = bars("SPY", "1day", [100, 100, 60, 30, 45, 100].map(at));
  const { caveats } = await run(prices, { 0: (trader) => trader.buy("SPY", 2000) });
  expect(caveats[0]).toEqual({
    level: "warning",
    text: "The account was bankrupt on 2024-01-11, with an equity as low as -40,000.00 USD in the run: what came after could not have been traded.",
  });
});

it("an account that keeps something is not told to have been bankrupt", async () => {
  const prices = bars("SPY", "1day", [100, 100, 60, 100].map(at));
  const { caveats } = await run(prices, { 0: (trader) => trader.buy("SPY", 2000) });
  expect(caveats.filter(({ text }) => text.includes("bankrupt"))).toEqual([]);
});
