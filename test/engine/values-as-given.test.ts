import { expect, it } from "vitest";
import { flat } from "../bars.js";
import { run, type Trader } from "../scripted.js";

const nothing = undefined as unknown as number;
const text = "100" as unknown as number;

it.each<[string, (trader: Trader) => unknown]>([
  ["The target for SPY is undefined.", (trader) => trader.target("SPY", nothing)],
  ["The target for SPY is undefined.", (trader) => trader.targetValue("SPY", nothing)],
  ['The target for SPY is "100".', (trader) => trader.target("SPY", text)],
  ['An order for SPY has limit="100".', (trader) => trader.buy("SPY", 1, { limit: text })],
  ['An order for SPY has trailPercent="100".', (trader) => trader.sell("SPY", 1, { trailPercent: text })],
  ["An order for SPY has quantity=undefined.", (trader) => trader.buy("SPY", nothing)],
])("a value that is no number is told as it was given: %s", async (sentence, order) => {
  await expect(run(flat("SPY", "1day", 100, 3), { 0: order })).rejects.toThrow(sentence);
});
