import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import { Instrument } from "../../core/market/instrument.js";
import { type FetchResult, fetchHistory } from "../../data/history/fetch-history.js";
import type { FetchJob } from "../../data/history/fetch-job.js";
import { historyKey } from "../../data/history/history-key.js";
import type { HistorySource } from "../../data/history/history-source.js";
import type { BarStore } from "../../data/store/bar-store.js";
import { type BarSeries, parseBarSize } from "../../index.js";
import { startGateway } from "../gateway/started.js";
import { type Row, rows, said } from "../history/download.js";
import { hasSqlite, opened } from "../store/store-folder.js";
import { brokenWindows, marketOf } from "./fetch-parts.js";
import { historyFrom } from "./history-parts.js";
import { quickClock } from "./quick-clock.js";

const WEEK = 7 * 86_400_000;

function jobFor(symbol: string, label: string, range: { from: number; to?: number }): FetchJob {
  return {
    instrument: new Instrument({ symbol }),
    size: parseBarSize(label),
    what: "trades",
    hours: "regular",
    ...range,
  };
}

function storedRows(store: BarStore, source: HistorySource, job: FetchJob): Row[] {
  const series = store.find(historyKey(job, job.size, source));
  return series === undefined ? [] : rows(series.read());
}

/** The bars of a market that end before an instant. */
function known({ series }: GatewayData, symbol: string, label: string, to: number): Row[] {
  const found = series.find((one) => one.instrument.symbol === symbol && one.size.label === label) as BarSeries;
  return rows(found).filter(([, end]) => end <= to);
}

describe.runIf(hasSqlite)("a download from the simulated gateway", () => {
  it("of ten years of days, two of hours and one of minutes for three instruments is the source's to the last digit, and no window is exceeded", {
    timeout: 240_000,
  }, async () => {
    const symbols = ["AAPL", "IBM", "MSFT"];
    const data = marketOf(symbols, [
      ["1min", 20230103, 20231229],
      ["1hour", 20220103, 20231229],
      ["1day", 20140102, 20231229],
    ]);
    const clock = quickClock(20);
    // Its time stands still; its windows pass with the download's clock.
    const end = Date.UTC(2023, 11, 29, 21);
    const gateway = await startGateway({ data, from: end, speed: 1e-9, wallClock: clock.wallClock });
    const { history: source } = await historyFrom(gateway.port);
    const store = await opened();
    const froms = { "1min": Date.UTC(2023, 0, 3), "1hour": Date.UTC(2022, 0, 3), "1day": Date.UTC(2014, 0, 2) };
    // What has ended only now may still change, and would be asked for again.
    const to = Date.UTC(2023, 11, 29);
    const jobs = symbols.flatMap((symbol) =>
      Object.entries(froms).map(([label, from]) => jobFor(symbol, label, { from, to })),
    );
    const result = await fetchHistory({ store, source, jobs, clock });
    expect(result.series.flatMap(({ missing }) => missing)).toEqual([]);
    for (const job of jobs) {
      const all = known(data, job.instrument.symbol, job.size.label, to);
      // Bar by bar, for a difference of thousands of rows is no message.
      const stored = storedRows(store, source, job);
      expect(stored.length).toBe(all.length);
      const different = all.findIndex((row, i) => row.some((value, column) => value !== stored[i][column]));
      expect(different, `${job.instrument.symbol} ${job.size.label}`).toBe(-1);
    }
    expect(brokenWindows(gateway)).toEqual([]);
    expect(await fetchHistory({ store, source, jobs, clock })).toMatchObject({ requests: 0 });
  });

  it("of small bars keeps within every window that the gateway punishes", { timeout: 60_000 }, async () => {
    const data = marketOf(["AAPL"], [["30sec", 20231201, 20231229]]);
    const clock = quickClock(20);
    const end = Date.UTC(2023, 11, 29, 21);
    const gateway = await startGateway({ data, from: end, speed: 1e-9, wallClock: clock.wallClock });
    const { history: source } = await historyFrom(gateway.port);
    const store = await opened();
    const job = jobFor("AAPL", "30sec", { from: Date.UTC(2023, 11, 1) });
    const result = await fetchHistory({ store, source, jobs: [job], clock });
    expect(result.series[0].missing).toEqual([]);
    expect(result.requests).toBeGreaterThan(15);
    expect(storedRows(store, source, job)).toEqual(known(data, "AAPL", "30sec", end));
    expect(gateway.historyPacing.highest.get("long")).toBeGreaterThan(15);
    expect(brokenWindows(gateway)).toEqual([]);
  });
});

/** A fault when so many requests for bars have been dealt with. */
const after = (count: number, fault: string, more: object = {}): object => ({
  on: "historicalData",
  count,
  fault,
  ...more,
});
const refusal = (text: string, times = 1, code = 162): object =>
  after(1, "history-error", { code, times, text: `Historical Market Data Service error message:${text}` });

const MARKET = marketOf(
  ["AAPL"],
  [
    ["1min", 20231201, 20231229],
    ["1hour", 20180102, 20231229],
  ],
);
const FROM = Date.UTC(2018, 0, 2);
const TO = Date.UTC(2023, 10, 30);

