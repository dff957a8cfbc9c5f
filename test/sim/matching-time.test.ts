import { describe, expect, it } from "vitest";
import { type Order, type OrderOptions, Sessions } from "../../index.js";
import { bars, flat, HOUR, MINUTE, newYork, OPEN, type Row, SECOND, SESSION, sessionOpen } from "../bars.js";
import { fillsOf, fillsOfRun, run, type Settings } from "../scripted.js";

/** Bars of an hour, six a session, each at a price of its own: 100, 101, 102 and so on. */
function hours(count: number): ReturnType<typeof bars> {
  return bars(
    "SPY",
    "1hour",
    Array.from({ length: count }, (_, i): Row => [100 + i, 100.5 + i, 99.5 + i, 100.25 + i]),
  );
}

function madeOn(bar: number, options: OrderOptions, settings?: Settings): Promise<string[]> {
  return fillsOfRun(hours(18), { [bar]: (trader) => trader.buy("SPY", 1, options) }, settings);
}

describe("orders for the open and the close, on bars of an hour", () => {
  it("a market-on-open order made inside a session waits for the next session's open", async () => {
    expect(await madeOn(2, { type: "market-on-open" })).toEqual(["bar 6 open: buy 1 at 106"]);
  });

  it("a market-on-open order made at the close fills at the next open", async () => {
    expect(await madeOn(5, { type: "market-on-open" })).toEqual(["bar 6 open: buy 1 at 106"]);
  });

  it("a limit for the opening waits for the next session's open and ends there", async () => {
    expect(await madeOn(2, { type: "limit-on-open", limit: 110 })).toEqual(["bar 6 open: buy 1 at 106"]);
    expect(await madeOn(2, { type: "limit-on-open", limit: 105 })).toEqual([]);
  });

  it("a market-on-close order fills at the last close of its session", async () => {
    expect(await madeOn(2, { type: "market-on-close" })).toEqual(["bar 5: buy 1 at 105.25"]);
  });

  it("a market-on-close order made at the close fills at the close of the next session", async () => {
    expect(await madeOn(5, { type: "market-on-close" })).toEqual(["bar 11: buy 1 at 111.25"]);
  });

  it("a limit-on-close order that the close does not meet expires there", async () => {
    let order!: Order;
    const result = await run(hours(18), {
      2: (trader) => {
        order = trader.buy("SPY", 1, { type: "limit-on-close", limit: 105 });
      },
    });
    expect(fillsOf(result)).toEqual([]);
    expect(order.status).toBe("expired");
    expect(order.history.at(-1)?.time).toBe(OPEN + 6 * HOUR);
  });

  it("a market-on-close order made a minute before the close is too late for the auction and denied", async () => {
    let order!: Order;
    const result = await run(flat("SPY", "1min", 100, 400), {
      388: (trader) => {
        order = trader.buy("SPY", 1, { type: "market-on-close" });
      },
    });
    expect(order.status).toBe("denied");
    expect(fillsOf(result)).toEqual([]);
  });
});

