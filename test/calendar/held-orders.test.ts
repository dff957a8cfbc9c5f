import { describe, expect, it } from "vitest";
import type { BacktestResult, Order } from "../../index.js";
import { instrument, MINUTE, type Row } from "../bars.js";
import { type Plan, run, type Settings, type Trader } from "../scripted.js";
import { at, exchangeBars, local, quotesAt } from "./exchange-bars.js";

/** By the calendar of the exchange, without guards, fees and margin. */
const CALENDAR: Settings = { calendar: "auto" };
const GUARDED: Settings = { calendar: "auto", guards: {} };

/** The states of an order, each with the time in New York. */
function storyOf(order: Order | undefined, zone?: string): string[] {
  return (order?.history ?? []).map(({ status, time }) => `${status} ${local(time, zone)}`);
}

/** Fills with their times in New York. */
function fillsOf(result: BacktestResult, zone?: string): string[] {
  const { fills, instruments } = result;
  return Array.from({ length: fills.length }, (_, f) => {
    const side = fills.quantity[f] > 0 ? "buy" : "sell";
    const symbol = instruments[fills.instrument[f]].symbol;
    return `${local(fills.time[f], zone)} ${side} ${Math.abs(fills.quantity[f])} ${symbol} at ${fills.price[f]}`;
  });
}

/** Runs a plan that acts once, in the handler of the bar of SPY that ends at an instant. */
function when(text: string, act: (trader: Trader) => void, more: Plan = {}): Plan {
  return {
    ...more,
    onBar(trader, bar) {
      if (bar.instrument.symbol === "SPY" && bar.end === at(text)) act(trader);
    },
  };
}

/** Friday 2024-01-12 and Tuesday 2024-01-16, with Martin Luther King Day between; each day opens 1 above the last. */
const rising = (n: number): Row => [100 + n, 100.6 + n, 99.6 + n, 100.2 + n];
const days = exchangeBars("SPY", "1day", 20240110, 20240119, { row: rising });
const hours = exchangeBars("SPY", "1hour", 20240110, 20240119, { row: (n) => [100 + n / 10, 101 + n / 10, 99, 100.5] });

describe("an order made at a close", () => {
  it("is held over the weekend and the holiday, and leaves and fills at the next open", async () => {
    let order: Order | undefined;
    const result = await run(
      days,
      when("2024-01-12 16:00", (trader) => {
        order = trader.buy("SPY", 10);
        expect(order.status).toBe("held");
        expect(trader.workingOrders("SPY")).toEqual([order]);
        expect(trader.target("SPY", 10)?.quantity).toBe(10);
      }),
      CALENDAR,
    );
    expect(storyOf(order)).toEqual([
      "created 2024-01-12 16:00",
      "held 2024-01-12 16:00",
      "submitted 2024-01-16 09:30",
      "accepted 2024-01-16 09:30",
      "filled 2024-01-16 16:00",
    ]);
    expect(fillsOf(result)[0]).toBe("2024-01-16 09:30 buy 10 SPY at 103");
  });

  it("is good for the day it is held for, and expires at that close", async () => {
    let order: Order | undefined;
    await run(
      days,
      when("2024-01-12 16:00", (trader) => {
        order = trader.buy("SPY", 10, { limit: 50 });
      }),
      CALENDAR,
    );
    expect(storyOf(order).at(-1)).toBe("expired 2024-01-16 16:00");
  });

  it("reaches the market only after the latency counted from its release", async () => {
    const made = (latency: number): Promise<BacktestResult> =>
      run(
        hours,
        when("2024-01-12 16:00", (trader) => void trader.buy("SPY", 10)),
        { ...CALENDAR, latency },
      );
    expect(fillsOf(await made(0))[0]).toMatch(/^2024-01-16 09:30 /);
    expect(fillsOf(await made(MINUTE))[0]).toBe("2024-01-16 10:30 buy 10 SPY at 100.5");
  });

  it("targets count what is held", async () => {
    let second: Order | undefined;
    const result = await run(
      days,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-12 16:00")) trader.target("SPY", 10);
        },
        onSessionClose(trader) {
          if (trader.clock.now === at("2024-01-12 16:00")) second = trader.target("SPY", 10);
        },
      },
      CALENDAR,
    );
    expect(second).toBeUndefined();
    expect(fillsOf(result)).toHaveLength(1);
  });

  it("is denied with the next open where the guard says so, and holds nothing then", async () => {
    let order: Order | undefined;
    const result = await run(
      days,
      when("2024-01-12 16:00", (trader) => {
        order = trader.buy("SPY", 10);
        expect(trader.hasWorkingOrders("SPY")).toBe(false);
      }),
      { calendar: "auto", guards: { session: { closed: "deny" } } },
    );
    expect(order?.reason).toBe("SESSION_CLOSED: next=2024-01-16T14:30:00.000Z");
    expect(result.orders.length).toBe(1);
  });

  it("leaves at once where no session is kept", async () => {
    let order: Order | undefined;
    await run(
      days,
      when("2024-01-12 16:00", (trader) => {
        order = trader.buy("SPY", 10);
        expect(order.status).toBe("accepted");
      }),
      { calendar: "auto", guards: { session: false } },
    );
    expect(storyOf(order).at(-1)).toBe("filled 2024-01-16 16:00");
  });

  it("is told of in every state it reaches", async () => {
    const told: string[] = [];
    await run(
      days,
      when("2024-01-12 16:00", (trader) => void trader.buy("SPY", 10, { limit: 1 }), {
        onOrder: (trader, order) => void told.push(`${order.status} ${local(trader.clock.now)}`),
      }),
      CALENDAR,
    );
    expect(told).toEqual(["held 2024-01-12 16:00", "accepted 2024-01-16 09:30", "expired 2024-01-16 16:00"]);
  });
});