/**
 * Downloads six years of hours while something goes wrong, and again from the same gateway. What is stored, and what is
 * said to be missing, must be all there is; and with the second download nothing is missing, unless a hole stays one.
 */
async function play(faults: readonly object[], begin = FROM): Promise<FetchResult> {
  const clock = quickClock(100);
  const gateway = await startGateway({
    data: MARKET,
    from: Date.UTC(2023, 11, 12, 17),
    wallClock: clock.wallClock,
    faults: parseFaultPlan(faults),
  });
  const { history: source } = await historyFrom(gateway.port);
  const store = await opened();
  const job = jobFor("AAPL", "1hour", { from: begin, to: TO });
  const all = known(MARKET, "AAPL", "1hour", TO).filter(([start]) => start >= begin);
  const first = await fetchHistory({ store, source, jobs: [job], clock });
  const gaps = first.series[0].missing;
  const isMissing = ([start]: Row): boolean => gaps.some(({ from, to }) => start >= from && start < to);
  expect(storedRows(store, source, job)).toEqual(all.filter((row) => !isMissing(row)));
  const isHoley = gaps.some(({ kind }) => kind === "hole");
  if (gaps.length > 0 && !isHoley) {
    const second = await fetchHistory({ store, source, jobs: [job], clock });
    expect(second.series[0].missing).toEqual([]);
    expect(storedRows(store, source, job)).toEqual(all);
  }
  return first;
}

describe.runIf(hasSqlite)("a download over a socket", () => {
  it.each<[string, object[], number?]>([
    ["silence for half a minute", [after(3, "silence", { for: "30s" })]],
    ["a cut in the middle", [after(3, "cut")]],
    ["a reset in the middle", [after(3, "reset")]],
    ["three cuts", [after(2, "cut"), after(5, "cut"), after(8, "cut")]],
    ["a half-open socket", [after(3, "half-open", { for: "1min" })]],
    ["a gateway that restarts", [after(3, "daily-reset", { for: "1min" })]],
    ["a stream in pieces of three bytes", [after(1, "split", { bytes: 3 })], Date.UTC(2023, 8, 1)],
    ["1100 and 1101", [after(2, "upstream-lost", { for: "30s", "keeps-data": false })]],
    ["1100 and 1102", [after(2, "upstream-lost", { for: "30s" })]],
    ["2110", [after(2, "upstream-broken", { for: "30s" })]],
    ["a data farm that is away", [after(2, "farm-broken", { farm: "ushmds", for: "30s" })]],
    ["100 and a disconnect", [after(3, "rate-limit")]],
    ["one answer that never comes", [after(1, "history-silence")]],
    ["bars that come twice", [after(1, "history-duplicates", { times: 6 })]],
    ["bars that come when nobody waits any more", [after(1, "history-late", { after: "70s", times: 2 })]],
    ["bars that come late and in time", [after(1, "history-late", { after: "20s", times: 2 })]],
    ["an answer with a hole", [after(1, "history-hole")]],
    ["a pacing violation", [refusal("Historical data request pacing violation", 2)]],
    ["`no data` that is not true", [refusal("HMDS query returned no data: AAPL@SMART Trades")]],
    ["`query cancelled`", [refusal("API historical data query cancelled: 7")]],
    ["`time length exceed max`", [refusal("Time length exceed max.", 2)]],
    ["`invalid step`", [refusal("invalid step")]],
    ["366", [after(1, "history-error", { code: 366, text: "No historical data query found for ticker id:7" })]],
  ])("is complete in spite of %s", { timeout: 60_000 }, async (_, faults, begin) => {
    const first = await play(faults, begin);
    expect(first.series[0].missing).toEqual([]);
    expect(first.stopped).toBeUndefined();
    expect(said(first)).not.toContain("dropped");
  });

  it("says what is missing where the same part of every answer is left out", { timeout: 60_000 }, async () => {
    const first = await play([after(1, "history-hole", { times: 1000 })]);
    expect(first.series[0].missing.length).toBeGreaterThan(0);
    for (const { kind, text } of first.series[0].missing)
      expect({ kind, text }).toEqual({ kind: "hole", text: "IB has left it out twice" });
  });

  it.each([
    ["Trading TWS session is connected from a different IP address", "stopped"],
    ["No market data permissions for ISLAND STK", "permission"],
  ])(
    "says what is missing after `%s`, and goes on from there the next time",
    { timeout: 60_000 },
    async (text, kind) => {
      const first = await play([refusal(text)]);
      expect(first.series[0].missing.length).toBeGreaterThan(0);
      if (kind === "stopped") expect(first.stopped).toContain(text);
      else expect(first.series[0].missing.some((one) => one.kind === kind && one.text.includes(text))).toBe(true);
    },
  );

  it("says what is missing where nothing is answered any more", { timeout: 60_000 }, async () => {
    const first = await play([after(3, "history-silence", { times: 18 })]);
    expect(first.stopped).toMatch(/12 requests in a row had no answer/);
    const [{ from }] = first.series[0].missing;
    expect(from).toBeGreaterThanOrEqual(FROM);
    expect(from).toBeLessThan(TO - WEEK);
  });
});