describe("the time an order is in force", () => {
  const ends = async (made: number, options: OrderOptions): Promise<{ status: string; at: number }> => {
    let order!: Order;
    await run(hours(18), {
      [made]: (trader) => {
        order = trader.buy("SPY", 1, { limit: 50, ...options });
      },
    });
    return { status: order.status, at: order.history.at(-1)?.time as number };
  };

  it("a day order ends at its session's close", async () => {
    expect(await ends(2, {})).toEqual({ status: "expired", at: OPEN + 6 * HOUR });
  });

  it("a day order made at the close belongs to the next session", async () => {
    expect(await ends(5, {})).toEqual({ status: "expired", at: sessionOpen(1) + 6 * HOUR });
  });

  it("a day order can still fill in the last bar of its session, and not in the next session", async () => {
    const low = (bar: number): Promise<string[]> =>
      fillsOfRun(
        bars(
          "SPY",
          "1hour",
          Array.from({ length: 12 }, (_, i): Row => [100, 101, i === bar ? 90 : 99, 100]),
        ),
        {
          2: (trader) => trader.buy("SPY", 1, { limit: 95 }),
        },
      );
    expect(await low(5)).toEqual(["bar 5: buy 1 at 95"]);
    expect(await low(6)).toEqual([]);
  });

  it("a good-till-cancelled order outlives sessions", async () => {
    expect((await ends(2, { tif: "GTC" })).status).toBe("accepted");
  });

  it("a good-till-date order ends at its date, between two bars", async () => {
    const goodTill = OPEN + 4 * HOUR + 10 * MINUTE;
    expect(await ends(2, { tif: "GTD", goodTill })).toEqual({ status: "expired", at: goodTill });
  });

  it("a good-till-date order over a night still ends at its date", async () => {
    const goodTill = sessionOpen(1) - HOUR;
    expect(await ends(2, { tif: "GTD", goodTill })).toEqual({ status: "expired", at: goodTill });
  });

  it("a day order that is modified is still a day order", async () => {
    let order!: Order;
    await run(hours(18), {
      1: (trader) => {
        order = trader.buy("SPY", 1, { limit: 50 });
      },
      2: (trader) => void trader.modify(order, { limit: 51 }),
      3: (trader) => void trader.modify(order, { quantity: 3 }),
    });
    expect(order.status).toBe("expired");
    expect(order.history.at(-1)?.time).toBe(OPEN + 6 * HOUR);
  });

  it("a day order marked for outside of regular hours ends with the extended hours of its session", async () => {
    const { open, close } = newYork(2);
    const sessions = new Sessions(open, close, {
      date: Int32Array.of(20240108, 20240109),
      extendedOpen: open.map((instant) => instant - HOUR),
      extendedClose: close.map((instant) => instant + 2 * HOUR),
    });
    const ended = async (outsideRth: boolean): Promise<number | undefined> => {
      let order: Order | undefined;
      await run(
        hours(12),
        {
          1: (trader) => {
            order = trader.buy("SPY", 1, { limit: 50, outsideRth });
          },
        },
        { sessions: { SPY: sessions } },
      );
      return order?.history.at(-1)?.time;
    };
    expect(await ended(false)).toBe(close[0]);
    expect(await ended(true)).toBe(close[0] + 2 * HOUR);
  });

  it("an expiry is told before the bar of the same instant", async () => {
    const seen: string[] = [];
    await run(hours(8), {
      onBar(trader, bar, n) {
        if (n === 2) trader.buy("SPY", 1, { limit: 50 });
        if (bar.end === OPEN + 6 * HOUR) seen.push("bar");
      },
      onOrder(_trader, order) {
        if (order.status === "expired") seen.push("expired");
      },
    });
    expect(seen).toEqual(["expired", "bar"]);
  });

  it("cancelling a working order ends it, and a second cancel does nothing", async () => {
    let order!: Order;
    const result = await run(hours(8), {
      1: (trader) => {
        order = trader.buy("SPY", 1);
        trader.cancel(order);
        trader.cancel(order);
      },
    });
    expect(fillsOf(result)).toEqual([]);
    expect(order.history.map(({ status }) => status)).toEqual(["created", "submitted", "accepted", "cancelled"]);
  });
});

