import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { backtest } from "../../backtest/backtest.js";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { ticksFromBars } from "../../core/market/bar-ticks.js";
import { Strategy } from "../../core/strategy.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { LockstepClient } from "./lockstep-client.js";
import { placeOrder, SYN1 } from "./order-fields.js";
import type { RawClient } from "./raw-client.js";
import { NOON, startGateway } from "./started.js";

const TICKS = { every: 20_000, spread: 2 };
/** Where the last session of the data begins: what lies ahead is one day. */
const LAST_DAY = Date.UTC(2020, 0, 31, 14, 30);

/** What a client was sent, without the ticks. */
function told(client: RawClient): string[] {
  return client.messages.filter(([id]) => !["1", "2", "46"].includes(id)).map((fields) => fields.join("|"));
}

describe("the lockstep channel", () => {
  it("tells every instant, and lets time go on only when the client has answered", async () => {
    const gateway = await startGateway({ speed: "max", ticks: TICKS, from: LAST_DAY });
    const times: number[] = [];
    let busy = false;
    const one = await LockstepClient.start(gateway, 1, async (time) => {
      expect(busy).toBe(false);
      busy = true;
      times.push(time);
      if (times.length % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(gateway.simulation.now).toBe(time);
      busy = false;
      return undefined;
    });
    const end = await one.over;
    expect(times[0]).toBe(LAST_DAY);
    expect(new Set(times).size).toBe(times.length);
    const { quotes } = ticksFromBars(gatewayData(TWO_STOCKS).series[0], TICKS);
    const expected = [...quotes.time].filter((time) => time > LAST_DAY);
    expect(times.slice(1)).toEqual(expect.arrayContaining(expected));
    expect(end).toBe(times.at(-1));
  });

  it("stands still while a client says nothing, and goes on without one that has gone", async () => {
    const gateway = await startGateway({ speed: "max", ticks: TICKS, from: LAST_DAY });
    let answer: () => void = () => undefined;
    const one = await LockstepClient.start(gateway, 1, async (time) => {
      if (time > LAST_DAY) await new Promise<void>((resolve) => (answer = resolve));
      return undefined;
    });
    await one.client.until(() => gateway.simulation.now > LAST_DAY);
    const { now } = gateway.simulation;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(gateway.simulation.now).toBe(now);
    answer();
    await one.client.until(() => gateway.simulation.now > now);
    one.client.send(1, 11, 5, ...SYN1, 0, "", 0, 0, "");
    one.stop();
    await one.client.until(
      () => gateway.simulation.next === Infinity || gateway.simulation.now > now + 3_600_000,
      10_000,
    );
  });

  it("wakes a client that waits for an instant of its own", async () => {
    const gateway = await startGateway({ speed: "max", ticks: TICKS, from: Date.UTC(2020, 0, 31, 21) });
    const alarm = Date.UTC(2020, 1, 1, 3, 0, 0, 7);
    const times: number[] = [];
    const one = await LockstepClient.start(gateway, 1, (time) => {
      times.push(time);
      return time < alarm ? alarm : undefined;
    });
    await one.client.until(() => times.includes(alarm));
  });

  it("hangs up on a partner that does not speak its lines", async () => {
    const gateway = await startGateway({ speed: "max" });
    const socket = connect(gateway.lockstepPort, "127.0.0.1");
    await new Promise<void>((resolve) => {
      socket.on("close", () => resolve());
      socket.write("hello\n");
    });
  });

  it("waits for orders that are on their way, so that they meet the very next tick", async () => {
    const gateway = await startGateway({ speed: "max", ticks: TICKS, from: NOON });
    const { quotes } = ticksFromBars(gatewayData(TWO_STOCKS).series[0], TICKS);
    const times = [...quotes.time].filter((time) => time > NOON);
    let id = 0;
    const sent: number[] = [];
    const one = await LockstepClient.start(gateway, 1, (time, client) => {
      if (id < 40 && times.includes(time)) {
        sent.push(time);
        client.send(...placeOrder(++id, { type: "MKT", quantity: 1 }));
      }
      return undefined;
    });
    await one.client.until(() => one.client.of(11).length === 40, 10_000);
    const fills = one.client.of(11).map((fields) => fields[15]);
    const next = sent.map((time) => times[times.indexOf(time) + 1]);
    const clock = (time: number): string => new Date(time - 5 * 3_600_000).toISOString().slice(11, 19);
    expect(fills.map((text) => text.slice(9, 17))).toEqual(next.map(clock));
  });
});

describe("a run in lockstep", () => {
  /** Buys and sells by what it sees; every message it was sent. */
  async function run(faults: unknown, seed: number): Promise<string[]> {
    const gateway = await startGateway({
      speed: "max",
      ticks: TICKS,
      from: LAST_DAY,
      faults: parseFaultPlan(faults),
      seed,
    });
    let id = 0;
    let last = 0;
    const one = await LockstepClient.start(gateway, 1, (time, client) => {
      if (client.isClosed) return undefined;
      if (id === 0) client.send(1, 11, 9_000, ...SYN1, 0, "", 0, 0, "");
      if (id === 0 || time - last > 600_000) {
        last = time;
        const action = id % 2 === 0 ? "BUY" : "SELL";
        client.send(...placeOrder(++id, { action, type: id % 3 === 0 ? "LMT" : "MKT", limit: 100, quantity: 200 }));
      }
      return undefined;
    });
    await one.over;
    const messages = one.client.messages.map((fields) => fields.join("|"));
    expect(one.client.isClosed || messages.length > 500).toBe(true);
    return [...messages, JSON.stringify(gateway.faultEvents)];
  }

  it("is the same to the last message whenever it is repeated", async () => {
    expect(await run([], 1)).toEqual(await run([], 1));
  });

  it("is the same with faults that are drawn from a seed, and another with another seed", async () => {
    const faults = {
      random: {
        every: "20min",
        faults: [
          "upstream-lost",
          "farm-broken",
          "no-prices",
          "frozen-quotes",
          "halt",
          "reject-order",
          "double-answer",
          "fill-first",
          "duplicate-statuses",
        ],
      },
    };
    const first = await run(faults, 5);
    expect(await run(faults, 5)).toEqual(first);
    expect(await run(faults, 6)).not.toEqual(first);
    expect(JSON.parse(first.at(-1) ?? "[]").length).toBeGreaterThan(10);
  });
});

describe("one run in process and one through a socket", () => {
  it("make the same fills", async () => {
    const data = gatewayData(TWO_STOCKS);
    const [series] = data.series;
    const { quotes, trades } = ticksFromBars(series, TICKS);
    const from = LAST_DAY;
    /** What is done at the n-th tick of the last day. */
    const plan: Readonly<
      Record<number, readonly [side: "buy" | "sell", quantity: number, kind: "market" | "limit" | "stop"]>
    > = {
      10: ["buy", 300, "market"],
      40: ["sell", 200, "limit"],
      70: ["buy", 2_500, "market"],
      90: ["sell", 400, "stop"],
      300: ["sell", 1_000, "market"],
      500: ["buy", 150, "limit"],
      900: ["sell", 700, "market"],
    };
    const away = (price: number, by: number): number => Math.round((price + by) * 100) / 100;

    class Planned extends Strategy {
      private n = 0;
      override onQuote(): void {
        const { bid, ask, time } = this.quote("SYN1");
        if (time <= from) return;
        const act = plan[++this.n];
        if (act === undefined) return;
        const [side, quantity, kind] = act;
        const price =
          side === "buy" ? away(ask, kind === "limit" ? -0.05 : 0.05) : away(bid, kind === "limit" ? 0.05 : -0.05);
        const options = kind === "market" ? {} : kind === "limit" ? { limit: price } : { stop: price };
        if (side === "buy") this.buy("SYN1", quantity, options);
        else this.sell("SYN1", quantity, options);
      }
    }
    const inProcess = await backtest({
      strategy: Planned,
      data: [],
      quotes: [quotes],
      ...(trades && { trades: [trades] }),
      sessions: { SYN1: data.sessions[0] },
      cash: 1_000_000,
      fees: "ib-fixed",
      slippage: "none",
      margin: "reg-t",
      guards: false,
    });
    const { fills } = inProcess;
    const expected = Array.from({ length: fills.length }, (_, i) => ({
      quantity: Math.abs(fills.quantity[i]),
      price: fills.price[i],
      fee: fills.fee[i],
      time: Math.floor(fills.time[i] / 1_000),
    }));
    expect(expected.length).toBeGreaterThan(8);

    const gateway = await startGateway({ speed: "max", ticks: TICKS, from });
    let n = 0;
    let id = 0;
    const tickTimes = new Set(quotes.time);
    const last = { bid: Number.NaN, ask: Number.NaN };
    const one = await LockstepClient.start(gateway, 1, (time, client) => {
      if (id === 0) {
        id = 1;
        client.send(1, 11, 9_000, ...SYN1, 0, "", 0, 0, "");
      }
      if (time <= from || !tickTimes.has(time)) return undefined;
      // The same instant may be told again, when an answer to it has come.
      if (time === seen) return undefined;
      seen = time;
      for (const fields of client.of(1)) {
        if (fields[3] === "1") last.bid = Number(fields[4]);
        if (fields[3] === "2") last.ask = Number(fields[4]);
      }
      const act = plan[++n];
      if (act === undefined) return undefined;
      const [side, quantity, kind] = act;
      const buys = side === "buy";
      const price = buys
        ? away(last.ask, kind === "limit" ? -0.05 : 0.05)
        : away(last.bid, kind === "limit" ? 0.05 : -0.05);
      client.send(
        ...placeOrder(++id, {
          action: buys ? "BUY" : "SELL",
          quantity,
          type: kind === "market" ? "MKT" : kind === "limit" ? "LMT" : "STP",
          ...(kind === "limit" && { limit: price }),
          ...(kind === "stop" && { aux: price }),
        }),
      );
      return undefined;
    });
    let seen = 0;
    await one.over;
    const commissions = new Map(one.client.of(59).map((fields) => [fields[2], Number(fields[3])]));
    const seconds = (text: string): number =>
      Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}T${text.slice(9, 17)}-05:00`) / 1_000;
    const got = one.client.of(11).map((fields) => ({
      quantity: Number(fields[19]),
      price: Number(fields[20]),
      fee: commissions.get(fields[14]),
      time: seconds(fields[15]),
    }));
    expect(got).toEqual(expected);
    expect(told(one.client).length).toBeGreaterThan(30);
    expect(parseBarSize("1min").ms).toBe(60_000);
  });
});
