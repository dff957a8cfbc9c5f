import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { BarSeries } from "../../core/market/bar-series.js";
import { Instrument } from "../../core/market/instrument.js";
import { type CsvOptions, type CsvReading, inspectBars } from "../../data/files/csv.js";
import { barRows } from "../../data/files/export-csv.js";
import { partsOfName } from "../../data/files/file-name.js";
import { quoteBars, type Row } from "../bars.js";
import { barsOf, SPY, spansOf } from "./csv-text.js";

const folder = mkdtempSync(join(tmpdir(), "csv-formats-"));
afterAll(() => rmSync(folder, { recursive: true }));

function inspect(text: string, options: Partial<CsvOptions> = {}): CsvReading {
  writeFileSync(join(folder, "bars.csv"), text);
  return inspectBars(join(folder, "bars.csv"), { instrument: SPY, ...options });
}

const HEAD = "time,open,high,low,close,volume";
const GOOD = `${HEAD}\n2024-01-02,2,3,1,2.5,900\n2024-01-03,2.5,4,2,3,800\n`;

describe("files of other vendors", () => {
  it.each([
    ["bars between columns", GOOD.replaceAll(",", "|")],
    ["dollars", `${HEAD}\n2024-01-02,$2,$3,$1,$2.50,900\n2024-01-03,$2.5,$4,$2,$3,800\n`],
    [
      "Nasdaq's names, newest first",
      "Date,Close/Last,Volume,Open,High,Low\n01/31/2024,$7,5,$7,$8,$6\n01/03/2024,$3,800,$2.5,$4,$2\n01/02/2024,$2.5,900,$2,$3,$1\n",
    ],
    [
      "days in front of months, with points",
      "Gmt time,Open,High,Low,Close,Volume\n02.01.2024 00:00:00.000,2,3,1,2.5,900\n03.01.2024 00:00:00.000,2.5,4,2,3,800\n",
    ],
    [
      "days in front of months, with slashes",
      `${HEAD}\n02/01/2024,2,3,1,2.5,900\n03/01/2024,2.5,4,2,3,800\n15/01/2024,7,8,6,7,5\n`,
    ],
    [
      "Binance's names",
      `open_time,open,high,low,close,volume,close_time\n1704153600000,2,3,1,2.5,900,1704239999999\n1704240000000,2.5,4,2,3,800,1704326399999\n`,
    ],
    [
      "microseconds",
      `ts,timestamp,open,high,low,close,volume\n0,1704153600000000,2,3,1,2.5,900\n0,1704240000000000,2.5,4,2,3,800\n`,
    ],
    [
      "nanoseconds",
      `timestamp,open,high,low,close,volume\n1704153600000000000,2,3,1,2.5,900\n1704240000000000000,2.5,4,2,3,800\n`,
    ],
    ["a name for the zone in parentheses", GOOD.replace("time", "Time (UTC)")],
  ])("understands %s", (_, text) => {
    const series = barsOf(text, { bar: "1day" });
    expect(spansOf(series).slice(0, 2)).toEqual([
      "2024-01-02T14:30Z 2024-01-02T21:00Z",
      "2024-01-03T14:30Z 2024-01-03T21:00Z",
    ]);
    expect([...series.close].slice(0, 2)).toEqual([2.5, 3]);
    expect([...series.volume].slice(0, 2)).toEqual([900, 800]);
  });

  it("takes GMT with an offset, and a name that says GMT, as what they are", () => {
    const text = `${HEAD}\n02.01.2024 09:30:00.000 GMT-0500,2,3,1,2,9\n02.01.2024 09:31:00.000 GMT-0500,2,3,1,2,9\n`;
    expect(spansOf(barsOf(text))[0]).toBe("2024-01-02T14:30Z 2024-01-02T14:31Z");
    const named = "Gmt time,Open,High,Low,Close\n02.01.2024 09:30:00.000,2,3,1,2\n02.01.2024 09:31:00.000,2,3,1,2\n";
    expect(spansOf(barsOf(named))[0]).toBe("2024-01-02T09:30Z 2024-01-02T09:31Z");
  });

  it("asks for the order of day and month where nothing tells it, and takes it", () => {
    const text = `${HEAD}\n01/02/2024,2,3,1,2,9\n02/02/2024,2,3,1,2,9\n`;
    expect(() => barsOf(text)).toThrow(
      expect.objectContaining({
        code: "CSV_TIME_UNREADABLE",
        message: expect.stringContaining("say their order (dateOrder)"),
      }),
    );
    expect(spansOf(barsOf(text, { dateOrder: "dmy" }))[0]).toBe("2024-02-01T14:30Z 2024-02-01T21:00Z");
    expect(spansOf(barsOf(text.replace("02/02", "01/03"), { dateOrder: "mdy" }))[0]).toBe(
      "2024-01-02T14:30Z 2024-01-02T21:00Z",
    );
    expect(() => barsOf(`${HEAD}\n13/13/2024,2,3,1,2,9\n`)).toThrow(/line 2: the time "13\/13\/2024" cannot be read/);
  });

  it("reads a file without names where they are told", () => {
    const text = GOOD.slice(HEAD.length + 1);
    expect([...barsOf(text, { columns: HEAD }).close]).toEqual([2.5, 3]);
    expect([...barsOf(text.replaceAll(",", ";"), { columns: "date,open,high,low,close,vol" }).volume]).toEqual([
      900, 800,
    ]);
    expect(() => barsOf("2024-01-02,2,x,1,2.5,900\n", { columns: HEAD })).toThrow(/line 1 has the high "x"/);
    expect(() => barsOf(text, { columns: "time,open" })).toThrow(/no column for high, low, close/);
  });

  it("turns a file round that goes from the newest to the oldest, lines and all", () => {
    const text = `${HEAD}\n2024-01-04,5,6,4,5,7\n2024-01-03,2.5,4,2,3,800\n2024-01-02,2,3,1,2.5,900\n`;
    expect([...barsOf(text).volume]).toEqual([900, 800, 7]);
    expect(inspect(text).newestFirst).toBe(true);
    expect(() => barsOf(text.replace("2,3,1,2.5", "2,1,3,2.5"))).toThrow(/bars\.csv, line 4:/);
  });
});

