import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readBars } from "../../data/files/csv.js";
import { csvLine, csvTime } from "../../data/files/write-csv.js";
import { barsOf, SPY, spansOf } from "./csv-text.js";

const folder = mkdtempSync(join(tmpdir(), "csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const GOOD = "time,open,high,low,close,volume\n2024-01-02,2,3,1,2.5,900\n2024-01-03,2.5,4,2,3,800\n";

describe("reading bars from a CSV file", () => {
  it("takes prices and volume as they are written", () => {
    const series = barsOf(GOOD);
    expect([series.open, series.high, series.low, series.close, series.volume].map((column) => [...column])).toEqual([
      [2, 2.5],
      [3, 4],
      [1, 2],
      [2.5, 3],
      [900, 800],
    ]);
    expect([series.name, series.source, series.bid]).toEqual(["SPY 1day", "trades", undefined]);
  });

  it.each([
    [
      "semicolons and decimal commas",
      "Date;Open;High;Low;Close;Volume\n2024-01-02;2,0;3;1;2,50;900\n2024-01-03;2,5;4;2;3;800",
    ],
    [
      "tabs and columns in another order",
      "VOLUME\tclose\tLow\tHIGH\topen\tTimestamp\n900\t2.5\t1\t3\t2\t2024-01-02\n800\t3\t2\t4\t2.5\t2024-01-03",
    ],
    ["an unnamed first column", ",Open,High,Low,Close,Volume\n2024-01-02,2,3,1,2.5,900\n2024-01-03,2.5,4,2,3,800"],
    [
      "an unnamed first column before a tab",
      "\tOpen\tHigh\tLow\tClose\tVolume\n2024-01-02\t2\t3\t1\t2.5\t900\n2024-01-03\t2.5\t4\t2\t3\t800",
    ],
    ["short names", "t_unknown,datetime,o,h,l,c,v\nx,2024-01-02,2,3,1,2.5,900\ny,2024-01-03,2.5,4,2,3,800"],
    [
      "quotes everywhere",
      '"time","open","high","low","close","volume"\n"2024-01-02","2","3","1","2.5","900"\n"2024-01-03","2.5","4","2","3","800"',
    ],
    [
      "columns it does not know",
      'name,time,open,high,low,close,adj close,volume\n"a, ""b""\nc",2024-01-02,2,3,1,2.5,1,900\nd,2024-01-03,2.5,4,2,3,,800',
    ],
    ["Windows line ends, blank lines and a byte order mark left by a spreadsheet", GOOD.replaceAll("\n", "\r\n\r\n")],
    [
      "blanks around everything",
      "time , open, high ,low,close,volume \n 2024-01-02 , 2 ,3 , 1,2.5 , 900 \n2024-01-03 ,2.5,4,2,3,800  ",
    ],
    [
      "exponents, signs and long decimals",
      "time,open,high,low,close,volume\n2024-01-02,2e0,+3.,1.00000000000000000000,.25E1,9e2\n2024-01-03,2.5,4,2,3,800",
    ],
  ])("understands %s", (_, text) => {
    const [expected, series] = [barsOf(GOOD), barsOf(text)];
    expect(spansOf(series)).toEqual(spansOf(expected));
    for (const field of ["open", "high", "low", "close", "volume"] as const)
      expect([...series[field]]).toEqual([...expected[field]]);
  });

  it("reads the same from a file, with and without gzip, byte order mark, last newline and newlines at all", () => {
    const contents = {
      "a.csv": GOOD,
      "b.csv.gz": gzipSync(GOOD),
      "c.csv": gzipSync(GOOD),
      "d.csv": `\uFEFF${GOOD}`,
      "e.csv": GOOD.trimEnd(),
      "f.csv": GOOD.replaceAll("\n", "\r"),
      "g.csv": gzipSync(`${GOOD.trimEnd().replaceAll("\n", "\r")}\n`),
    };
    for (const [name, content] of Object.entries(contents)) {
      expect([...readBars(fileOf(name, content), { instrument: SPY }).close]).toEqual([2.5, 3]);
    }
  });

  it("knows no volume where there is no column or an empty cell", () => {
    expect([...barsOf("time,open,high,low,close\n2024-01-02,2,3,1,2").volume]).toEqual([0]);
    expect([...barsOf("time,open,high,low,close,volume\n2024-01-02,2,3,1,2,\n2024-01-03,2,3,1,2,5").volume]).toEqual([
      0, 5,
    ]);
  });

  it("makes quote bars of bid and ask columns, with open to close in their middle", () => {
    const series = barsOf(
      "time,bid_open,Bid High,bid.low,bidclose,ask_open,ask_high,ask_low,ask_close\n2024-01-02,1,2,0.5,1.5,1.25,2.5,1,1.75",
    );
    expect(series.source).toBe("midpoint");
    expect([series.open[0], series.high[0], series.low[0], series.close[0]]).toEqual([1.125, 2.25, 0.75, 1.625]);
    expect([series.bid?.high[0], series.ask?.low[0]]).toEqual([2, 1]);
    expect(series.volume[0]).toBe(0);
  });

  it("keeps trade prices where bid and ask lie beside them", () => {
    const series = barsOf(
      "time,open,high,low,close,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n2024-01-02,2,3,1,2,1,1,1,1,4,4,4,4",
    );
    expect([series.source, series.open[0], series.bid?.open[0], series.ask?.open[0]]).toEqual(["trades", 2, 1, 4]);
  });

  it.each([
    ["shorter", 3000, "x".repeat(200), 60_000, ""],
    ["longer", 30_000, "", 3000, "x".repeat(200)],
    ["as long", 20_000, "x", 20_000, "y"],
  ])("reads every row where the lines of a long file get %s", (_, first, note, then, laterNote) => {
    const count = first + then;
    const begin = Date.UTC(2024, 0, 2) / 1000;
    const lines = Array.from(
      { length: count },
      (_, i) => `${begin + i * 60},${i + 2},${i + 3},${i + 1},${i + 2},${i < first ? note : laterNote}`,
    );
    const blank = "\n".repeat(50);
    const text = `time,open,high,low,close,note\n${lines.slice(0, 10).join("\n")}\n${blank}${lines.slice(10).join("\n")}\n`;
    const { start, open, close, length } = barsOf(text, { bar: "1min" });
    expect([length, start.length, open.length]).toEqual([count, count, count]);
    expect(close.every((price, i) => price === i + 2 && start[i] === (begin + i * 60) * 1000)).toBe(true);
    expect(() => barsOf(`${text}x,1,1,1,1,\n`)).toThrow(`line ${count + 52} has the time "x"`);
  });

  it("reads numbers as the language does, whatever their digits and wherever their point", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 25 });
    const point = fc.tuple(digits, fc.nat(25)).map(([text, at]) => `${text.slice(0, at)}.${text.slice(at)}`);
    const edges = fc.constantFrom("999999999", "1000000000", "4294967295", "4294967297.5", "99999.9999", "0.000000001");
    const number = fc.oneof(digits, point, edges).filter((text) => text !== ".");
    fc.assert(
      fc.property(
        fc.array(number, { minLength: 1, maxLength: 20 }),
        fc.constantFrom("\n", "\r\n"),
        (texts, newline) => {
          const rows = texts.map((text, i) => `${csvTime(Date.UTC(2024, 0, 2) + i * 60_000)},2,3,1,2,${text}`);
          const series = barsOf(["time,open,high,low,close,volume", ...rows].join(newline), { bar: "1min" });
          expect([...series.volume]).toEqual(texts.map(Number));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("gives back any bars that were written, to the last digit", () => {
    const price = fc.double({ min: Number.MIN_VALUE, max: 1e300, noNaN: true });
    const plain = fc.integer({ min: 1, max: 10_000_000 }).map((n) => n / 10_000);
    const bar = fc.record({
      prices: fc.oneof(
        fc.array(price, { minLength: 4, maxLength: 4 }),
        fc.array(plain, { minLength: 4, maxLength: 4 }),
      ),
      volume: fc.oneof(fc.nat(), fc.double({ min: 0, max: 1e300, noNaN: true })),
      gap: fc.nat(5000),
    });
    const layout = fc.record({
      delimiter: fc.constantFrom(",", ";", "\t"),
      newline: fc.constantFrom("\n", "\r\n"),
      time: fc.constantFrom<(instant: number) => string>(
        csvTime,
        (t) => String(t),
        (t) => String(t / 1000),
        (t) => csvTime(t).replace("T", " ").replace("Z", "+00:00"),
      ),
      columns: fc.shuffledSubarray(["time", "open", "high", "low", "close", "volume"], { minLength: 6 }),
      packed: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(bar, { minLength: 1, maxLength: 30 }),
        layout,
        (bars, { delimiter, newline, time, columns, packed }) => {
          let start = Date.UTC(2001, 8, 10);
          const rows = bars.map(({ prices, volume, gap }, i) => {
            // The second follows at once: rows that by chance all lie a day apart are refused as bars of a minute.
            start += 60_000 * (i === 1 ? 1 : 1 + gap);
            const [low, open, close, high] = [...prices].sort((a, b) => a - b);
            return { start, open, high, low, close, volume };
          });
          const cell = (row: (typeof rows)[number], name: string): string =>
            name === "time" ? time(row.start) : String(row[name as "open"]);
          const lines = [columns, ...rows.map((row) => columns.map((name) => cell(row, name)))].map((cells) =>
            cells.join(delimiter),
          );
          const text = lines.join(newline) + newline;
          const series = readBars(fileOf("round.csv", packed ? gzipSync(text) : text), {
            instrument: SPY,
            bar: "1min",
          });
          expect([...series.start]).toEqual(rows.map((row) => row.start));
          expect([...series.end]).toEqual(rows.map((row) => row.start + 60_000));
          for (const field of ["open", "high", "low", "close", "volume"] as const)
            expect([...series[field]]).toEqual(rows.map((row) => row[field]));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("bad CSV files", () => {
  const head = "time,open,high,low,close,volume\n";
  it.each([
    ["only a header", head, "CSV_NO_ROWS", "bars.csv has a header and no rows."],
    [
      "no header",
      "2024-01-02,2,3,1,2,9\n",
      "CSV_NO_HEADER",
      'the first line, "2024-01-02,2,3,1,2,9", does not name the columns',
    ],
    ["words that are no header", "hello world\n1,2\n", "CSV_NO_HEADER", 'the first line, "hello world"'],
    ["a file that is no text", "\u001b[2J\u0007\tx\n1,2\n", "CSV_NO_HEADER", 'the first line, "\uFFFD[2J\uFFFD\tx"'],
    ["blank lines", "\n\n \n", "CSV_NO_HEADER", 'the first line, "",'],
    [
      "no close",
      "time,open,high,low,price\n",
      "CSV_COLUMN_MISSING",
      "no column for close; its columns are time, open, high, low, price.",
    ],
    ["no time", "open,high,low,close\n", "CSV_COLUMN_MISSING", "no column for the time"],
    [
      "half of the quotes",
      "time,bid_open,bid_high,bid_low,bid_close,ask_open\n",
      "CSV_COLUMN_MISSING",
      "no column for ask_high, ask_low, ask_close;",
    ],
    [
      "two closes",
      "time,open,high,low,close,Close\n",
      "CSV_COLUMN_TWICE",
      'two columns for close, "close" and "Close"',
    ],
    [
      "two times",
      "timestamp,datetime,open,high,low,close\n",
      "CSV_COLUMN_TWICE",
      'the time, "timestamp" and "datetime"',
    ],
    [
      "a price that is a word",
      `${head}2024-01-02,2,3,1,2,9\n\n2024-01-03,2,abc,1,2,9\n`,
      "CSV_ROW_BAD",
      '1 of 2 rows cannot be read: line 4 has the high "abc".',
    ],
    ["NaN", `${head}2024-01-02,2,3,NaN,2,9\n`, "CSV_ROW_BAD", 'line 2 has the low "NaN"'],
    ["an infinite price", `${head}2024-01-02,2,Infinity,1,2,9\n`, "CSV_ROW_BAD", 'line 2 has the high "Infinity"'],
    ["a price too large for a number", `${head}2024-01-02,2,1e999,1,2,9\n`, "CSV_BAR_INVALID", "high=Infinity"],
    ["an empty price", `${head}2024-01-02,2,3,1,,9\n`, "CSV_ROW_BAD", "line 2 has no close"],
    ["a thousands separator", `${head}2024-01-02,"1,002",3,1,2,9\n`, "CSV_ROW_BAD", 'line 2 has the open "1,002"'],
    ["a hexadecimal number", `${head}2024-01-02,0x10,3,1,2,9\n`, "CSV_ROW_BAD", 'the open "0x10"'],
    ["a row cut short", `${head}2024-01-02,2,3,1\n`, "CSV_ROW_BAD", "line 2 has 4 of 6 columns"],
    ["a row too long", `${head}2024-01-02,2,3,1,2,9,9\n`, "CSV_ROW_BAD", "line 2 has more than 6 columns"],
    [
      "a later time that cannot be read",
      `${head}2024-01-02,2,3,1,2,9\nlater,2,3,1,2,9\n`,
      "CSV_ROW_BAD",
      'line 3 has the time "later"',
    ],
    [
      "an unclosed quote",
      `x,${head}"a,2024-01-02,2,3,1,2,9\nb,2024-01-03,2,3,1,2,9\n`,
      "CSV_ROW_BAD",
      "1 of 1 rows cannot be read: line 2 has 1 of 7 columns",
    ],
    [
      "bars out of order",
      `${head}2024-01-03,2,3,1,2,9\n2024-01-02,2,3,1,2,9\n`,
      "CSV_BAR_INVALID",
      "bars.csv, line 3: SPY 1day: the bar at 2024-01-02T14:30:00.000Z (row 1) starts before",
    ],
    [
      "a bar twice",
      `${head}2024-01-02,2,3,1,2,9\n2024-01-03,2,3,1,2,9\n\n2024-01-03,2,3,1,2,9\n`,
      "CSV_BAR_INVALID",
      "bars.csv, line 5: SPY 1day: the bar at 2024-01-03T14:30:00.000Z (row 2) is there twice",
    ],
    ["high below low", `${head}2024-01-02,2,1,3,2,9\n`, "CSV_BAR_INVALID", "line 2: SPY 1day"],
    ["a close above the high", `${head}2024-01-02,2,3,1,4,9\n`, "CSV_BAR_INVALID", "close=4 outside low=1 to high=3"],
    ["a price of zero", `${head}2024-01-02,2,3,0,2,9\n`, "CSV_BAR_INVALID", "low=0"],
    ["a negative price", `${head}2024-01-02,-2,3,-3,2,9\n`, "CSV_BAR_INVALID", "line 2"],
    ["a negative volume", `${head}2024-01-02,2,3,1,2,-9\n`, "CSV_BAR_INVALID", "volume=-9"],
    [
      "a crossed range on the bid",
      "time,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n2024-01-02,1,1,2,1,3,5,1,3\n",
      "CSV_BAR_INVALID",
      "line 2",
    ],
  ])("%s: one sentence that says where", (_, text, code, words) => {
    try {
      barsOf(text);
    } catch (error) {
      expect(error).toMatchObject({ name: "FileError", code, message: expect.stringContaining(words) });
      expect((error as Error).message).not.toMatch(/[{}]|undefined|\n/);
      return;
    }
    expect.unreachable();
  });

  it("says it of bars that overlap by their size", () => {
    expect(() => barsOf(`${head}2024-01-02 09:31,2,3,1,2,9\n2024-01-02 09:32,2,3,1,2,9\n`, { bar: "5min" })).toThrow(
      /line 3: SPY 5min: .* starts before the bar in front of it has ended/,
    );
  });

  it("counts lines as an editor does, over line breaks inside quotes", () => {
    const text = `name,${head}"a\nb\nc",2024-01-02,2,3,1,2,9\nd,2024-01-03,2,3,1,2,9\n\ne,2024-01-03,2,3,1,2,9\n`;
    expect(() => barsOf(text)).toThrow(/bars\.csv, line 7: .* is there twice/);
    expect(() => barsOf(text.replace("e,2024-01-03,2", "e,2024-01-04,x"))).toThrow(/line 7 has the open "x"/);
  });

  it("quotes the first five of many bad rows", () => {
    const text =
      head +
      Array.from({ length: 9 }, (_, i) => `2024-01-0${i + 1},2,3,1,${i % 2 === 0 ? "x" : "2"},9\n`).join("") +
      "2024-01-10,2,3,1,y,9\n2024-01-11,2,3,1,z,9\n";
    expect(() => barsOf(text)).toThrow(
      'bars.csv: 7 of 11 rows cannot be read: line 2 has the close "x"; line 4 has the close "x"; line 6 has the close "x"; line 8 has the close "x"; line 10 has the close "x"; and so on. Correct or remove them.',
    );
  });

  it.skipIf(process.platform === "win32")("refuses devices at once", () => {
    expect(() => readBars("/dev/zero", { instrument: SPY })).toThrow(
      'The file "/dev/zero" cannot be read: it is a device. Check that it is a file and that you may read it.',
    );
  });

  it.skipIf(process.platform === "win32")("reads a pipe to its end, however late what fills it writes", () => {
    const pipe = join(folder, "filled.csv");
    execFileSync("mkfifo", [pipe]);
    const filling = 'exec 3<>"$1"; printf %s "$2" >&3; : >"$1.begun"; sleep 0.3; printf %s "$3" >&3';
    spawn("sh", ["-c", filling, "sh", pipe, GOOD.slice(0, 50), GOOD.slice(50)]);
    while (!existsSync(`${pipe}.begun`)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    expect([...readBars(pipe, { instrument: SPY }).close]).toEqual([2.5, 3]);
  });

  it("names files that are missing, empty, folders, damaged or no text", () => {
    const cases: [string, string, RegExp][] = [
      [join(folder, "nowhere.csv"), "FILE_MISSING", /There is no file ".*nowhere\.csv"/],
      [folder, "FILE_UNREADABLE", /it is a folder/],
      [fileOf("empty.csv", ""), "FILE_EMPTY", /is empty/],
      [fileOf("empty.csv.gz", gzipSync("")), "FILE_EMPTY", /is empty/],
      [fileOf("cut.csv.gz", gzipSync(GOOD).subarray(0, 30)), "FILE_GZIP_BROKEN", /damaged: unexpected end of file/],
      [fileOf("utf16.csv", Buffer.from(GOOD, "utf16le")), "FILE_NOT_TEXT", /not text in UTF-8/],
      [fileOf("sheet.csv", Buffer.from([80, 75, 3, 4, 20, 0, 8, 0])), "FILE_NOT_TEXT", /not text in UTF-8/],
    ];
    for (const [path, code, words] of cases) {
      expect(() => readBars(path, { instrument: SPY })).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(words) }),
      );
    }
  });

  it("never ends in anything but bars or an error of its own, whatever the bytes", () => {
    const pieces = fc.constantFrom(
      "time",
      "date",
      "open",
      "high",
      "low",
      "close",
      "volume",
      ",",
      ";",
      "\t",
      "\n",
      "\r",
      '"',
      "2024-01-02",
      "09:30",
      "1",
      ".5",
      "e",
      "-",
      " ",
      "é",
      "x",
    );
    fc.assert(
      fc.property(fc.boolean(), fc.array(pieces, { maxLength: 60 }), (headed, parts) => {
        try {
          barsOf((headed ? head : "") + parts.join(""));
        } catch (error) {
          expect(error).toMatchObject({ name: "FileError" });
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a line of a CSV file", () => {
  it("quotes what must be quoted and writes numbers with the fewest digits", () => {
    expect(
      csvLine(["a", 'say "hi"', "x,y", "two\nlines", " padded", 0.1 + 0.2, 1e21, -0, true, Number.NaN, undefined]),
    ).toBe('a,"say ""hi""","x,y","two\nlines"," padded",0.30000000000000004,1e+21,0,true,,\n');
  });

  it("writes instants in UTC", () => {
    expect([csvTime(Date.UTC(2024, 0, 2, 14, 30)), csvTime(Date.UTC(2024, 0, 2, 14, 30) + 7)]).toEqual([
      "2024-01-02T14:30:00Z",
      "2024-01-02T14:30:00.007Z",
    ]);
  });
});
