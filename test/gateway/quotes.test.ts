import { EventName, IBApiNext, IBApiTickType, SecType } from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { BarTicks } from "../../core/market/bar-ticks.js";
import { contract } from "./asked-contract.js";
import { closeAfterTest } from "./close-after-test.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { RawClient } from "./raw-client.js";
import { NOON, started } from "./started.js";
import { connectStoqey } from "./stoqey.js";

const STOCK = contract({ symbol: "SYN1", secType: "STK", exchange: "SMART", currency: "USD" });
const OTHER = contract({ symbol: "SYN2", secType: "STK", exchange: "SMART", currency: "USD" });

function subscribe(client: RawClient, request: number, { generic = "", snapshot = 0, of = STOCK } = {}): void {
  client.send(1, 11, request, ...of, 0, generic, snapshot, 0, "");
}

/** The prices and sizes that came for a request, by tick type, in order. */
function ticks(client: RawClient, request: number): { type: number; price: number; size: number }[] {
  return client.messages
    .filter(([id, , of]) => (id === "1" || id === "2") && of === String(request))
    .map(([id, , , type, value, size]) => ({
      type: Number(type),
      price: id === "1" ? Number(value) : Number.NaN,
      size: Number(id === "1" ? size : value),
    }));
}

/** The ticks of SYN1 in the minute that begins at noon, as the data makes them. */
function expectedTicks(): { time: number; bid: number; ask: number; last: number; size: number }[] {
  const [series] = gatewayData(TWO_STOCKS).series;
  const made = new BarTicks({ every: 5_000, spread: 2 });
  const length = made.make(series, series.start.indexOf(NOON));
  return Array.from({ length }, (_, i) => ({
    time: made.time[i],
    bid: made.bid[i],
    ask: made.ask[i],
    last: made.last[i],
    size: made.lastSize[i],
  }));
}