describe("prices that have been multiplied", () => {
  const scaled = `${HEAD}\n2024-01-02,1674100,1674200,1672500,1672750,3197\n2024-01-03,1672500,1672500,1672500,1672500,1150\n2024-01-04,1672500,1672500,1672500,1672500,1150\n`;

  it("are told from how they look, and then have to be named", () => {
    expect(() => barsOf(scaled)).toThrow(
      expect.objectContaining({
        code: "CSV_PRICE_SCALE_UNCLEAR",
        message:
          "bars.csv: all prices are whole numbers such as 1674100, as if they had been multiplied by 10000 (167.41 for 1674100). Say what they are to be divided by (priceScale): 10000, or 1 to take them as they are.",
      }),
    );
    const series = barsOf(scaled, { priceScale: 10_000 });
    expect([series.open[0], series.high[0], series.low[0], series.close[0], series.volume[0]]).toEqual([
      167.41, 167.42, 167.25, 167.275, 3197,
    ]);
    expect(barsOf(scaled, { priceScale: 1 }).open[0]).toBe(1_674_100);
  });

  it("are not suspected of whole prices that are no hundreds, of small ones, or of currencies without cents", () => {
    const plain = (price: number) => `${HEAD}\n2024-01-02,${price},${price},${price},${price},1\n`;
    expect(barsOf(plain(38_525)).open[0]).toBe(38_525);
    expect(barsOf(plain(700)).open[0]).toBe(700);
    const samsung = new Instrument({ symbol: "SSNLF", currency: "KRW" });
    expect(barsOf(plain(71_800), { instrument: samsung }).open[0]).toBe(71_800);
  });

  it("are not divided by what is no number above 0", () => {
    expect(() => barsOf(scaled, { priceScale: 0 })).toThrow(expect.objectContaining({ code: "CSV_OPTION" }));
  });
});

