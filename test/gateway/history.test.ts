import { describe, expect, it } from "vitest";
import { contract } from "./asked-contract.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { asked, barsOf, history, prices, rowsOf, type SentBar } from "./historical-requests.js";
import { SYN1 } from "./order-fields.js";
import { RawClient } from "./raw-client.js";
import { NOON, startGateway } from "./started.js";

describe("historical bars", () => {
  it("of a size that the data has are the data's, to the last digit", async () => {
    const gateway = await startGateway();
    const client = await history(gateway, { duration: "3 D" });
    const [series] = gatewayData(TWO_STOCKS).series;
    const from = Date.UTC(2020, 0, 16, 14, 30);
    expect(barsOf(client.of(17)[0]).map(prices)).toEqual(rowsOf(series, from, NOON));
  });

  it("carry times as text, as seconds or without the year, and as dates where they are days", async () => {
    const gateway = await startGateway();
    const client = await history(
      gateway,
      { format: 1, duration: "60 S" },
      { format: 2, duration: "60 S" },
      { format: 3, duration: "60 S" },
      { format: 1, bar: "1 day", duration: "2 D" },
      { format: 2, bar: "1 day", duration: "2 D" },
    );
    const dates = client.of(17).map((message) => barsOf(message).map(({ date }) => date));
    expect(dates[0]).toEqual(["20200120 11:59:00 US/Eastern"]);
    expect(dates[1]).toEqual([String(NOON / 1000 - 60)]);
    expect(dates[2]).toEqual(["0120 11:59:00 US/Eastern"]);
    expect(dates[3]).toEqual(["20200117", "20200120"]);
    expect(dates[4]).toEqual(dates[3]);
    expect(client.of(17)[3].slice(2, 4)).toEqual(["20200117 09:30:00 US/Eastern", "20200120 12:00:00 US/Eastern"]);
  });

  it("are written in the operator's zone or as UTC where that is set", async () => {
    const operator = await startGateway({ timeStyle: "operator", operatorZone: "Europe/Berlin" });
    const [first] = (await history(operator, { format: 1, duration: "60 S" })).of(17);
    expect(barsOf(first)[0].date).toBe("20200120 17:59:00 MET");
    const utc = await startGateway({ timeStyle: "utc" });
    const [second] = (await history(utc, { format: 1, duration: "60 S" })).of(17);
    expect(barsOf(second)[0].date).toBe("20200120-16:59:00");
  });

  it.each([
    ["20200110-21:00:00", 390],
    ["20200110 16:00:00 US/Eastern", 390],
    ["20200110 15:00:00 CST", 390],
    ["20200110 16:00:00 EST", 390],
    ["20200110 22:00:00 Europe/Berlin", 390],
    ["20200110 15:00:00 US/Eastern", 330],
    ["20200113 09:30:00 US/Eastern", 390],
  ])("end before %s, a trading day back", async (end, count) => {
    const gateway = await startGateway();
    const client = await history(gateway, { end });
    const bars = barsOf(client.of(17)[0]);
    expect(bars).toHaveLength(count);
    expect(bars[0].date).toBe(String(Date.UTC(2020, 0, 10, 14, 30) / 1000));
    expect(client.errors(1)).toEqual([]);
  });

  it("warn of an end without a zone, and read it in the operator's", async () => {
    const gateway = await startGateway();
    const client = await history(gateway, { end: "20200110 16:00:00" });
    expect(client.errors(1)).toEqual([{ code: 2174, text: expect.stringContaining("without explicit time zone") }]);
    expect(barsOf(client.of(17)[0])).toHaveLength(390);
  });

  it.each([
    ["1800 S", 30],
    ["2 D", 390 + 150],
    ["1 W", 390 * 4 + 390],
    ["1 M", 390 * 10 + 150],
    ["1 Y", 390 * 10 + 150],
  ])("reach back by %s", async (duration, count) => {
    const gateway = await startGateway();
    const client = await history(gateway, { duration });
    expect(barsOf(client.of(17)[0])).toHaveLength(count);
  });

  it("of other sizes begin at round times, and at the open where that is none", async () => {
    const gateway = await startGateway();
    const client = await history(
      gateway,
      { bar: "1 hour", end: "20200110-21:00:00", format: 1 },
      { bar: "5 mins", end: "20200110-21:00:00", format: 1 },
      { bar: "4 hours", end: "20200110-21:00:00", format: 1 },
    );
    const [hours, fives, fours] = client.of(17).map(barsOf);
    expect(hours.map(({ date }) => date.slice(9, 14))).toEqual([
      "09:30",
      "10:00",
      "11:00",
      "12:00",
      "13:00",
      "14:00",
      "15:00",
    ]);
    expect(fives).toHaveLength(78);
    expect(fours.map(({ date }) => date.slice(9, 14))).toEqual(["09:30", "12:00"]);
    const [series] = gatewayData(TWO_STOCKS).series;
    const first = rowsOf(series, Date.UTC(2020, 0, 10, 14, 30), Date.UTC(2020, 0, 10, 15)) as SentBar[];
    expect(hours[0]).toMatchObject({
      open: first[0].open,
      high: Math.max(...first.map(({ high }) => high)),
      low: Math.min(...first.map(({ low }) => low)),
      close: first[29].close,
      volume: first.reduce((sum, { volume }) => sum + volume, 0),
    });
  });

  it("of a day, a week and a month are the sessions', the one under way included", async () => {
    const gateway = await startGateway();
    const client = await history(
      gateway,
      { bar: "1 day", duration: "1 M" },
      { bar: "1W", duration: "1 M" },
      { bar: "1 month", duration: "1 Y" },
      { bar: "1 day", duration: "1 D" },
    );
    const [days, weeks, months, today] = client.of(17).map(barsOf);
    expect(days.map(({ date }) => date)).toEqual([
      "20200106",
      "20200107",
      "20200108",
      "20200109",
      "20200110",
      "20200113",
      "20200114",
      "20200115",
      "20200116",
      "20200117",
      "20200120",
    ]);
    expect(weeks.map(({ date }) => date)).toEqual(["20200110", "20200117", "20200120"]);
    expect(months.map(({ date }) => date)).toEqual(["20200120"]);
    expect(weeks[0].open).toBe(days[0].open);
    expect(weeks[0].close).toBe(days[4].close);
    expect(months[0].volume).toBe(days.reduce((sum, { volume }) => sum + volume, 0));
    expect(today).toEqual([days[10]]);
    const [series] = gatewayData(TWO_STOCKS).series;
    const morning = rowsOf(series, Date.UTC(2020, 0, 20, 14, 30), NOON) as SentBar[];
    expect(today[0].close).toBe(morning[149].close);
    expect(today[0].volume).toBe(morning.reduce((sum, { volume }) => sum + volume, 0));
  });

  it("smaller than the data's are made of its ticks, and add up to the data's bars", async () => {
    const gateway = await startGateway();
    const client = await history(
      gateway,
      { bar: "5 secs", duration: "120 S" },
      { bar: "1 min", duration: "120 S" },
      { bar: "1 secs", duration: "120 S" },
    );
    const [small, whole, seconds] = client.of(17).map(barsOf);
    for (const parts of [small, seconds]) {
      for (const minute of whole) {
        const within = parts.filter(({ date }) => Math.floor(Number(date) / 60) === Number(minute.date) / 60);
        expect(within.length).toBeGreaterThan(3);
        expect(within[0].open).toBe(minute.open);
        expect(within.at(-1)?.close).toBe(minute.close);
        expect(Math.max(...within.map(({ high }) => high))).toBe(minute.high);
        expect(Math.min(...within.map(({ low }) => low))).toBe(minute.low);
        expect(within.reduce((sum, { volume }) => sum + volume, 0)).toBe(minute.volume);
      }
    }
  });

  it("of bid, ask and middle stand half a spread apart, without volume", async () => {
    const gateway = await startGateway();
    const client = await history(
      gateway,
      { duration: "60 S" },
      { duration: "60 S", what: "BID" },
      { duration: "60 S", what: "ASK" },
      { duration: "60 S", what: "MIDPOINT" },
      { duration: "60 S", what: "BID_ASK" },
    );
    const [[trades], [bid], [ask], [middle], [both]] = client.of(17).map(barsOf);
    const apart = (a: number, b: number): number => Math.round((a - b) * 1e8) / 1e8;
    expect([apart(trades.open, bid.open), apart(trades.high, bid.high), apart(trades.close, bid.close)]).toEqual([
      0.01, 0.01, 0.01,
    ]);
    expect(apart(ask.low, bid.low)).toBe(0.02);
    expect(middle).toMatchObject({ open: trades.open, high: trades.high, low: trades.low, close: trades.close });
    expect(both).toMatchObject({ high: ask.high, low: bid.low });
    expect(both.open).toBeLessThan(both.close);
    expect([bid.volume, bid.average, bid.count]).toEqual([-1, -1, -1]);
  });

  it.each([
    [{ end: "yesterday" }, 10314, "End Date/Time: The date, time, or time-zone entered is invalid."],
    [{ end: "20200230-10:00:00" }, 10314, "End Date/Time"],
    [{ end: "20200110 10:00:00 Mars/Phobos" }, 10314, "End Date/Time"],
    [{ duration: "" }, 321, "duration not specified"],
    [{ duration: "5 H" }, 321, "integer{SPACE}unit (S|D|W|M|Y)"],
    [{ duration: "0 D" }, 321, "requested duration is invalid"],
    [{ duration: "366 D" }, 321, "durations longer than 365 days must be made in years."],
    [{ duration: "53 W" }, 321, "durations longer than 52 weeks must be made in years."],
    [{ duration: "13 M" }, 321, "durations longer than 12 months must be made in years."],
    [{ duration: "90000 S" }, 321, "greater than 86400 seconds rejected"],
    [{ bar: "7 mins" }, 321, "Historical data bar size setting is invalid. Legal ones are: 1 secs, 5 secs,"],
    [{ what: "NONSENSE" }, 321, "Source price is invalid"],
    [{ format: 4 }, 321, "Date formatting selection of 4 rejected."],
    [{ what: "ADJUSTED_LAST", end: "20200110-10:00:00" }, 321, "End date not supported with adjusted last"],
    [{ keep: 1, end: "20200110-10:00:00" }, 321, "End date not supported with live updates"],
    [{ keep: 1, what: "BID_ASK" }, 321, "Source price not supported with live updates"],
    [{ keep: 1, bar: "1 secs", duration: "60 S" }, 321, "Bar size not supported with live updates"],
    [{ what: "SCHEDULE" }, 10295, "Only daily resolution supported for Schedule requests"],
    [{ bar: "1 secs", duration: "2001 S" }, 162, "Time length exceed max."],
    [{ bar: "5 secs", duration: "1 W" }, 162, "invalid step"],
    [
      { bar: "1 min", duration: "60 S", end: "20190101-10:00:00" },
      162,
      "HMDS query returned no data: SYN1@SMART Trades",
    ],
    [{ end: "20200112-15:00:00", duration: "3600 S" }, 162, "HMDS query returned no data"],
    [{ what: "HISTORICAL_VOLATILITY" }, 162, "HMDS query returned no data"],
    [{ what: "AGGTRADES" }, 10299, "Expected what to show is TRADES, please use that instead of AGGTRADES."],
    [{ of: contract({ symbol: "NO", secType: "STK" }) }, 200, "No security definition has been found"],
  ])("asked for with %j are refused with %i", async (one, code, text) => {
    const client = await history(await startGateway(), one);
    expect(client.errors(1)).toEqual([{ code, text: expect.stringContaining(text) }]);
    expect(client.of(17)).toEqual([]);
  });

  it("of 30 seconds and less are gone after six months", async () => {
    const data = gatewayData("synthetic:bars=100000,start=2019-01-07");
    const gateway = await startGateway({ data, from: data.series[0].end[99_999] });
    const old = "20190201-20:00:00";
    const client = await history(
      gateway,
      { bar: "30 secs", duration: "600 S", end: old },
      { bar: "1 min", duration: "600 S", end: old },
    );
    expect(client.errors(1)).toEqual([{ code: 162, text: expect.stringContaining("no data") }]);
    expect(barsOf(client.of(17)[0])).toHaveLength(10);
  });

  it("of a currency pair are midpoints, and trades of it are refused with what to ask for instead", async () => {
    const data = gatewayData("synthetic:bars=780,start=2020-01-06", [
      { symbol: "SYN1", assetClass: "forex", currency: "USD", tickSize: 0.01 },
    ]);
    const gateway = await startGateway({ data, from: data.series[0].end[400] });
    const of = contract({ symbol: "SYN", secType: "CASH", currency: "USD", exchange: "IDEALPRO" });
    const client = await history(gateway, { of }, { of, what: "MIDPOINT" });
    expect(client.errors(1)).toEqual([
      { code: 10299, text: "Expected what to show is MIDPOINT, please use that instead of TRADES." },
    ]);
    expect(barsOf(client.of(17)[0])).not.toEqual([]);
  });

  it("of a continuous future cannot end at a date", async () => {
    const data = gatewayData("synthetic:bars=780,start=2020-01-06", [
      { symbol: "SYN1", assetClass: "future", tickSize: 0.25, future: { expiry: "2020-03-20" } },
    ]);
    const gateway = await startGateway({ data, from: data.series[0].end[400] });
    const of = contract({ symbol: "SY", secType: "CONTFUT" });
    const client = await history(gateway, { of, end: "20200106-20:00:00" }, { of });
    expect(client.errors(1)[0].code).toBe(10339);
    expect(client.of(17)).toHaveLength(1);
  });
});

