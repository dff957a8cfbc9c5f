import { expect, it } from "vitest";
import type { Order } from "../../core/orders/order.js";
import { flat } from "../bars.js";
import { run, type Trader } from "../scripted.js";

/** What a strategy has not worked out yet. */
const level = undefined as unknown as number;
const entry = undefined as unknown as Order;

/** An order that works, for what is to be done with it. */
const working = (trader: Trader): Order => trader.buy("SPY", 1, { limit: 50 });

it.each<[string, (trader: Trader) => unknown]>([
  ['"limit" of an order', (trader) => trader.buy("SPY", 1, { limit: level })],
  ['"stop" of an order', (trader) => trader.sell("SPY", 1, { limit: 90, stop: level })],
  ['"trailPercent" of an order', (trader) => trader.sell("SPY", 1, { trailPercent: level })],
  ['"parent" of an order', (trader) => trader.sell("SPY", 1, { limit: 110, parent: entry })],
  ['"limit" of an order', (trader) => trader.target("SPY", 5, { limit: level })],
  ['"limit" of an order', (trader) => trader.submit({ instrument: "SPY", side: "buy", quantity: 1, limit: level })],
  ['"stopLoss" of a bracket', (trader) => trader.bracket("SPY", "buy", 1, { stopLoss: level, takeProfit: 120 })],
  ['"takeProfit" of a bracket', (trader) => trader.bracket("SPY", "buy", 1, { stopLoss: 90, takeProfit: level })],
  ['"limit" of a change of an order', (trader) => trader.modify(working(trader), { limit: level, quantity: 2 })],
])("an order that would be another one without it is refused where it is undefined: %s", async (what, order) => {
  await expect(run(flat("SPY", "1day", 100, 3), { 0: order })).rejects.toThrow(`The option ${what} is undefined.`);
});

it("what only describes an order may be undefined", async () => {
  const { orders } = await run(flat("SPY", "1day", 100, 3), {
    0: (trader) => trader.buy("SPY", 1, { tag: undefined, outsideRth: undefined, tif: undefined } as object),
  });
  expect(orders.length).toBe(1);
});