describe("bad rows of a file that is inspected", () => {
  it("are all listed with their lines, and the others are the series", () => {
    const { series, bad, rows } = inspect(
      [
        HEAD,
        "2024-01-02,2,3,1,2,9",
        "2024-01-03,2,1,3,2,9",
        "2024-01-04,2,3,1,x,9",
        "",
        "2024-01-04,2,3,1,2,9",
        "2024-01-04,2,3,1,2.5,9",
        "2024-01-03,2,3,1,2,9",
        "2024-01-05,0,3,0,2,9",
        "2024-01-08,2,3,1,4,9",
        "2024-01-09,5,3,1,2,9",
        "2024-01-10,2,3,1,2,-1",
        "2024-01-11,2,3,1",
        "2024-01-12,2,3,1,2,9",
      ].join("\n"),
    );
    expect(bad.listed.map(({ line, problem }) => ({ line, problem }))).toEqual(
      [
        { line: 4, problem: 'has the close "x"' },
        { line: 13, problem: "has 4 of 6 columns" },
        { line: 3, problem: "has high=1 below low=3" },
        { line: 7, problem: "has the time of line 6 again" },
        { line: 8, problem: "is earlier than line 6" },
        { line: 9, problem: "has open=0" },
        { line: 10, problem: "has close=4 outside of 1 to 3" },
        { line: 11, problem: "has open=5 outside of 1 to 3" },
        { line: 12, problem: "has volume=-1" },
      ].sort((a, b) => a.line - b.line),
    );
    expect([bad.count, rows]).toEqual([9, 12]);
    expect(spansOf(series).map((span) => span.slice(0, 10))).toEqual(["2024-01-02", "2024-01-04", "2024-01-12"]);
  });

  it("are those that overlap, too, and those at times that the clock left out", () => {
    const overlap = inspect(
      `${HEAD}\n2024-01-02 09:30,2,3,1,2,9\n2024-01-02 09:31,2,3,1,2,9\n2024-01-02 09:35,2,3,1,2,9\n`,
      { bar: "5min" },
    );
    expect(overlap.bad.listed).toMatchObject([{ line: 3, problem: "begins before the bar of line 2 has ended" }]);
    expect(overlap.series.length).toBe(2);
    const summer = inspect(
      `${HEAD}\n2024-03-10 01:00,2,3,1,2,9\n2024-03-10 02:00,2,3,1,2,9\n2024-03-10 03:00,2,3,1,2,9\n`,
    );
    expect(summer.bad.listed).toMatchObject([
      { line: 3, problem: "has the time 2024-03-10 02:00:00, which America/New_York left out" },
    ]);
  });

  it("leave an error where nothing else is left", () => {
    expect(() => inspect(`${HEAD}\n2024-01-02,2,1,3,2,9\n`)).toThrow(
      expect.objectContaining({
        code: "CSV_ROW_BAD",
        message: expect.stringContaining("1 of 1 rows cannot be read: line 2 has high=1 below low=3"),
      }),
    );
    expect(() => inspect(`${HEAD}\n2024-01-02,x,1,3,2,9\n`)).toThrow(/line 2 has the open "x"/);
  });

  it("of a sound file are none, and how it was read is told", () => {
    const { bad, delimiter, timeZone, rows, newestFirst } = inspect(GOOD.replaceAll(",", ";"));
    expect([bad.count, delimiter, timeZone, rows, newestFirst]).toEqual([0, ";", "America/New_York", 2, false]);
    expect(inspect(`${HEAD}\n2024-01-02T14:30Z,2,3,1,2,9\n2024-01-02T14:31Z,2,3,1,2,9\n`).timeZone).toBeUndefined();
  });

  it("are counted without end and listed up to a thousand", () => {
    const { bad, series } = inspect(`${HEAD}\n2024-01-02,2,3,1,2,9\n${"2024-01-02,2,3,1,2,9\n".repeat(3000)}`);
    expect([bad.count, bad.listed.length, series.length]).toEqual([3000, 1000, 1]);
  });

  it("and sound ones make up all rows, whatever is in them, and the sound ones make a valid series", () => {
    const cell = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 9 }).map(String) },
      fc.constantFrom("", "x", "-1", "0"),
    );
    const row = fc
      .tuple(fc.integer({ min: 1, max: 28 }), cell, cell, cell, cell)
      .map(([day, ...cells]) => `2024-02-${String(day).padStart(2, "0")},${cells.join(",")},5`);
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (lines) => {
        let reading: CsvReading;
        try {
          reading = inspect([HEAD, ...lines].join("\n"), { bar: "1day" });
        } catch (error) {
          expect(error).toMatchObject({ code: "CSV_ROW_BAD" });
          return;
        }
        const { series, bad, rows } = reading;
        expect([series.length + bad.count, rows]).toEqual([lines.length, lines.length]);
        expect(new Set(bad.listed.map(({ line }) => line)).size).toBe(bad.count);
      }),
      { numRuns: 200 },
    );
  });
});