describe("a stream of quotes", () => {
  it("begins with its kind, its parameters and what is known", async () => {
    const { client } = await started();
    subscribe(client, 5);
    await client.until(() => client.of(45).length === 1 && ticks(client, 5).length >= 8);
    expect(client.of(58)).toEqual([["58", "1", "5", "1"]]);
    expect(client.of(81)).toEqual([["81", "5", "0.01", "9c0001", "3"]]);
    expect(client.of(45)).toEqual([["45", "6", "5", "49", "0"]]);
    const types = ticks(client, 5).map(({ type }) => type);
    expect(types).toEqual([1, 2, 4, 8, 6, 7, 14, 9]);
    const strings = client.of(46).map((fields) => fields.slice(2));
    expect(strings).toEqual([
      ["5", "45", String(NOON / 1000 - 1)],
      ["5", "84", "N"],
    ]);
    const bid = ticks(client, 5)[0].price;
    expect(ticks(client, 5)[1].price).toBeCloseTo(bid + 0.02);
  });

  it("tells every change once: prices with their sizes, sizes alone, the session's figures", async () => {
    const { client, clock } = await started();
    subscribe(client, 5);
    await clock.pass(0, client);
    const before = client.messages.length;
    await clock.pass(60_000, client);
    const expected = expectedTicks();
    const told = client.messages.slice(before);
    const prices = (type: number): number[] =>
      ticks(client, 5).flatMap((tick) => (tick.type === type ? [tick.price] : []));
    const changes = (first: number, values: number[]): number[] =>
      [first, ...values].filter((value, i, all) => i === 0 || value !== all[i - 1]);
    expect(prices(1)).toEqual(
      changes(
        prices(1)[0],
        expected.map(({ bid }) => bid),
      ),
    );
    expect(prices(2)).toEqual(
      changes(
        prices(2)[0],
        expected.map(({ ask }) => ask),
      ),
    );
    expect(prices(4)).toEqual(
      changes(
        prices(4)[0],
        expected.map(({ last }) => last),
      ),
    );
    const volumes = told.filter(([id, , , kind]) => id === "2" && kind === "8").map((fields) => Number(fields[4]));
    expect(volumes.at(-1)).toBe(volumes[0] - expected[0].size + expected.reduce((sum, { size }) => sum + size, 0));
    expect(told.filter(([id]) => id === "1").every((fields) => fields.length === 7)).toBe(true);
  });

  it("brings the generic ticks that were asked for", async () => {
    const { client, clock } = await started();
    subscribe(client, 5, { generic: "233,221,236" });
    await clock.pass(5_000, client);
    const [sale] = client.of(46).filter((fields) => fields[3] === "48");
    expect(sale[4].split(";")).toHaveLength(6);
    expect(sale[4]).toMatch(/;true$/);
    expect(ticks(client, 5).some(({ type }) => type === 37)).toBe(true);
    expect(client.of(45)).toContainEqual(["45", "6", "5", "46", "3"]);
  });

  it("ends when it is cancelled; what does not exist cannot be", async () => {
    const { client, clock } = await started();
    subscribe(client, 5);
    client.send(2, 1, 5);
    client.send(2, 2, 6);
    await clock.pass(0, client);
    const before = ticks(client, 5).length;
    await clock.pass(60_000, client);
    expect(ticks(client, 5)).toHaveLength(before);
    expect(client.errors(6)).toEqual([{ code: 300, text: "Can't find EId with tickerId:6" }]);
  });

  it("is refused under an id in use, for unknown generic ticks and for unknown contracts", async () => {
    const { client, clock } = await started();
    subscribe(client, 5);
    subscribe(client, 5);
    subscribe(client, 6, { generic: "999" });
    subscribe(client, 7, { of: contract({ symbol: "NO", secType: "STK" }) });
    subscribe(client, 8, { snapshot: 1, generic: "233" });
    await clock.pass(0, client);
    expect(client.errors(5)).toEqual([
      { code: 322, text: "Error processing request.-'bS' : cause - Duplicate ticker id" },
    ]);
    expect(client.errors(6)[0]).toMatchObject({
      code: 321,
      text: expect.stringContaining("Incorrect generic tick list of 999"),
    });
    expect(client.errors(7)[0].code).toBe(200);
    expect(client.errors(8)[0]).toMatchObject({
      code: 321,
      text: expect.stringContaining("not applicable to generic ticks"),
    });
  });

  it("is seen by every client that asked, and takes one line for all of them", async () => {
    const { client, clock, gateway } = await started();
    const second = await RawClient.start(gateway.port, 2);
    subscribe(client, 5);
    subscribe(second, 5);
    await clock.pass(0, second);
    await clock.pass(10_000, client);
    await clock.pass(0, second);
    expect(ticks(second, 5)).toEqual(ticks(client, 5));
  });

  it("is refused when all lines are taken, unless that limit is off", async () => {
    const data = gatewayData("synthetic:symbols=101,bars=20,start=2020-01-06");
    const from = data.series[0].end[10];
    const many = (index: number): (string | number)[] => contract({ symbol: `SYN${index}`, secType: "STK" });
    const { client, clock } = await started({ data, from });
    for (let i = 1; i <= 101; i++) subscribe(client, i, { of: many(i) });
    await clock.pass(0, client);
    expect(client.errors(101)).toEqual([{ code: 101, text: "Max number of tickers has been reached." }]);
    client.send(2, 1, 50);
    subscribe(client, 101, { of: many(101) });
    await clock.pass(0, client);
    expect(ticks(client, 101).length).toBeGreaterThan(0);
    const free = await started({ data, from, limits: { lines: false } });
    for (let i = 1; i <= 101; i++) subscribe(free.client, i, { of: many(i) });
    await free.clock.pass(0, free.client);
    expect(free.client.errors(101)).toEqual([]);
  });
});