describe("an order for the open", () => {
  const made = async (time: string, type: "market-on-open" | "limit-on-open" = "market-on-open"): Promise<Order> => {
    let order: Order | undefined;
    await run(
      exchangeBars("SPY", "1min", 20240112, 20240117, { keep: (start) => start % 3_600_000 >= 30 * MINUTE }),
      {
        onStart: (trader) =>
          trader.schedule(time.endsWith("16:00") ? { afterClose: 0 } : { at: time.slice(11) }, () => {
            if (trader.clock.now === at(time))
              order = trader.buy("SPY", 10, type === "limit-on-open" ? { type, limit: 90 } : { type });
          }),
      },
      CALENDAR,
    );
    return order as Order;
  };

  it("made on Friday's close leaves three minutes before Tuesday's open, in front of the cut-off", async () => {
    expect(storyOf(await made("2024-01-12 16:00"))).toEqual([
      "created 2024-01-12 16:00",
      "held 2024-01-12 16:00",
      "submitted 2024-01-16 09:27",
      "accepted 2024-01-16 09:27",
      "filled 2024-01-16 09:31",
    ]);
  });

  it("made between three and two minutes before the open leaves at once, and later is too late", async () => {
    expect(storyOf(await made("2024-01-16 09:28")).slice(0, 3)).toEqual([
      "created 2024-01-16 09:28",
      "submitted 2024-01-16 09:28",
      "accepted 2024-01-16 09:28",
    ]);
    expect((await made("2024-01-16 09:29")).reason).toBe("CUT_OFF: auction=open limit=2min");
  });

  it("made at the very open is too late for it", async () => {
    expect((await made("2024-01-16 09:30")).reason).toBe("CUT_OFF: auction=open limit=2min");
  });

  it("made inside a session waits at the broker for the next open", async () => {
    const story = storyOf(await made("2024-01-16 12:00"));
    expect(story.at(2)).toBe("accepted 2024-01-16 12:00");
    expect(story.at(-1)).toBe("filled 2024-01-17 09:31");
  });

  it("does not take hours before the session for it, whatever else it says", async () => {
    const data = exchangeBars("SPY", "1hour", 20240112, 20240116, {
      extended: true,
      row: (_n, start) => (start < at("2024-01-16 09:00") ? [90, 91, 89, 90] : [100, 101, 99, 100]),
    });
    let order: Order | undefined;
    const result = await run(
      data,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-12 18:00"))
            order = trader.buy("SPY", 10, { type: "market-on-open", outsideRth: true });
        },
      },
      CALENDAR,
    );
    expect(storyOf(order)[1]).toBe("held 2024-01-12 18:00");
    // The bar from 09:00 reaches across the open: of it only the close is certain to come after it.
    expect(fillsOf(result)).toEqual(["2024-01-16 10:00 buy 10 SPY at 100"]);
  });
});