describe("latency from making an order to its reaching the market", () => {
  const minutes = (rows: readonly Row[]): ReturnType<typeof bars> =>
    bars("SPY", "1min", [[100, 101, 99, 100], ...rows]);
  const made = (
    options: OrderOptions,
    rows: readonly Row[],
    latency: number,
    settings: Settings = {},
  ): Promise<string[]> =>
    fillsOfRun(minutes(rows), { 0: (trader) => trader.buy("SPY", 1, options) }, { latency, ...settings });

  it("without latency a market order has the next open", async () => {
    expect(await made({}, [[102, 105, 98, 103]], 0)).toEqual(["bar 1 open: buy 1 at 102"]);
  });

  it("a market order that comes too late for the open joins inside and fills at the close", async () => {
    expect(await made({}, [[102, 105, 98, 103]], 30 * SECOND)).toEqual(["bar 1: buy 1 at 103"]);
    expect(await made({}, [[102, 105, 98, 103]], 1)).toEqual(["bar 1: buy 1 at 103"]);
  });

  it("an open at the very instant the order arrives is available", async () => {
    expect(
      await made(
        {},
        [
          [102, 105, 98, 103],
          [104, 105, 103, 104],
        ],
        MINUTE,
      ),
    ).toEqual(["bar 2 open: buy 1 at 104"]);
  });

  it("a limit that joins inside is met for certain only by the close", async () => {
    expect(await made({ limit: 100 }, [[102, 105, 98, 99]], 30 * SECOND)).toEqual(["bar 1: buy 1 at 100"]);
    expect(await made({ limit: 100 }, [[102, 105, 98, 103]], 30 * SECOND)).toEqual([]);
    expect(await made({ limit: 100 }, [[102, 105, 98, 103]], 30 * SECOND, { intrabar: "optimistic" })).toEqual([
      "bar 1: buy 1 at 100",
    ]);
  });

  it("a stop that joins inside is met by pessimists when the bar reached it", async () => {
    expect(await made({ stop: 104 }, [[102, 105, 98, 103]], 30 * SECOND)).toEqual(["bar 1: buy 1 at 104"]);
    expect(await made({ stop: 104 }, [[102, 105, 98, 103]], 30 * SECOND, { intrabar: "optimistic" })).toEqual([]);
  });

  it.each([
    ["a limit far above the bar", { limit: 110 }],
    ["a stop far below the bar", { stop: 90 }],
  ] as const)(
    "%s that joins inside fills at the close, the first certain price, and not outside the bar",
    async (_name, options) => {
      expect(await made(options, [[102, 105, 98, 103]], 30 * SECOND)).toEqual(["bar 1: buy 1 at 103"]);
    },
  );

  it("along the path of a bar an order joins where its time lies", async () => {
    // Open 102, first the high 105 (nearer), then the low 98, then the close 103: a third of the minute each.
    const at = (latency: number, options: OrderOptions): Promise<string[]> =>
      made(options, [[102, 105, 98, 103]], latency, { intrabar: "ohlc" });
    // At the high a stop of 104 is passed already; at the low it would have to be reached once more, and is not.
    expect(await at(20 * SECOND, { stop: 104 })).toEqual(["bar 1: buy 1 at 104"]);
    expect(await at(40 * SECOND, { stop: 104 })).toEqual([]);
    // At the high a limit of 100 waits for the fall to the low; at the low it is passed already, and never pays more.
    expect(await at(20 * SECOND, { limit: 100 })).toEqual(["bar 1: buy 1 at 100"]);
    expect(await at(40 * SECOND, { limit: 100 })).toEqual(["bar 1: buy 1 at 100"]);
    expect(await at(59 * SECOND, { limit: 100 })).toEqual([]);
  });

  it("along the path too it gets the close where it comes late, as a market order does, and no price between", async () => {
    const at = (latency: number, options: OrderOptions): Promise<string[]> =>
      made(options, [[102, 105, 98, 103]], latency, { intrabar: "ohlc" });
    for (const latency of [17 * SECOND, 20 * SECOND, 40 * SECOND, 53 * SECOND]) {
      for (const options of [{}, { limit: 110 }, { stop: 90 }, { stop: 110, type: "market-if-touched" }] as const) {
        expect(await at(latency, options)).toEqual(["bar 1: buy 1 at 103"]);
      }
    }
    // Past a touch the order is one at the market; past a stop it pays no less than that.
    expect(await at(40 * SECOND, { stop: 100, type: "market-if-touched" })).toEqual(["bar 1: buy 1 at 103"]);
    expect(await at(20 * SECOND, { stop: 104.5 })).toEqual(["bar 1: buy 1 at 104.5"]);
  });

  it("an immediate-or-cancel order that comes inside fills at the close or is gone", async () => {
    expect(await made({ tif: "IOC" }, [[102, 105, 98, 103]], 30 * SECOND)).toEqual(["bar 1: buy 1 at 103"]);
    expect(
      await made(
        { tif: "IOC", limit: 101 },
        [
          [102, 105, 101.5, 103],
          [100, 100, 100, 100],
        ],
        30 * SECOND,
      ),
    ).toEqual([]);
  });

  it("an order that a change makes no larger than what it has filled meanwhile is full, and cancels its group", async () => {
    let group: readonly Order[] = [];
    const result = await run(
      minutes([
        [100, 106, 100, 106, 200],
        [106, 106, 106, 106, 600],
        [106, 106, 90, 90],
      ]),
      {
        0: (trader) => {
          const one = { instrument: "SPY", side: "buy", quantity: 100, tif: "GTC" } as const;
          group = trader.oco([
            { ...one, stop: 105 },
            { ...one, limit: 95 },
          ]);
        },
        1: (trader) => void trader.modify(group[0], { quantity: 60 }),
      },
      { latency: SECOND, volumeLimit: 0.1 },
    );
    expect(fillsOf(result)).toEqual(["bar 1: buy 20 at 106", "bar 2 open: buy 60 at 106"]);
    expect(group.map(({ status, filled }) => [status, filled])).toEqual([
      ["filled", 80],
      ["cancelled", 0],
    ]);
  });
});