describe("kinds of data", () => {
  it("are live while the market is open, whatever was asked for, and frozen after it where frozen was", async () => {
    const { client, clock } = await started({ from: Date.UTC(2020, 0, 20, 20, 59, 50) });
    client.send(59, 1, 2);
    subscribe(client, 5);
    await clock.pass(60_000, client);
    subscribe(client, 6);
    client.send(59, 1, 9);
    await clock.pass(0, client);
    expect(client.of(58).map((fields) => fields.slice(2))).toEqual([
      ["5", "1"],
      ["6", "2"],
    ]);
    expect(client.of(45).map((fields) => fields.slice(2))).toEqual([
      ["5", "49", "0"],
      ["6", "49", "-1"],
    ]);
    expect(client.errors(-1).at(-1)?.code).toBe(321);
  });

  it("are delayed where the subscription is missing: what was known a quarter of an hour ago, under other ids", async () => {
    const { client, clock, gateway } = await started();
    gateway.faults.forcedDataType = 3;
    subscribe(client, 5);
    await clock.pass(0, client);
    expect(client.errors(5)).toEqual([
      { code: 10167, text: "Requested market data is not subscribed. Displaying delayed market data." },
    ]);
    expect(client.of(58)[0].slice(2)).toEqual(["5", "3"]);
    const first = ticks(client, 5);
    expect(first.map(({ type }) => type)).toEqual([66, 67, 68, 74, 72, 73, 76, 75]);
    const [series] = gatewayData(TWO_STOCKS).series;
    expect(first[2].price).toBe(series.close[series.start.indexOf(NOON - 16 * 60_000)]);
    await clock.pass(15 * 60_000 + 5_000, client);
    const lasts = ticks(client, 5).filter(({ type }) => type === 68);
    expect(lasts.map(({ price }) => price)).toContain(expectedTicks()[0].last);
    expect(client.of(45).map((fields) => fields[3])).toEqual(["90"]);
  });
});

describe("a snapshot", () => {
  it("is one answer and its end", async () => {
    const { client, clock } = await started();
    subscribe(client, 5, { snapshot: 1 });
    await clock.pass(0, client);
    expect(client.of(57)).toEqual([["57", "1", "5"]]);
    const told = ticks(client, 5).length;
    expect(told).toBeGreaterThanOrEqual(8);
    await clock.pass(60_000, client);
    expect(ticks(client, 5)).toHaveLength(told);
  });

  it("ends after eleven seconds where the farm is not there", async () => {
    const { client, clock, gateway } = await started();
    gateway.faults.brokenFarms.add("usfarm");
    subscribe(client, 5, { snapshot: 1 });
    await clock.pass(10_900, client);
    expect(client.of(57)).toEqual([]);
    await clock.pass(200, client);
    expect(client.of(57)).toHaveLength(1);
    expect(ticks(client, 5)).toEqual([]);
  });
});

describe("tick by tick", () => {
  it("tells every trade, quote and middle", async () => {
    const { client, clock } = await started();
    client.send(97, 1, ...STOCK, "Last", 0, 0);
    client.send(97, 2, ...STOCK, "AllLast", 0, 0);
    client.send(97, 3, ...STOCK, "BidAsk", 0, 1);
    client.send(97, 4, ...STOCK, "MidPoint", 0, 0);
    client.send(97, 5, ...STOCK, "Everything", 0, 0);
    await clock.pass(0, client);
    await clock.pass(60_000, client);
    const of = (id: number): string[][] => client.of(99).filter((fields) => fields[1] === String(id));
    const expected = expectedTicks();
    expect(of(1).map((fields) => [Number(fields[3]), Number(fields[4]), Number(fields[5])])).toEqual(
      expected.map(({ time, last, size }) => [Math.floor(time / 1000), last, size]),
    );
    expect(of(1)[0]).toEqual([
      "99",
      "1",
      "1",
      expect.any(String),
      expect.any(String),
      expect.any(String),
      "0",
      "NYSE",
      "",
    ]);
    expect(of(2)[0][2]).toBe("2");
    expect(of(3)[0]).toHaveLength(9);
    expect(of(4)[0]).toHaveLength(5);
    expect(Number(of(4)[0][4])).toBeCloseTo((expected[0].bid + expected[0].ask) / 2);
    expect(client.errors(5)[0].code).toBe(321);
    client.send(98, 1);
    client.send(98, 77);
    await clock.pass(0, client);
    const told = of(1).length;
    await clock.pass(60_000, client);
    expect(of(1)).toHaveLength(told);
    expect(client.errors(77)[0].code).toBe(300);
  });

  it("is had of five contracts at the most", async () => {
    const { client, clock } = await started();
    for (let i = 1; i <= 6; i++) client.send(97, i, ...(i % 2 === 0 ? STOCK : OTHER), "Last", 0, 0);
    await clock.pass(0, client);
    expect(client.errors(6)).toEqual([{ code: 10190, text: "Max number of tick-by-tick requests has been reached." }]);
  });
});