describe("orders that are held together", () => {
  const FRIDAY = "2024-01-12 16:00";

  it("a bracket leaves as one and is denied as one", async () => {
    const bracketed = async (cash: number): Promise<string[]> => {
      const told: string[] = [];
      let orders: (Order | undefined)[] = [];
      await run(
        days,
        when(
          FRIDAY,
          (trader) => {
            trader.buy("SPY", 90, { limit: 101, tif: "GTC" });
            const { entry, stopLoss, takeProfit } = trader.bracket("SPY", "buy", 10, { stopLoss: 90, takeProfit: 200 });
            orders = [entry, stopLoss, takeProfit];
          },
          { onOrder: (_trader, order) => void (orders.includes(order) && told.push(order.status)) },
        ),
        { ...CALENDAR, margin: "cash", cash },
      );
      return [...orders.map((order) => order?.status ?? ""), ...(orders[0]?.reason ? [orders[0].reason] : [])];
    };
    expect(await bracketed(20_000)).toEqual(["filled", "accepted", "accepted"]);
  });

  it("cancelling a held parent cancels its children, on other instruments too", async () => {
    const qqq = exchangeBars("QQQ", "1day", 20240110, 20240119, { row: rising });
    let children: Order[] = [];
    await run(
      [days, qqq],
      when(FRIDAY, (trader) => {
        const parent = trader.buy("SPY", 10);
        children = ["SPY", "QQQ"].map((symbol) =>
          trader.submit({ instrument: symbol, side: "sell", quantity: 10, limit: 500, tif: "GTC", parent }),
        );
        trader.cancel(parent);
      }),
      CALENDAR,
    );
    expect(children.map((order) => order.status)).toEqual(["cancelled", "cancelled"]);
  });

  it("a child leaves no earlier than its parent", async () => {
    const data = exchangeBars("SPY", "1hour", 20240112, 20240117, { extended: true });
    let child: Order | undefined;
    let parent: Order | undefined;
    await run(
      data,
      when("2024-01-12 17:00", (trader) => {
        parent = trader.buy("SPY", 10);
        child = trader.submit({
          instrument: "SPY",
          side: "sell",
          quantity: 10,
          limit: 500,
          tif: "GTC",
          outsideRth: true,
          parent,
        });
        expect(child.status).toBe("held");
      }),
      CALENDAR,
    );
    expect(storyOf(parent)[2]).toBe("submitted 2024-01-16 09:30");
    expect(storyOf(child)[2]).toBe("submitted 2024-01-16 09:30");
  });

  it("a child for the open, of a parent that leaves at the open, waits for the next one", async () => {
    let child: Order | undefined;
    const result = await run(
      hours,
      when(FRIDAY, (trader) => {
        const parent = trader.buy("SPY", 10, { limit: 500, tif: "GTC" });
        child = trader.submit({ instrument: "SPY", side: "sell", quantity: 10, type: "market-on-open", parent });
      }),
      CALENDAR,
    );
    expect(child?.reason).toBeUndefined();
    expect(fillsOf(result).map((line) => line.replace(/ at .*/, ""))).toEqual([
      "2024-01-16 09:30 buy 10 SPY",
      "2024-01-17 09:30 sell 10 SPY",
    ]);
  });

  it("a child whose parent is denied at the open is cancelled, and so is one whose parent ran out of time", async () => {
    const ended = async (options: object, settings: Settings): Promise<string[]> => {
      let orders: Order[] = [];
      await run(
        days,
        when(FRIDAY, (trader) => {
          const parent = trader.buy("SPY", 10, options);
          const child = trader.submit({
            instrument: "SPY",
            side: "sell",
            quantity: 10,
            limit: 500,
            tif: "GTC",
            parent,
          });
          orders = [parent, child];
        }),
        { ...CALENDAR, ...settings },
      );
      return orders.flatMap((order) => storyOf(order).slice(-1));
    };
    // The next bar of SPY is missing for a week, so its price is stale when the market opens.
    expect(await ended({ tif: "GTD", goodTill: at("2024-01-14 12:00") }, {})).toEqual([
      "expired 2024-01-14 12:00",
      "cancelled 2024-01-14 12:00",
    ]);
  });

  it("a held child of a parent that ends at the broker ends with it", async () => {
    let parent: Order | undefined;
    let child: Order | undefined;
    await run(
      hours,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-12 15:30"))
            parent = trader.buy("SPY", 10, { limit: 50, tif: "GTD", goodTill: at("2024-01-13 12:00") });
          if (bar.end === at(FRIDAY) && parent !== undefined)
            child = trader.submit({ instrument: "SPY", side: "sell", quantity: 10, limit: 500, tif: "GTC", parent });
        },
      },
      CALENDAR,
    );
    expect(parent?.status).toBe("expired");
    expect(storyOf(child).slice(1)).toEqual(["held 2024-01-12 16:00", "cancelled 2024-01-13 12:00"]);
  });

  it("an oco over two exchanges sends each leg at its own open", async () => {
    const tokyo = { symbol: "7203", exchange: "TSEJ", timeZone: "Asia/Tokyo" };
    const toyota = exchangeBars(tokyo, "1hour", 20240110, 20240119);
    let legs: Order[] = [];
    const result = await run(
      [hours, toyota],
      when(FRIDAY, (trader) => {
        legs = trader.oco([
          { instrument: "SPY", side: "buy", quantity: 1, limit: 105 },
          { instrument: "7203", side: "buy", quantity: 1, limit: 50, tif: "GTC" },
        ]);
      }),
      GUARDED,
    );
    expect(storyOf(legs[1]).slice(1, 4)).toEqual([
      "held 2024-01-12 16:00",
      "submitted 2024-01-14 19:00",
      "accepted 2024-01-14 19:00",
    ]);
    expect(storyOf(legs[0]).at(-1)).toBe("filled 2024-01-16 10:30");
    expect(storyOf(legs[1]).at(-1)).toBe("cancelled 2024-01-16 10:30");
    expect(fillsOf(result)).toHaveLength(1);
  });

  it("a leg whose market is open works while the other is held, and its fill cancels that one", async () => {
    const london = { symbol: "VOD", exchange: "LSE", timeZone: "Europe/London", currency: "USD" };
    const vod = exchangeBars(london, "1hour", 20240110, 20240119);
    let legs: Order[] = [];
    await run(
      [hours, vod],
      {
        onBar(trader, bar) {
          if (bar.instrument.symbol !== "VOD" || bar.end !== at("2024-01-16 09:00", "Europe/London")) return;
          legs = trader.oco([
            { instrument: "VOD", side: "buy", quantity: 1, limit: 150 },
            { instrument: "SPY", side: "buy", quantity: 1, limit: 50 },
          ]);
          expect(legs.map(({ status }) => status)).toEqual(["accepted", "held"]);
        },
      },
      CALENDAR,
    );
    expect(legs.map((order) => storyOf(order, "Europe/London").at(-1))).toEqual([
      "filled 2024-01-16 10:00",
      "cancelled 2024-01-16 10:00",
    ]);
  });
});

