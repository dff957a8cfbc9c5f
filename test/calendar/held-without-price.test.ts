import { describe, expect, it } from "vitest";
import type { Order } from "../../index.js";
import { flat, instrument, newYork, OPEN, quotes } from "../bars.js";
import { fillsOf, type Plan, run, type Settings } from "../scripted.js";

const spy = instrument("SPY");
const DAY = 24 * 3600;
/** Four sessions from 09:30 to 16:00. */
const hours = flat(spy, "1hour", 100, 24);
const settings = (rows: Parameters<typeof quotes>[1]): Settings => ({
  sessions: { SPY: newYork(4) },
  quotes: [quotes(spy, rows)],
});
/** Acts at the ends of sessions, which are counted from 0. */
const atCloses = (act: Plan["onSessionClose"]): Plan => ({ onSessionClose: act }) as Plan;

describe("an order that is held through a session without a price", () => {
  it("goes in front of those that were made later when it leaves", async () => {
    const result = await run(
      hours,
      atCloses((trader, _instrument, n) => {
        if (n === 0) trader.buy("SPY", 10, { tif: "GTC", tag: "first" });
        if (n === 1) trader.buy("SPY", 20, { tif: "GTC", tag: "second" });
      }),
      settings([
        [60, 99, 100],
        [2 * DAY + 60, 99, 100],
        [2 * DAY + 61, 99, 100, 10, 10],
        [2 * DAY + 62, 99, 100, 10, 10],
      ]),
    );
    expect(fillsOf(result)).toEqual([`${2 * DAY + 61}s: buy 10 at 100`, `${2 * DAY + 62}s: buy 10 at 100`]);
    expect(Array.from(result.fills.order.subarray(0, 2))).toEqual([0, 1]);
  });

  it("ends its exits as it expires, and each of them once", async () => {
    let made: (Order | undefined)[] = [];
    await run(
      hours,
      atCloses((trader, _instrument, n) => {
        if (n > 0) return;
        const exits = { stopLoss: 80, takeProfit: 110, exitTif: "DAY" } as const;
        const { entry, stopLoss, takeProfit } = trader.bracket("SPY", "buy", 10, { limit: 90, ...exits });
        made = [entry, stopLoss, takeProfit];
      }),
      settings([
        [60, 99, 100],
        [2 * DAY + 60, 99, 100],
      ]),
    );
    const lives = made.map((order) => order?.history.map(({ status }) => status));
    expect(lives).toEqual([
      ["created", "held", "expired"],
      ["created", "held", "cancelled"],
      ["created", "held", "cancelled"],
    ]);
  });

  it("ends with the session in which its parent fills where it is a child that does not wait, and no later price is for it", async () => {
    const other = instrument("QQQ");
    let child: Order | undefined;
    const evening = 2;
    const result = await run(
      [hours, flat(other, "1hour", 100, 24)],
      {
        // A handler of sessions would have everything that is held looked at when they close.
        onQuote: (trader, _quote, n) => {
          if (n !== evening) return;
          const parent = trader.submit({ instrument: "SPY", side: "buy", quantity: 10, type: "market-on-open" });
          child = trader.submit({ instrument: "QQQ", side: "buy", quantity: 10, parent, tif: "IOC" });
        },
      },
      {
        sessions: { SPY: newYork(4), QQQ: newYork(4) },
        quotes: [
          quotes(spy, [
            [60, 99, 100],
            [7 * 3600, 99, 100],
            [DAY + 60, 99, 100],
          ]),
          quotes(other, [
            [60, 99, 100],
            [2 * DAY + 60, 99, 100],
            [2 * DAY + 61, 99, 100],
          ]),
        ],
      },
    );
    expect(fillsOf(result)).toEqual([`${DAY + 60}s: buy 10 SPY at 100`]);
    expect(child?.history.map(({ status, time }) => `${status} ${(time - OPEN) / 1000}`).slice(1)).toEqual([
      `held ${7 * 3600}`,
      `expired ${DAY + 6.5 * 3600}`,
    ]);
  });

  it("is followed at once by a child whose own market has had its price before", async () => {
    const other = instrument("QQQ");
    let child: Order | undefined;
    const noon = DAY + 3 * 3600;
    await run(
      [hours, flat(other, "1hour", 100, 24)],
      atCloses((trader, { symbol }, n) => {
        if (n > 1 || symbol !== "SPY") return;
        const parent = trader.buy("SPY", 10, { tif: "GTC" });
        child = trader.submit({ instrument: "QQQ", side: "sell", quantity: 10, parent, tif: "GTC" });
      }),
      {
        sessions: { SPY: newYork(4), QQQ: newYork(4) },
        quotes: [
          quotes(spy, [
            [60, 99, 100],
            [noon, 99, 100],
          ]),
          quotes(other, [
            [60, 99, 100],
            [DAY + 60, 99, 100],
          ]),
        ],
      },
    );
    expect(child?.history.map(({ status, time }) => `${status} ${(time - OPEN) / 1000}`).slice(2)).toEqual([
      `submitted ${noon}`,
      `accepted ${noon}`,
    ]);
  });

  it("keeps a child that does not wait until its parent fills", async () => {
    const result = await run(
      hours,
      atCloses((trader, _instrument, n) => {
        if (n > 0) return;
        const parent = trader.buy("SPY", 10, { tif: "GTC" });
        trader.submit({ instrument: "SPY", side: "sell", quantity: 10, parent, tif: "IOC" });
      }),
      settings([
        [60, 99, 100],
        [2 * DAY + 60, 99, 100],
        [2 * DAY + 61, 99, 100],
        [2 * DAY + 62, 98, 100],
      ]),
    );
    expect(fillsOf(result)).toEqual([`${2 * DAY + 61}s: buy 10 at 100`, `${2 * DAY + 62}s: sell 10 at 98`]);
  });
});
