import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import { BarSequence, type TimedBar } from "../../brokers/tws/history/bar-sequence.js";
import { UpdatingBars, type UpdatingBarsManners } from "../../brokers/tws/history/updating-bars.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { MINUTE, parseBarSize, SECOND } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { RawClient } from "../gateway/raw-client.js";
import { NOON, startGateway, TestClock } from "../gateway/started.js";
import { connected } from "./connected.js";
import { until } from "./scripted-tws.js";

const STOCK = new Instrument({ symbol: "SYN1" });
const MINUTES = parseBarSize("1min");
const FROM = NOON - 10 * MINUTE;

interface Heard {
  readonly complete: TimedBar[];
  readonly updates: TimedBar[];
  readonly revised: TimedBar[];
  readonly ended: unknown[];
}

async function follow(
  connection: TwsConnection,
  manners: UpdatingBarsManners = {},
): Promise<{ bars: UpdatingBars; heard: Heard }> {
  const contract = await new Contracts(connection).one(STOCK);
  const request = { instrument: STOCK, contract, what: "trades", hours: "regular", size: MINUTES, from: FROM } as const;
  const bars = new UpdatingBars(connection, request, { apart: 20 }, manners);
  closeAfterTest(() => bars.close());
  const heard: Heard = { complete: [], updates: [], revised: [], ended: [] };
  bars.events.on("complete", (bar) => heard.complete.push(bar));
  bars.events.on("update", (bar) => heard.updates.push(bar));
  bars.events.on("revised", (bar) => heard.revised.push(bar));
  bars.events.on("ended", ({ error }) => heard.ended.push(error));
  bars.start();
  return { bars, heard };
}

/** A gateway at noon whose time a test moves, and a client to look through. */
async function movedGateway() {
  const clock = new TestClock();
  const gateway = await startGateway({ wallClock: clock.wallClock });
  const witness = await RawClient.start(gateway.port, 99);
  const sent: (readonly string[])[] = [];
  const connection = await connected(gateway.port, {
    traffic: {
      dialling: () => undefined,
      sent: (fields) => sent.push(fields.map(String)),
      received: () => undefined,
      ended: () => undefined,
    },
  });
  const pass = async (ms: number): Promise<void> => {
    for (let at = 0; at < ms; at += 5 * SECOND) await clock.pass(5 * SECOND, witness);
  };
  return { gateway, connection, pass, requests: () => sent.filter(([id]) => id === "20") };
}

/** The bars of the data that start within a stretch. */
function dataBars(from: number, to: number): TimedBar[] {
  const series: BarSeries = gatewayData(TWO_STOCKS).series[0];
  const bars: TimedBar[] = [];
  for (let row = 0; row < series.length; row++) {
    const time = series.start[row];
    if (time < from || time >= to) continue;
    const { open, high, low, close, volume } = series;
    bars.push({ time, open: open[row], high: high[row], low: low[row], close: close[row], volume: volume[row] });
  }
  return bars;
}