describe("bars that are written as CSV", () => {
  const written = (series: BarSeries, quotes = false): string => {
    let text = "";
    for (const bytes of barRows([series], quotes)) text += Buffer.from(bytes.take()).toString("utf8");
    return text;
  };
  const columns = (series: BarSeries) => ({
    start: [...series.start],
    end: [...series.end],
    prices: [series, series.bid, series.ask].map(
      (side) => side && [...side.open, ...side.high, ...side.low, ...side.close],
    ),
    volume: [...series.volume],
    size: series.size.label,
  });

  it("read back as the same bars to the last bit, odd starts and early ends included", () => {
    const bar = fc.record({
      gap: fc.nat(5000),
      part: fc.integer({ min: 1, max: 60_000 }),
      prices: fc.array(
        fc.oneof(
          fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
          fc.integer({ min: 1, max: 1e7 }).map((n) => n / 1e4),
        ),
        { minLength: 4, maxLength: 4 },
      ),
      volume: fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e300, noNaN: true })),
    });
    fc.assert(
      fc.property(
        fc.array(bar, { minLength: 1, maxLength: 30 }),
        fc.constantFrom("1min", "1day", "1hour"),
        (bars, size) => {
          let minute = 0;
          const rows = bars.map(({ gap, part, prices, volume }) => {
            minute += 1 + gap;
            const [low, open, close, high] = [...prices].sort((a, b) => a - b);
            const start = Date.UTC(2001, 8, 10) + minute * 60_000;
            return `${start},${start + part},${open},${high},${low},${close},${volume}`;
          });
          const series = barsOf(["time,end,open,high,low,close,volume", ...rows].join("\n"), { bar: size });
          expect(columns(barsOf(written(series), { bar: size }))).toEqual(columns(series));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("tell their size by themselves, with gaps in between", () => {
    const series = barsOf(`${HEAD}\n2024-01-02T14:30Z,2,3,1,2,9\n2024-01-02T14:45Z,2,3,1,2,9\n`, { bar: "1min" });
    expect(written(series)).toBe(
      "time,end,open,high,low,close,volume\n2024-01-02T14:30:00Z,2024-01-02T14:31:00Z,2,3,1,2,9\n2024-01-02T14:45:00Z,2024-01-02T14:46:00Z,2,3,1,2,9\n",
    );
    expect(barsOf(written(series)).size.label).toBe("1min");
  });

  it("keep bid and ask of quotes", () => {
    const side = (by: number): Row[] => [[1 + by, 2 + by, 0.5 + by, 1.5 + by]];
    const series = quoteBars(SPY, "1min", side(0), side(0.01));
    expect(columns(barsOf(written(series, true)))).toEqual(columns(series));
  });

  it("must say an offset at both ends or at none", () => {
    expect(() => barsOf("time,end,open,high,low,close\n2024-01-02T14:30Z,2024-01-02 14:31,2,3,1,2\n")).toThrow(
      /line 2 says an offset from UTC with one of its start and end, and none with the other/,
    );
    expect(() => barsOf("time,end,open,high,low,close\n2024-01-02T14:30Z,later,2,3,1,2\n")).toThrow(
      /line 2 has the end "later"/,
    );
    const local = barsOf(
      "time,end,open,high,low,close\n2024-01-02 09:30,2024-01-02 09:31,2,3,1,2\n2024-01-02 09:31,2024-01-02 09:31:30,2,3,1,2\n",
    );
    expect(spansOf(local)).toEqual([
      "2024-01-02T14:30Z 2024-01-02T14:31Z",
      "2024-01-02T14:31Z 2024-01-02T14:31:30.000Z",
    ]);
  });
});

describe("the name of a file", () => {
  it("tells a symbol and words", () => {
    expect(partsOfName("prices/usdjpy-1min-2013-bid.csv.gz")).toEqual({
      symbol: "USDJPY",
      words: ["1min", "2013", "bid"],
    });
    expect(partsOfName("BRK.B.csv")).toEqual({ symbol: "BRK.B", words: [] });
    expect(partsOfName("2024_01.csv")).toEqual({ symbol: "", words: ["01"] });
  });
});