describe("an order that ends while it is held", () => {
  it("a GTD order expires at its date, not at the open behind it", async () => {
    let order: Order | undefined;
    await run(
      days,
      when("2024-01-12 16:00", (trader) => {
        order = trader.buy("SPY", 1, { tif: "GTD", goodTill: at("2024-01-13 12:00") });
      }),
      GUARDED,
    );
    expect(storyOf(order).slice(1)).toEqual(["held 2024-01-12 16:00", "expired 2024-01-13 12:00"]);
  });

  it("IOC and FOK orders take their one look at the open they are held for", async () => {
    const orders: Order[] = [];
    await run(
      days,
      when("2024-01-12 16:00", (trader) => {
        for (const tif of ["IOC", "FOK"] as const) orders.push(trader.buy("SPY", 1, { limit: 103, tif }));
        orders.push(trader.buy("SPY", 1, { limit: 102.9, tif: "IOC" }));
      }),
      CALENDAR,
    );
    expect(orders.map(({ status }) => status)).toEqual(["filled", "filled", "cancelled"]);
  });
});

describe("a held order and what else happens to the account", () => {
  it("cancelAll, closePosition and a flattening take it back", async () => {
    const orders: Order[] = [];
    const result = await run(
      days,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-10 16:00")) trader.buy("SPY", 5);
          if (bar.end !== at("2024-01-12 16:00")) return;
          orders.push(trader.buy("SPY", 7));
          const close = trader.closePosition("SPY");
          if (close !== undefined) orders.push(close);
        },
      },
      CALENDAR,
    );
    expect(orders.map(({ status }) => status)).toEqual(["cancelled", "filled"]);
    expect(fillsOf(result).at(-1)).toBe("2024-01-16 09:30 sell 5 SPY at 103");
  });

  it("a margin call on the instrument cancels it, for it would sell what the call sells", async () => {
    // The price falls before the session opens.
    const falling = exchangeBars("SPY", "1hour", 20240111, 20240112, {
      extended: true,
      row: (_n, start) => (start < at("2024-01-12 06:00") ? [100, 101, 99, 100] : [60, 61, 59, 60]),
    });
    let exit: Order | undefined;
    const result = await run(
      falling,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-11 12:00")) trader.buy("SPY", 190);
          if (bar.end === at("2024-01-11 18:00")) exit = trader.sell("SPY", 190);
        },
      },
      { ...CALENDAR, margin: "reg-t", cash: 10_000 },
    );
    expect(exit?.status).toBe("cancelled");
    expect(fillsOf(result)).toEqual(["2024-01-11 12:00 buy 190 SPY at 100", "2024-01-12 10:00 sell 30 SPY at 60"]);
  });

  it("the rule of the same close does not reach one that is held", async () => {
    // A late print at 02:00, when even the extended hours are over.
    const data = exchangeBars("SPY", "1hour", 20240110, 20240119, { extended: true });
    data.start[16] = at("2024-01-11 01:00");
    data.end[16] = at("2024-01-11 02:00");
    let order: Order | undefined;
    await run(
      data,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-11 02:00")) order = trader.buy("SPY", 1, { outsideRth: true });
        },
      },
      { ...CALENDAR, fill: "same-close" },
    );
    expect(storyOf(order)[1]).toBe("held 2024-01-11 02:00");
    expect(storyOf(order).at(-1)).toMatch(/^filled 2024-01-11 0[56]:00/);
  });
});

