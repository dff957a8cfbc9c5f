import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Instrument } from "../../core/market/instrument.js";
import type { CsvOptions } from "../../data/files/csv.js";
import { TimeReader } from "../../data/files/csv-time.js";
import { barsOf, spansOf } from "./csv-text.js";

const rows = (...times: string[]): string =>
  ["time,open,high,low,close,volume", ...times.map((time) => `${time},2,3,1,2,9`)].join("\n");
const spans = (times: readonly string[], options: Partial<CsvOptions> = {}): string[] =>
  spansOf(barsOf(rows(...times), options));

describe("the times of a CSV file", () => {
  it.each([
    ["2024-01-02 09:30", "2024-01-02 09:31"],
    ["2024-01-02 09:30:00", "2024-01-02 09:31:00"],
    ["2024-01-02T09:30:00.000", "2024-01-02T09:31:00.000"],
    ["2024/01/02 9:30", "2024/01/02 9:31"],
    ["2024.01.02 09:30", "2024.01.02 09:31"],
    ["20240102 093000", "20240102 093100"],
    ["20240102  09:30:00", "20240102  09:31:00"],
    ["2024-01-02T14:30:00Z", "2024-01-02T14:31:00Z"],
    ["2024-01-02 14:30:00 UTC", "2024-01-02 14:31:00 UTC"],
    ["2024-01-02T14:30+00:00", "2024-01-02T14:31+00:00"],
    ["2024-01-02T09:30:00-05:00", "2024-01-02T09:31:00-05:00"],
    ["2024-01-02 09:30:00 -0500", "2024-01-02 09:31:00 -0500"],
    ["2024-01-02T20:00:00+05:30", "2024-01-02T20:01:00+05:30"],
    ["1704205800", "1704205860"],
    ["1704205800.0", "1704205860.0"],
    ["1704205800000", "1704205860000"],
    ['"2024-01-02 09:30"', ' "2024-01-02 09:31" '],
  ])("are read from %s", (first, second) => {
    expect(spans([first, second])).toEqual([
      "2024-01-02T14:30Z 2024-01-02T14:31Z",
      "2024-01-02T14:31Z 2024-01-02T14:32Z",
    ]);
  });

  it("are read the same below any other time as on their own", () => {
    const part = fc.constantFrom("2024", "2023", "01", "02", "1", "31", "30", "-", "-", "/", ".", "T", " ", ":", "0");
    const made = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(""));
    const date = fc.constantFrom(
      "2024-01-31",
      "2024-01-30",
      "2024-01-3",
      "2024/01/31",
      "2024-01/31",
      "20240131",
      "2024-02-31",
    );
    const behind = fc.constantFrom(
      "",
      "T09:30",
      " 09:30:00Z",
      "T093000",
      "0",
      " 9:30",
      "T23:59:59.5+05:30",
      "T24:00:01",
    );
    const time = fc.oneof(
      made,
      fc.tuple(date, behind).map((parts) => parts.join("")),
      fc.constant("1704205800 12"),
    );
    const read = (reader: TimeReader, text: string): unknown => {
      const place = reader.readTime(Buffer.from(`${text}\n`), 0);
      return place < 0 ? place : [place, reader.date, reader.clock, reader.offset];
    };
    fc.assert(
      fc.property(
        fc.array(time, { minLength: 2, maxLength: 8 }),
        fc.constantFrom(undefined, "dmy" as const),
        (texts, order) => {
          const reader = new TimeReader();
          reader.order = order;
          for (const text of texts) {
            const alone = new TimeReader();
            alone.order = order;
            expect(read(reader, text)).toEqual(read(alone, text));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    "01/02/2024",
    "1/2/24",
    "2024-13-01",
    "2024-02-30",
    "2024-01-02 25:00",
    "2024-01-02 09:60",
    "2024-01-02 09:30:61",
    "2024-01-02 09:30 PM",
    "2024-01-02 9:3",
    "2024-01/02",
    "2024-01-",
    "2024-01-02T",
    "2024-01-02 09:30+19:00",
    "2024-01-02 09:30+0",
    "1704205",
    "17042058000000000",
    "20241301",
    "Jan 2 2024",
    "",
    "NaN",
    "2024-001-02",
    "12:30",
    '"2024-01-02',
    "2024-01-02 24:00:01",
  ])('are refused where they read "%s"', (time) => {
    expect(() => spans([time, "2024-01-03 09:30"])).toThrow(
      expect.objectContaining({
        code: "CSV_TIME_UNREADABLE",
        message: expect.stringContaining("bars.csv, line 2: the time"),
      }),
    );
  });

  it("are local to the instrument's zone, to another one that is named, and UTC where the column says so", () => {
    const times = ["2024-07-01 09:30", "2024-07-01 09:31"];
    expect(spans(times)[0]).toBe("2024-07-01T13:30Z 2024-07-01T13:31Z");
    expect(spans(times, { timeZone: "Europe/Berlin" })[0]).toBe("2024-07-01T07:30Z 2024-07-01T07:31Z");
    expect(spans(times, { instrument: new Instrument({ symbol: "X", timeZone: "Asia/Tokyo" }) })[0]).toBe(
      "2024-07-01T00:30Z 2024-07-01T00:31Z",
    );
    expect(spansOf(barsOf(rows(...times).replace("time", "timestamp_utc")))[0]).toBe(
      "2024-07-01T09:30Z 2024-07-01T09:31Z",
    );
  });

  it("that fall into the hour New York repeats go on with its second pass", () => {
    expect(spans(["2024-11-03 00:00", "2024-11-03 01:00", "2024-11-03 01:00", "2024-11-03 02:00"])).toEqual([
      "2024-11-03T04:00Z 2024-11-03T05:00Z",
      "2024-11-03T05:00Z 2024-11-03T06:00Z",
      "2024-11-03T06:00Z 2024-11-03T07:00Z",
      "2024-11-03T07:00Z 2024-11-03T08:00Z",
    ]);
  });

  it("that no clock in New York ever showed are an error that asks for the zone", () => {
    expect(() => spans(["2024-03-10 01:00", "2024-03-10 02:00", "2024-03-10 03:00"])).toThrow(
      "bars.csv, line 3: the clocks of America/New_York never showed 2024-03-10 02:00:00, they were put forward over it. Say which zone",
    );
    expect(spans(["2024-03-10 01:00", "2024-03-10 02:00"], { timeZone: "UTC" })).toHaveLength(2);
  });

  it("stand for the end of a bar where the file is stamped so", () => {
    expect(spans(["2024-01-02 09:31", "2024-01-02 09:32"], { stamp: "end" })[0]).toBe(
      "2024-01-02T14:30Z 2024-01-02T14:31Z",
    );
    expect(
      spans(["2024-01-02 10:00", "2024-01-02 11:00", "2024-01-02 12:00", "2024-01-02 12:30"], {
        bar: "1hour",
        stamp: "end",
      }).at(-1),
    ).toBe("2024-01-02T17:00Z 2024-01-02T17:30Z");
  });

  it("may lie in two columns, date and time", () => {
    const text =
      "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<VOL>\n2024.01.02\t09:30:00\t2\t3\t1\t2\t9\n2024.01.02\t09:35:00\t2\t3\t1\t2\t9";
    expect(spansOf(barsOf(text))).toEqual([
      "2024-01-02T14:30Z 2024-01-02T14:35Z",
      "2024-01-02T14:35Z 2024-01-02T14:40Z",
    ]);
    expect(
      spansOf(barsOf("time,date,open,high,low,close\n14:30Z,2024-01-02,2,3,1,2\n14:31Z,2024-01-02,2,3,1,2"))[0],
    ).toBe("2024-01-02T14:30Z 2024-01-02T14:31Z");
  });

  it("must all say an offset or none", () => {
    expect(() => spans(["2024-01-02 09:30", "2024-01-02T14:31Z"])).toThrow(
      /1 of 2 rows cannot be read: line 3 says an offset from UTC, and the rows above say none/,
    );
    expect(() => spans(["2024-01-02T14:30Z", "2024-01-02 09:31"])).toThrow(
      /line 3 says no offset from UTC, and the rows above say one/,
    );
  });
});

describe("daily bars of a CSV file", () => {
  it("are the session of their date: 09:30 to 16:00 in the instrument's zone, through daylight saving", () => {
    expect(spans(["2024-03-08", "2024-03-11"])).toEqual([
      "2024-03-08T14:30Z 2024-03-08T21:00Z",
      "2024-03-11T13:30Z 2024-03-11T20:00Z",
    ]);
  });

  it("are whole days for forex, and what the session hours say", () => {
    const eur = new Instrument({ symbol: "EUR.USD", assetClass: "forex" });
    expect(spans(["2024-03-08", "2024-03-10"], { instrument: eur })).toEqual([
      "2024-03-08T05:00Z 2024-03-09T05:00Z",
      "2024-03-10T05:00Z 2024-03-11T04:00Z",
    ]);
    expect(spans(["2024-03-08"], { sessionHours: { open: "18:00", close: "17:00" } })).toEqual([
      "2024-03-07T23:00Z 2024-03-08T22:00Z",
    ]);
  });

  it.each([
    ["midnight as written with an offset", "2024-03-08 00:00:00-05:00", "2024-03-11 00:00:00-04:00"],
    ["midnight in UTC", "2024-03-08T00:00:00Z", "2024-03-11T00:00:00Z"],
    ["midnight in New York, as an epoch time", String(Date.UTC(2024, 2, 8, 5)), String(Date.UTC(2024, 2, 11, 4))],
    ["the open", "2024-03-08 09:30", "2024-03-11 09:30"],
    [
      "the open as an epoch time",
      String(Date.UTC(2024, 2, 8, 14, 30) / 1000),
      String(Date.UTC(2024, 2, 11, 13, 30) / 1000),
    ],
  ])("are the same session where the time is %s", (_, first, second) => {
    expect(spans([first, second], { bar: "1day" })).toEqual([
      "2024-03-08T14:30Z 2024-03-08T21:00Z",
      "2024-03-11T13:30Z 2024-03-11T20:00Z",
    ]);
  });

  it("stamped with the close are that session", () => {
    expect(spans(["2024-03-08 16:00", "2024-03-11 16:00"], { bar: "1day", stamp: "end" })).toEqual([
      "2024-03-08T14:30Z 2024-03-08T21:00Z",
      "2024-03-11T13:30Z 2024-03-11T20:00Z",
    ]);
  });

  it("at any other time of day last until the same time of the next, so that none is known early", () => {
    expect(spans(["2024-03-08T22:00Z", "2024-03-10T21:00Z"], { bar: "1day" })).toEqual([
      "2024-03-08T22:00Z 2024-03-09T22:00Z",
      "2024-03-10T21:00Z 2024-03-11T21:00Z",
    ]);
    expect(spans(["2024-03-09T22:00Z"], { bar: "1day", stamp: "end" })).toEqual([
      "2024-03-08T22:00Z 2024-03-09T22:00Z",
    ]);
  });

  it("of a week or a month that begins or ends beside a holiday stay clear of their neighbours", () => {
    expect(spans(["2024-01-08", "2024-01-16", "2024-01-22"])[1]).toBe("2024-01-16T14:30Z 2024-01-19T21:00Z");
    expect(spans(["2024-01-02", "2024-02-01", "2024-03-01"])[0]).toBe("2024-01-02T14:30Z 2024-01-31T21:00Z");
    expect(spans(["2024-03-15", "2024-03-22", "2024-03-28"], { stamp: "end" })[2]).toBe(
      "2024-03-25T13:30Z 2024-03-28T20:00Z",
    );
  });

  it("of a week or a month last to the close of its last weekday", () => {
    expect(spans(["2024-01-01", "2024-01-08"])).toEqual([
      "2024-01-01T14:30Z 2024-01-05T21:00Z",
      "2024-01-08T14:30Z 2024-01-12T21:00Z",
    ]);
    expect(spans(["2024-01-05", "2024-01-12"], { stamp: "end" })[1]).toBe("2024-01-08T14:30Z 2024-01-12T21:00Z");
    expect(spans(["2024-02-01", "2024-03-01", "2024-04-01"])[1]).toBe("2024-03-01T14:30Z 2024-03-29T20:00Z");
    expect(spans(["2024-01-31", "2024-02-29", "2024-03-31"], { stamp: "end" })[1]).toBe(
      "2024-02-01T14:30Z 2024-02-29T21:00Z",
    );
  });
});

describe("the bar size of a CSV file", () => {
  const sizeOf = (...times: string[]): string => barsOf(rows(...times)).size.label;

  it("is the smallest step where bars are missing", () => {
    expect(sizeOf("2024-01-02 09:30", "2024-01-02 09:32", "2024-01-02 09:34", "2024-01-02 09:35")).toBe("1min");
    expect(sizeOf("2024-01-05", "2024-01-08")).toBe("1day");
    expect(sizeOf("2024-01-05")).toBe("1day");
    expect(sizeOf("2024-01-01", "2024-01-08", "2024-01-16", "2024-01-22")).toBe("1week");
    expect(sizeOf("2024-01-01", "2024-02-01", "2024-03-01")).toBe("1month");
    expect(sizeOf("2024-01-02 09:30:00", "2024-01-02 09:30:05")).toBe("5sec");
  });

  it("is an hour where the first bar of the day is half of one, which ends when the next begins", () => {
    const series = barsOf(rows("2024-01-02 09:30", "2024-01-02 10:00", "2024-01-02 11:00", "2024-01-02 12:00"));
    expect(series.size.label).toBe("1hour");
    expect(spansOf(series).slice(0, 2)).toEqual([
      "2024-01-02T14:30Z 2024-01-02T15:00Z",
      "2024-01-02T15:00Z 2024-01-02T16:00Z",
    ]);
  });

  it("is what it is said to be", () => {
    expect(spans(["2024-01-02 09:30", "2024-01-02 12:30"], { bar: "5 mins" })[0]).toBe(
      "2024-01-02T14:30Z 2024-01-02T14:35Z",
    );
  });

  it("is asked for where the times do not tell", () => {
    for (const [times, words] of [
      [["2024-01-02 09:30"], "it has one row"],
      [["2024-01-02 09:30", "2024-01-02 09:37"], "its smallest step is 7 minutes"],
      [["2024-01-02 09:30", "2024-01-02 14:30"], "its smallest step is 5 hours"],
      [["2024-01-01", "2024-01-21"], "its rows are mostly 20 days apart"],
    ] as const) {
      expect(() => spans(times)).toThrow(
        expect.objectContaining({
          code: "CSV_BAR_SIZE_UNCLEAR",
          message: expect.stringContaining(`bars.csv: ${words}, so its bar size is not clear.`),
        }),
      );
    }
  });

  describe("that is given and contradicts the times", () => {
    const clock = (minutes: number): string =>
      new Date(Date.UTC(2024, 0, 2, 9, 30 + minutes)).toISOString().slice(0, 16);
    const every = (minutes: number, rows: number): string[] =>
      Array.from({ length: rows }, (_, i) => clock(i * minutes));
    const days = (step: number, rows: number): string[] => every(step * 1440, rows).map((time) => time.slice(0, 10));

    it.each<[string, string[], string, string]>([
      ["dates as minutes", days(1, 3), "1min", "1day"],
      ["daily closes at four as hours", every(1440, 10), "1hour", "1day"],
      ["minutes as seconds", every(1, 6), "1sec", "1min"],
      ["five minutes as minutes", every(5, 30), "1min", "5min"],
      [
        "hours from half past nine as minutes",
        ["2024-01-02T09:30", ...every(60, 9).map((_, i) => clock(30 + i * 60))],
        "1min",
        "1hour",
      ],
      ["weeks as days", days(7, 12), "1day", "1week"],
      ["months as weeks", days(30, 14), "1week", "1month"],
      ["days as weeks", days(1, 8), "1week", "1day"],
      ["days as pairs of days", days(1, 8), "2day", "1day"],
    ])("is refused: %s", (_what, times, bar, shown) => {
      expect(() => spans(times, { bar })).toThrow(
        expect.objectContaining({
          code: "CSV_BAR_SIZE_CONTRADICTED",
          message: expect.stringContaining(
            `bars.csv is said to have bars of ${bar}, and its times show bars of ${shown}.`,
          ),
        }),
      );
    });

    it.each<[string, string[], string]>([
      ["minutes of which many are missing", [0, 2, 6, 7, 12, 20, 22, 31, 33, 40].map(clock), "1min"],
      ["too few rows to tell", every(5, 4), "1min"],
      ["one bar a day at any time of it", [0, 1490, 2840, 4400, 5700, 7260, 8650, 10_020].map(clock), "1hour"],
      ["days of which most are missing", days(7, 5), "1day"],
      ["weeks of which one begins a day late", ["2024-01-01", "2024-01-08", "2024-01-16", "2024-01-22"], "1week"],
      ["the size in other words", every(60, 30), "60min"],
    ])("is taken where it may be so: %s", (_what, times, bar) => {
      expect(spans(times, { bar })).toHaveLength(times.length);
    });
  });
});
