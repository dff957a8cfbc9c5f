import { describe, expect, it } from "vitest";
import type { BracketOptions, Order, OrderStatus } from "../../index.js";
import { fillsOf, run, type Settings } from "../scripted.js";
import { at, exchangeBars, quotesAt } from "./exchange-bars.js";

const days = exchangeBars("SPY", "1day", 20240110, 20240119, { row: (n) => [100 + n, 100.6 + n, 99.6 + n, 100.2 + n] });
const FRIDAY = at("2024-01-12 16:00");

async function bracketed(
  options: BracketOptions,
  settings: Settings = {},
): Promise<{ fills: string[]; statuses: (OrderStatus | undefined)[] }> {
  let orders: (Order | undefined)[] = [];
  const result = await run(
    days,
    {
      onStart: (trader) =>
        trader.schedule({ afterClose: 0 }, () => {
          if (trader.clock.now !== FRIDAY) return;
          const { entry, stopLoss, takeProfit } = trader.bracket("SPY", "buy", 10, options);
          orders = [entry, stopLoss, takeProfit];
        }),
    },
    { calendar: "auto", ...settings },
  );
  return { fills: fillsOf(result), statuses: orders.map((order) => order?.status) };
}

describe("a bracket whose entry is for the opening, made after a close", () => {
  const exits = { stopLoss: 90, takeProfit: 200 };

  it.each([{ type: "market-on-open" }, { type: "limit-on-open", limit: 110 }, { tif: "OPG" }] as const)(
    "leaves before the next open and fills at it: %o",
    async (entry) => {
      expect(await bracketed({ ...entry, ...exits })).toEqual({
        fills: ["bar 3 open: buy 10 at 103"],
        statuses: ["filled", "accepted", "accepted"],
      });
    },
  );

  it("waits for no quote of the session, of which there is none before its opening", async () => {
    const prices = [
      ["2024-01-12 15:59", 102.1, 102.12],
      ["2024-01-16 09:31", 102.99, 103.01],
    ] as const;
    const quotes = [quotesAt(days.instrument, prices)];
    const { statuses } = await bracketed({ type: "market-on-open", ...exits }, { quotes });
    expect(statuses).toEqual(["filled", "accepted", "accepted"]);
  });
});
