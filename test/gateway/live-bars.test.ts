import { describe, expect, it } from "vitest";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { asked, barsOf, history, rowsOf, type SentBar } from "./historical-requests.js";
import { SYN1 } from "./order-fields.js";
import { RawClient } from "./raw-client.js";
import { NOON, started, startGateway } from "./started.js";

const MINUTE = 60_000;

describe("bars that keep up to date", () => {
  it("are told every five seconds with the bar under way, and once more when it has ended", async () => {
    let wall = 0;
    const gateway = await startGateway({ wallClock: () => wall, speed: 1 });
    const client = await history(gateway, { keep: 1, duration: "120 S" });
    const [seed] = client.of(17).map(barsOf);
    expect(seed.map(({ date }) => Number(date))).toEqual([NOON / 1000 - 120, NOON / 1000 - 60]);
    wall += 62_000;
    client.send(49, 1);
    await client.until(() => client.of(49).length === 1);
    const updates = client.of(90).map(([, , count, date, open, close, high, low, average, volume]) => ({
      date: Number(date),
      open: Number(open),
      close: Number(close),
      high: Number(high),
      low: Number(low),
      volume: Number(volume),
      count: Number(count),
      average: Number(average),
    }));
    expect(updates.length).toBeGreaterThanOrEqual(12);
    const [series] = gatewayData(TWO_STOCKS).series;
    const [row] = rowsOf(series, NOON, NOON + MINUTE) as SentBar[];
    const ofFirst = updates.filter(({ date }) => date === NOON / 1000);
    expect(ofFirst.at(-1)).toMatchObject({
      open: row.open,
      high: row.high,
      low: row.low,
      close: row.close,
      volume: row.volume,
    });
    expect(ofFirst[0].open).toBe(row.open);
    expect(ofFirst[0].volume).toBeLessThan(row.volume);
    client.send(25, 1, 1);
    await client.until(() => client.errors(1).length === 1);
    expect(client.errors(1)[0].code).toBe(162);
    const told = client.of(90).length;
    wall += 60_000;
    client.send(49, 1);
    await client.until(() => client.of(49).length === 2);
    expect(client.of(90)).toHaveLength(told);
  });

  it("begin with the price of the very instant at which they are asked for", async () => {
    const { clock, client } = await started({ speed: 1 });
    const [series] = gatewayData(TWO_STOCKS).series;
    // The last price of a minute comes a second before its end.
    await clock.pass(59_000, client);
    client.send(...asked(1, { keep: 1, duration: "120 S" }));
    await client.until(() => client.of(17).length === 1);
    const [row] = rowsOf(series, NOON, NOON + MINUTE) as SentBar[];
    const { close, volume } = barsOf(client.of(17)[0]).at(-1) as SentBar;
    expect({ close, volume }).toEqual({ close: row.close, volume: row.volume });
  });
});

describe("bars of five seconds", () => {
  it("come while the market is open, and add up to the minute", async () => {
    let wall = 0;
    const gateway = await startGateway({ wallClock: () => wall });
    const client = await RawClient.start(gateway.port, 1);
    client.send(50, 3, 4, ...SYN1, 5, "TRADES", 1, "");
    client.send(50, 3, 5, ...SYN1, 5, "BID_ASK", 1, "");
    client.send(50, 3, 6, ...SYN1, 10, "TRADES", 1, "");
    client.send(50, 3, 4, ...SYN1, 5, "TRADES", 1, "");
    client.send(51, 1, 99);
    await client.until(() => client.errors(99).length === 1);
    expect([client.errors(5)[0].code, client.errors(6)[0].code, client.errors(4)[0].code]).toEqual([420, 420, 102]);
    expect(client.errors(99)).toEqual([{ code: 300, text: "Can't find EId with tickerId:99" }]);
    wall += 60_000;
    client.send(49, 1);
    await client.until(() => client.of(49).length === 1);
    const bars = client.of(50).map((fields) => fields.slice(3).map(Number));
    expect(bars.map(([time]) => time)).toEqual(Array.from({ length: 12 }, (_, i) => NOON / 1000 + 5 * i));
    const [series] = gatewayData(TWO_STOCKS).series;
    const [row] = rowsOf(series, NOON, NOON + MINUTE) as SentBar[];
    expect(Math.max(...bars.map(([, , high]) => high))).toBe(row.high);
    expect(Math.min(...bars.map(([, , , low]) => low))).toBe(row.low);
    expect(bars.reduce((sum, [, , , , , volume]) => sum + volume, 0)).toBe(row.volume);
    client.send(51, 1, 4);
    client.send(49, 1);
    await client.until(() => client.of(49).length === 2);
    wall += 60_000;
    client.send(49, 1);
    await client.until(() => client.of(49).length === 3);
    expect(client.of(50)).toHaveLength(12);
  });

  it("stop when the market closes", async () => {
    let wall = 0;
    const close = Date.UTC(2020, 0, 20, 21);
    const gateway = await startGateway({ wallClock: () => wall, from: close - 10_000 });
    const client = await RawClient.start(gateway.port, 1);
    client.send(50, 3, 4, ...SYN1, 5, "TRADES", 1, "");
    client.send(49, 1);
    await client.until(() => client.of(49).length === 1);
    wall += 60_000;
    client.send(49, 1);
    await client.until(() => client.of(49).length === 2);
    expect(client.of(50).map((fields) => Number(fields[3]))).toEqual([close / 1000 - 10, close / 1000 - 5]);
  });
});
