import { EventName, IBApiNext, SecType, WhatToShow } from "@stoqey/ib";
import { describe, expect, it } from "vitest";
import { closeAfterTest } from "./close-after-test.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { rowsOf, type SentBar } from "./historical-requests.js";
import { NOON, startGateway } from "./started.js";
import { connectStoqey, once, type Stoqey } from "./stoqey.js";

describe("history with the real client", () => {
  function readAll(stoqey: Stoqey, request: () => void): Promise<unknown[][]> {
    const rows: unknown[][] = [];
    return new Promise((resolve) => {
      const note = (...args: unknown[]): void => {
        if (!String(args[1]).startsWith("finished")) return void rows.push(args);
        stoqey.api.off(EventName.historicalData, note as never);
        resolve(rows);
      };
      stoqey.api.on(EventName.historicalData, note as never);
      request();
    });
  }

  it("comes through IBApi without a decoding error, every number as it was", async () => {
    const gateway = await startGateway();
    const stoqey = await connectStoqey(gateway.port);
    const asking = { symbol: "SYN1", secType: SecType.STK, exchange: "SMART", currency: "USD" };
    const rows = await readAll(stoqey, () =>
      stoqey.api.reqHistoricalData(1, asking, "", "5 D", "1 min" as never, WhatToShow.TRADES, 1, 2, false),
    );
    const [series] = gatewayData(TWO_STOCKS).series;
    const expected = rowsOf(series, Date.UTC(2020, 0, 14, 14, 30), NOON) as SentBar[];
    expect(rows.map(([, date, open, high, low, close, volume]) => ({ date, open, high, low, close, volume }))).toEqual(
      expected,
    );
    expect(stoqey.errors).toEqual([]);
    const schedule = once(stoqey.api, EventName.historicalSchedule);
    stoqey.api.reqHistoricalData(2, asking, "", "2 D", "1 day" as never, "SCHEDULE" as never, 1, 2, false);
    expect((await schedule)[4]).toHaveLength(2);
    expect(stoqey.errors).toEqual([]);
  });

  it("comes through IBApiNext: bars, head timestamp, ticks, histogram", async () => {
    const gateway = await startGateway();
    const api = new IBApiNext({ host: "127.0.0.1", port: gateway.port });
    closeAfterTest(() => api.disconnect());
    api.connect(4);
    const asking = { symbol: "SYN2", secType: SecType.STK, exchange: "SMART", currency: "USD" };
    const bars = await api.getHistoricalData(asking, "", "2 D", "1 day" as never, WhatToShow.TRADES, 1, 2);
    expect(bars.map(({ time }) => time)).toEqual(["20200117", "20200120"]);
    await expect(
      api.getHistoricalData(asking, "20190101-00:00:00", "2 D", "1 day" as never, WhatToShow.TRADES, 1, 2),
    ).rejects.toMatchObject({ code: 162 });
    expect(await api.getHeadTimestamp(asking, WhatToShow.TRADES, true, 1)).toBe("20200106-14:30:00");
    const trades = await new Promise<unknown[]>((resolve) => {
      api.getHistoricalTicksLast(asking, "20200120-16:50:00", "", 50, 1).subscribe((ticks) => resolve(ticks));
    });
    expect(trades.length).toBeGreaterThanOrEqual(50);
    const counts = await api.getHistogramData(asking, true, 1, "day" as never);
    expect(counts.length).toBeGreaterThan(10);
  });

  it("makes bars of any size out of a sample of days", async () => {
    const gateway = await startGateway({ data: gatewayData("sample"), from: undefined as never });
    const stoqey = await connectStoqey(gateway.port);
    const asking = { symbol: "SP500", secType: SecType.STK, currency: "USD" };
    const days = await readAll(stoqey, () =>
      stoqey.api.reqHistoricalData(1, asking, "", "1 Y", "1 day" as never, WhatToShow.TRADES, 1, 2, false),
    );
    expect(days.length).toBeGreaterThanOrEqual(250);
    const minutes = await readAll(stoqey, () =>
      stoqey.api.reqHistoricalData(2, asking, "", "2 D", "1 min" as never, WhatToShow.TRADES, 1, 1, false),
    );
    expect(minutes.length).toBeGreaterThan(389);
    const [, , open, high, low, close] = days[days.length - 2];
    const date = String(days[days.length - 2][1]);
    const within = minutes.filter(([, time]) => String(time).startsWith(date)).map((row) => row.slice(2) as number[]);
    expect(within[0][0]).toBe(open);
    expect(Math.max(...within.map((row) => row[1]))).toBe(high);
    expect(Math.min(...within.map((row) => row[2]))).toBe(low);
    expect(within.at(-1)?.[3]).toBe(close);
    expect(stoqey.errors).toEqual([]);
  });
});