describe("a modification while the market is closed", () => {
  it("of an order that rests at the broker is let through, by all guards but those of the market", async () => {
    const answers: unknown[] = [];
    let order: Order | undefined;
    await run(
      days,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-10 16:00")) order = trader.buy("SPY", 10, { limit: 80, tif: "GTC" });
          if (bar.end !== at("2024-01-12 16:00") || order === undefined) return;
          answers.push(trader.modify(order, { limit: 81 }), trader.modify(order, { quantity: 15 }));
          answers.push(trader.modify(order, { quantity: 25 })?.code);
        },
      },
      { calendar: "auto", guards: { orderSize: 20 } },
    );
    expect(answers).toEqual([undefined, undefined, "ORDER_SIZE"]);
    expect([order?.limit, order?.quantity]).toEqual([81, 15]);
  });

  it("of a held order changes what is released", async () => {
    let order: Order | undefined;
    const result = await run(
      days,
      when("2024-01-12 16:00", (trader) => {
        order = trader.buy("SPY", 10, { limit: 80 });
        expect(trader.modify(order, { limit: 104, quantity: 20 })).toBeUndefined();
        expect(order.status).toBe("held");
      }),
      CALENDAR,
    );
    expect(fillsOf(result)).toEqual(["2024-01-16 09:30 buy 20 SPY at 103"]);
  });

  it("is denied where closed markets deny", async () => {
    let answer: unknown;
    let order: Order | undefined;
    await run(
      hours,
      {
        onBar(trader, bar) {
          if (bar.end === at("2024-01-12 15:30")) order = trader.buy("SPY", 10, { limit: 80, tif: "GTC" });
          if (bar.end === at("2024-01-12 16:00") && order !== undefined)
            answer = trader.modify(order, { limit: 81 })?.code;
        },
      },
      { calendar: "auto", guards: { session: { closed: "deny" } } },
    );
    expect(answer).toBe("SESSION_CLOSED");
  });
});