describe("closed markets", () => {
  // Bars from 08:30 on; the session is 09:30 to 16:00, with an early bar and a late one outside of it.
  const early = bars(
    "SPY",
    "1hour",
    Array.from({ length: 6 }, (_, i): Row => [100 + i, 101 + i, 99 + i, 100.5 + i]),
  );
  const sessions = {
    SPY: new Sessions(
      Float64Array.of(OPEN + 2 * HOUR, sessionOpen(1)),
      Float64Array.of(OPEN + 4 * HOUR, sessionOpen(1) + SESSION),
    ),
  };
  const made = (bar: number, options: OrderOptions): Promise<string[]> =>
    fillsOfRun(early, { [bar]: (trader) => trader.buy("SPY", 1, options) }, { sessions });

  it("do not fill: an order made before the open waits for it", async () => {
    expect(await made(0, { tif: "GTC" })).toEqual(["bar 2 open: buy 1 at 102"]);
    expect(await made(0, { limit: 1000, tif: "GTC" })).toEqual(["bar 2 open: buy 1 at 102"]);
    expect(await made(0, { type: "market-on-open" })).toEqual(["bar 2 open: buy 1 at 102"]);
  });

  it("fill orders marked for outside of regular hours", async () => {
    expect(await made(0, { tif: "GTC", outsideRth: true })).toEqual(["bar 1 open: buy 1 at 101"]);
    expect(await made(3, { tif: "GTC", outsideRth: true })).toEqual(["bar 4 open: buy 1 at 104"]);
  });

  it("do not fill after the close either", async () => {
    expect(await made(3, { tif: "GTC" })).toEqual([]);
  });

  it("an early close ends day orders early", async () => {
    let order!: Order;
    const [open, close] = [newYork(2).open, newYork(2).close.slice()];
    close[0] = OPEN + 3 * HOUR;
    await run(
      hours(12),
      {
        1: (trader) => {
          order = trader.buy("SPY", 1, { limit: 50 });
        },
      },
      { sessions: { SPY: new Sessions(open, close) } },
    );
    expect(order.history.at(-1)).toEqual({ status: "expired", time: OPEN + 3 * HOUR });
  });
});