describe("market depth", () => {
  it("begins with inserts and goes on with updates, with names of exchanges where it is of all", async () => {
    const { client, clock } = await started();
    client.send(10, 5, 1, ...STOCK, 3, 1, "");
    client.send(10, 5, 2, ...STOCK, 2, 0, "");
    await clock.pass(0, client);
    expect(client.of(13)).toHaveLength(6);
    expect(client.of(13)[0]).toHaveLength(10);
    expect(client.of(12)).toHaveLength(4);
    expect(client.of(12)[0]).toHaveLength(8);
    expect(client.of(13).every((fields) => fields[5] === "0")).toBe(true);
    await clock.pass(5_000, client);
    expect(client.of(13)[6][5]).toBe("1");
    client.send(11, 1, 1, 1);
    client.send(11, 1, 9, 0);
    client.send(82);
    await clock.pass(0, client);
    expect(client.errors(9)[0].code).toBe(310);
    const [, count, ...rows] = client.of(80)[0];
    expect(rows).toHaveLength(5 * Number(count));
  });

  it("is had three times at the most", async () => {
    const { client, clock } = await started();
    for (let i = 1; i <= 4; i++) client.send(10, 5, i, ...STOCK, 3, 1, "");
    await clock.pass(0, client);
    expect(client.errors(4)[0].code).toBe(309);
  });
});

describe("quotes with the real client", () => {
  it("come through IBApi without a decoding error", async () => {
    const { gateway, clock, client } = await started();
    const { api, errors } = await connectStoqey(gateway.port, 2);
    const asking = { symbol: "SYN1", secType: SecType.STK, exchange: "SMART", currency: "USD" };
    const seen: Record<string, number> = {};
    const count = (name: string) => (): void => void (seen[name] = (seen[name] ?? 0) + 1);
    for (const name of [
      EventName.tickPrice,
      EventName.tickSize,
      EventName.tickString,
      EventName.tickGeneric,
      EventName.marketDataType,
      EventName.tickReqParams,
      EventName.realtimeBar,
      EventName.tickByTickAllLast,
      EventName.tickByTickBidAsk,
      EventName.tickByTickMidPoint,
      EventName.updateMktDepth,
      EventName.updateMktDepthL2,
      EventName.mktDepthExchanges,
    ]) {
      (api as unknown as { on(name: string, listener: () => void): void }).on(name, count(name));
    }
    api.reqMktData(1, asking, "233", false, false);
    api.reqTickByTickData(2, asking, "AllLast" as never, 0, false);
    api.reqTickByTickData(3, asking, "BidAsk" as never, 0, true);
    api.reqTickByTickData(4, asking, "MidPoint" as never, 0, false);
    api.reqMktDepth(5, asking, 3, true);
    api.reqMktDepth(6, asking, 3, false);
    api.reqRealTimeBars(7, asking, 5, "TRADES" as never, true);
    api.reqMktDepthExchanges();
    await new Promise((resolve) => setTimeout(resolve, 400));
    await clock.pass(60_000, client);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(errors).toEqual([]);
    expect(Object.keys(seen)).toHaveLength(13);
  });

  it("come through IBApiNext as stream and snapshot", async () => {
    const { gateway, clock, client } = await started();
    const api = new IBApiNext({ host: "127.0.0.1", port: gateway.port });
    closeAfterTest(() => api.disconnect());
    api.connect(4);
    const asking = { symbol: "SYN1", secType: SecType.STK, exchange: "SMART", currency: "USD" };
    const snapshot = await api.getMarketDataSnapshot(asking, "", false);
    expect(snapshot.get(IBApiTickType.BID)?.value).toBeGreaterThan(1);
    const updates: number[] = [];
    const failures: unknown[] = [];
    const watched = api.getMarketData(asking, "233", false, false).subscribe({
      next: ({ all }) => updates.push(all.get(IBApiTickType.LAST)?.value ?? Number.NaN),
      error: (error) => failures.push(error),
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await clock.pass(60_000, client);
    await new Promise((resolve) => setTimeout(resolve, 100));
    watched.unsubscribe();
    expect(updates).toContain(expectedTicks()[0].last);
    expect(failures).toEqual([]);
  });
});