describe("a held order where there are quotes", () => {
  const spy = instrument("SPY");
  const bar = exchangeBars(spy, "1day", 20240112, 20240117);
  const steady = (times: readonly string[]): (readonly [string, number, number])[] =>
    times.map((time) => [time, 99.99, 100.01]);

  const played = async (times: readonly string[], options = {}): Promise<Order | undefined> => {
    let order: Order | undefined;
    await run(
      bar,
      {
        onStart: (trader) =>
          trader.schedule({ afterClose: 1 }, () => {
            if (trader.clock.now === at("2024-01-12 16:01")) order = trader.buy("SPY", 10, options);
          }),
      },
      { ...GUARDED, quotes: [quotesAt(spy, steady(times))] },
    );
    return order;
  };

  it("leaves with the first quote of the session, not on that of the evening before", async () => {
    const order = await played(["2024-01-12 15:59", "2024-01-12 16:00", "2024-01-16 09:31", "2024-01-16 09:32"]);
    expect(storyOf(order)).toEqual([
      "created 2024-01-12 16:01",
      "held 2024-01-12 16:01",
      "submitted 2024-01-16 09:31",
      "accepted 2024-01-16 09:31",
      "filled 2024-01-16 09:32",
    ]);
  });

  it("expires at the close of that session where no quote comes", async () => {
    const order = await played(["2024-01-12 15:59", "2024-01-12 16:00", "2024-01-16 16:05", "2024-01-17 10:00"]);
    expect(storyOf(order).slice(1)).toEqual(["held 2024-01-12 16:01", "expired 2024-01-16 16:00"]);
  });

  it("one that is good till cancelled goes on to the next session that has quotes", async () => {
    const order = await played(
      ["2024-01-12 15:59", "2024-01-12 16:00", "2024-01-16 16:05", "2024-01-17 10:00", "2024-01-17 10:01"],
      { tif: "GTC" },
    );
    expect(storyOf(order).slice(2)).toEqual([
      "submitted 2024-01-17 10:00",
      "accepted 2024-01-17 10:00",
      "filled 2024-01-17 10:01",
    ]);
  });

  it("one for the open leaves without a quote, for the auction has none", async () => {
    const order = await played(["2024-01-12 15:59", "2024-01-12 16:00", "2024-01-16 09:31", "2024-01-16 09:32"], {
      type: "market-on-open",
    });
    expect(storyOf(order).slice(2)).toEqual([
      "submitted 2024-01-16 09:27",
      "accepted 2024-01-16 09:27",
      "filled 2024-01-16 09:31",
    ]);
  });

  it("outside of regular hours fills in the extended ones and not in the night", async () => {
    const order = await played(
      ["2024-01-12 15:59", "2024-01-12 16:00", "2024-01-12 16:00:30", "2024-01-12 21:00", "2024-01-16 04:01"],
      { outsideRth: true, tif: "GTC" },
    );
    expect(storyOf(order).at(-1)).toBe("filled 2024-01-16 04:01");
  });
});