describe("bars that keep up to date", () => {
  it("are the source's, each once, from the history into the present", async () => {
    const { connection, pass } = await movedGateway();
    const { heard } = await follow(connection);
    await until(() => heard.updates.length > 0);
    await pass(5 * MINUTE + 10 * SECOND);
    await until(() => heard.complete.length === 15);
    expect(heard.complete).toEqual(dataBars(FROM, NOON + 5 * MINUTE));
    expect(heard.updates.at(-1)?.time).toBe(NOON + 5 * MINUTE);
    expect(heard.revised).toEqual([]);
  });

  it("miss none and double none over a connection that is cut for minutes", async () => {
    const { gateway, connection, pass } = await movedGateway();
    const { heard } = await follow(connection);
    await pass(90 * SECOND);
    for (let cut = 0; cut < 3; cut++) {
      gateway.clients.get(7)?.connection.reset();
      await until(() => connection.state !== "ready");
      await pass(3 * MINUTE);
      await connection.ready();
      await pass(MINUTE);
    }
    await until(() => heard.complete.length >= 23);
    expect(heard.complete).toEqual(dataBars(FROM, FROM + heard.complete.length * MINUTE));
    expect(heard.revised).toEqual([]);
  });

  it("are asked for further back where an answer does not reach the bar that was under way", async () => {
    const { gateway, connection, pass, requests } = await movedGateway();
    // It asks ten minutes after the break, and believes that it is still noon: three minutes are too few.
    const held: (() => void)[] = [];
    let mayAsk = true;
    const admit = (ask: () => void): void => void (mayAsk ? ask() : held.push(ask));
    const { heard } = await follow(connection, { clock: { now: NOON }, admit });
    await pass(90 * SECOND);
    mayAsk = false;
    gateway.clients.get(7)?.connection.reset();
    await until(() => held.length === 1);
    await pass(10 * MINUTE);
    held[0]();
    await until(() => heard.complete.length >= 21);
    expect(heard.complete).toEqual(dataBars(FROM, FROM + heard.complete.length * MINUTE));
    expect(heard.revised).toEqual([]);
    expect(requests().map((fields) => fields.find((field) => /^\d+ [SDW]$/.test(field)))).toEqual([
      "660 S",
      "180 S",
      "1 D",
    ]);
  });

  it("are asked for again when TWS ends them, and when it says that data was lost", async () => {
    const { gateway, connection, pass, requests } = await movedGateway();
    const { heard } = await follow(connection);
    await until(() => heard.updates.length > 0);
    const client = gateway.clients.get(7);
    client?.error(Number(requests()[0][1]), 10182, "Failed to request live updates (disconnected).");
    await until(() => requests().length === 2);
    await pass(2 * MINUTE);
    client?.error(-1, 1101, "Connectivity between IB and TWS has been restored- data lost.");
    await until(() => requests().length === 3);
    await pass(2 * MINUTE + 10 * SECOND);
    await until(() => heard.complete.length === 14);
    expect(heard.complete).toEqual(dataBars(FROM, NOON + 4 * MINUTE));
    expect(heard.revised).toEqual([]);
  });

  it("end where TWS ends them again and again", async () => {
    const { gateway, connection, requests } = await movedGateway();
    const { heard } = await follow(connection);
    for (let time = 1; time <= 4; time++) {
      await until(() => requests().length === time);
      const request = Number(requests()[time - 1][1]);
      gateway.clients.get(7)?.error(request, 10182, "Failed to request live updates (disconnected).");
    }
    await until(() => heard.ended.length === 1);
    expect(String(heard.ended[0])).toContain("10182");
    expect(requests()).toHaveLength(4);
  });

  it("are cancelled once when they are closed", async () => {
    const clock = new TestClock();
    const { port } = await startGateway({ wallClock: clock.wallClock });
    const sent: string[] = [];
    const connection = await connected(port, {
      traffic: {
        dialling: () => undefined,
        sent: ([id]) => sent.push(String(id)),
        received: () => undefined,
        ended: () => undefined,
      },
    });
    const { bars, heard } = await follow(connection);
    await until(() => heard.updates.length > 0);
    bars.close();
    bars.close();
    await until(() => sent.includes("25"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(sent.filter((id) => id === "25")).toHaveLength(1);
  });
});

describe("a sequence of bars", () => {
  const bar = (time: number, close: number): TimedBar => ({ time, open: 1, high: 9, low: 0, close, volume: 1 });

  it("comes out complete and in order however histories and updates overlap", () => {
    // The truth is one close for every minute; what comes is pieces of it, with the bar under way unfinished.
    const pieces = fc.array(
      fc.record({ back: fc.integer({ min: 0, max: 6 }), ahead: fc.integer({ min: 0, max: 3 }), cut: fc.boolean() }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(pieces, (steps) => {
        const complete: TimedBar[] = [];
        const sequence = new BarSequence(
          0,
          (time) => time + 1,
          (event, one) => {
            if (event === "complete") complete.push(one);
            if (event === "revised") throw new Error(`${one.time} was revised`);
          },
        );
        let now = 0;
        for (const { back, ahead, cut } of steps) {
          const from = cut ? sequence.needsFrom : now;
          now += ahead;
          if (cut) {
            const bars: TimedBar[] = [];
            for (let time = Math.max(0, from - back); time <= now; time++) bars.push(bar(time, time < now ? 5 : 2));
            sequence.history(bars.reverse());
          } else {
            for (let time = from; time <= now; time++) {
              sequence.update(bar(time, 2));
              if (time < now) sequence.update(bar(time, 5));
            }
          }
        }
        expect(complete.map(({ time }) => time)).toEqual(complete.map((_, i) => i));
        for (const one of complete) expect(one.close).toBe(5);
        expect(complete.length).toBe(now);
      }),
    );
  });

  it("tells a late change of a bar that was complete, and ends the bar under way by the clock", () => {
    const told: string[] = [];
    const sequence = new BarSequence(
      0,
      (time) => time + 10,
      (event, one) => told.push(`${event} ${one.time} ${one.close}`),
    );
    sequence.update(bar(0, 1));
    sequence.completeUntil(9);
    sequence.completeUntil(10);
    sequence.update(bar(0, 1));
    sequence.update(bar(0, 2));
    sequence.update(bar(10, 3));
    sequence.update(bar(10, 3));
    expect(told).toEqual(["update 0 1", "complete 0 1", "revised 0 2", "update 10 3"]);
  });
});
