import { describe, expect, it } from "vitest";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { history, rowsOf, type SentBar } from "./historical-requests.js";
import { SYN1 } from "./order-fields.js";
import { RawClient } from "./raw-client.js";
import { NOON, startGateway } from "./started.js";

describe("schedules, head timestamps and histograms", () => {
  it("tell the sessions with their dates", async () => {
    const client = await history(await startGateway(), { what: "SCHEDULE", bar: "1 day", duration: "3 D" });
    expect(client.of(106)).toEqual([
      [
        "106",
        "1",
        "20200116-09:30:00",
        "20200120-16:00:00",
        "US/Eastern",
        "3",
        ...["16", "17", "20"].flatMap((day) => [`202001${day}-09:30:00`, `202001${day}-16:00:00`, `202001${day}`]),
      ],
    ]);
  });

  it("tell where history begins, as UTC with a dash or as seconds", async () => {
    const { port } = await startGateway({ limits: { historyPacing: false } });
    const client = await RawClient.start(port, 1);
    client.send(87, 1, ...SYN1, 0, 1, "TRADES", 1);
    client.send(87, 2, ...SYN1, 0, 1, "TRADES", 2);
    client.send(87, 3, ...SYN1, 0, 1, "FEE_RATE", 2);
    client.send(90, 1);
    await client.until(() => client.errors(3).length === 1);
    expect(client.of(88)).toEqual([
      ["88", "1", "20200106-14:30:00"],
      ["88", "2", String(Date.UTC(2020, 0, 6, 14, 30) / 1000)],
    ]);
    expect(client.errors(3)[0].code).toBe(162);
  });

  it("count what was traded at each price", async () => {
    const { port } = await startGateway();
    const client = await RawClient.start(port, 1);
    client.send(88, 1, ...SYN1, 0, 1, "1 days");
    client.send(88, 2, ...SYN1, 0, 1, "never");
    await client.until(() => client.errors(2).length === 1);
    const [, , count, ...rows] = client.of(89)[0];
    expect(rows).toHaveLength(2 * Number(count));
    const [series] = gatewayData(TWO_STOCKS).series;
    const morning = rowsOf(series, Date.UTC(2020, 0, 20, 14, 30), NOON) as SentBar[];
    const sizes = rows.filter((_, i) => i % 2 === 1).map(Number);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(morning.reduce((sum, { volume }) => sum + volume, 0));
  });
});

describe("historical ticks", () => {
  it("go forwards from a start and backwards from an end, to the end of a second", async () => {
    const { port } = await startGateway({ limits: { historyPacing: false } });
    const client = await RawClient.start(port, 1);
    const ticks = (id: number, start: string, end: string, count: number, what: string): void =>
      client.send(96, id, ...SYN1, 0, start, end, count, what, 1, 0, "");
    ticks(1, "20200120-16:58:00", "", 20, "TRADES");
    ticks(2, "", "20200120-17:00:00", 20, "TRADES");
    ticks(3, "20200120-16:58:00", "", 20, "BID_ASK");
    ticks(4, "20200120-16:58:00", "20200120-16:58:30", 1000, "MIDPOINT");
    await client.until(() => client.of(96).length === 1);
    const [forwards, backwards] = client.of(98);
    expect(Number(forwards[2])).toBeGreaterThanOrEqual(20);
    expect(forwards).toHaveLength(4 + 6 * Number(forwards[2]));
    expect(forwards.at(-1)).toBe("1");
    expect(Number(forwards[3])).toBe(NOON / 1000 - 120 + 1);
    const times = (row: string[], width: number): number[] =>
      Array.from({ length: Number(row[2]) }, (_, i) => Number(row[3 + width * i]));
    expect(times(backwards, 6)).toEqual([...times(backwards, 6)].sort((a, b) => a - b));
    expect(times(backwards, 6).at(-1)).toBe(NOON / 1000 - 1);
    const [quotes] = client.of(97);
    expect(quotes).toHaveLength(4 + 6 * Number(quotes[2]));
    expect(Number(quotes[6]) - Number(quotes[5])).toBeCloseTo(0.02);
    const [middles] = client.of(96);
    expect(middles).toHaveLength(4 + 4 * Number(middles[2]));
    expect(times(middles, 4).at(-1)).toBeLessThan(NOON / 1000 - 90);
  });

  it.each([
    [["", "", 0, "TRADES"], 321, "Number of ticks must be > 0"],
    [["", "", 1001, "TRADES"], 321, "Number of ticks must be <= 1000"],
    [["", "", 10, "LAST"], 321, "Invalid source price"],
    [["soon", "", 10, "TRADES"], 10314, "Start Date/Time"],
  ])("asked for as %j are refused with %i", async (said, code, text) => {
    const { port } = await startGateway();
    const client = await RawClient.start(port, 1);
    client.send(96, 1, ...SYN1, 0, ...said, 1, 0, "");
    await client.until(() => client.errors(1).length === 1);
    expect(client.errors(1)).toEqual([{ code, text: expect.stringContaining(text) }]);
  });
});