describe("cancels and ids of historical requests", () => {
  it("find nothing to cancel once the answer has come: 366", async () => {
    const client = await history(await startGateway(), { duration: "60 S" });
    client.send(25, 1, 1);
    await client.until(() => client.errors(1).length === 1);
    expect(client.errors(1)).toEqual([{ code: 366, text: "No historical data query found for ticker id:1" }]);
  });

  it("cancel what is still open with 162, and refuse its id with 386 until then", async () => {
    const gateway = await startGateway();
    gateway.faults.addHistory({ kind: "silence" }, 1);
    const client = await RawClient.start(gateway.port, 1);
    client.send(...asked(1, {}));
    client.send(...asked(1, {}));
    client.send(25, 1, 1);
    client.send(...asked(1, {}));
    await client.until(() => client.of(17).length === 1);
    expect(client.errors(1)).toEqual([
      { code: 386, text: "Duplicate ticker ID for API historical data query" },
      { code: 162, text: "Historical Market Data Service error message:API historical data query cancelled: 1" },
    ]);
  });
});

describe("the pacing of historical requests", () => {
  it("refuses small bars beyond each window, and counts what it saw", async () => {
    let wall = 0;
    const gateway = await startGateway({ wallClock: () => wall, limits: { messageRate: false } });
    const client = await RawClient.start(gateway.port, 1);
    let id = 0;
    const answers = (): number => client.of(17).length + client.of(4).filter((row) => row[3] === "162").length;
    const ask = async (seconds: number, bar: string): Promise<void> => {
      client.send(...asked(++id, { bar, duration: `${seconds} S`, of: SYN1 }));
      await client.until(() => answers() === id);
    };
    await ask(60, "5 secs");
    await ask(60, "5 secs");
    wall += 16_000;
    for (let i = 0; i < 6; i++) await ask(100 + i, "5 secs");
    wall += 16_000;
    for (let i = 0; i < 60; i++) {
      await ask(1000 + i, "5 secs");
      wall += 3_000;
    }
    for (let i = 0; i < 80; i++) await ask(1000 + i, "1 min");
    const refused = client
      .of(4)
      .filter((row) => row[3] === "162")
      .map((row) => Number(row[2]));
    expect(client.errors(2)).toEqual([
      { code: 162, text: "Historical Market Data Service error message:Historical data request pacing violation" },
    ]);
    expect(refused).toContain(8);
    expect(refused.filter((one) => one > 8 && one <= 68).length).toBe(8);
    expect(refused.filter((one) => one > 68)).toEqual([]);
    expect([...gateway.historyPacing.broken.keys()].sort()).toEqual(["burst", "identical", "long"]);
  });
});
