import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openData, openSources } from "../../data/open-data.js";

const folder = mkdtempSync(join(tmpdir(), "data-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text = "time,open,high,low,close\n2024-01-02,2,3,1,2\n2024-01-03,2,3,1,2\n"): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const goog = file("goog-1day.csv");
const spy = file("spy-1day-raw.csv");
const minutes = file("spy-1min.csv", "time,open,high,low,close\n2024-01-02 09:30,2,3,1,2\n2024-01-02 09:31,2,3,1,2\n");
const bid = file("eurusd-1min-bid.csv");
const ask = file("eurusd-1min-ask.csv");
const names = (data: string | string[]): string[] =>
  openData(data).map((series) => `${series.instrument.index} ${series.name}`);

describe("opening data", () => {
  it("takes the sample by name or without one, and notes what a report must say of it", () => {
    expect(names("sample")).toEqual(["0 SP500 1day"]);
    expect(names("sample:sp500")).toEqual(["0 SP500 1day"]);
    expect(openSources(["sample", goog]).notes).toEqual([expect.stringMatching(/as if it were a fund/)]);
    expect(openSources(goog).notes).toEqual([]);
  });

  it("takes the settings of a synthetic market behind other sources, too", () => {
    expect(names("sample,synthetic:bars=10,bar=5min")).toEqual(["0 SP500 1day", "1 SYN1 5min"]);
  });

  it("makes a synthetic market, commas and all", () => {
    expect(names("synthetic:seed=7,bars=10,bar=5min,symbols=2")).toEqual(["0 SYN1 5min", "1 SYN2 5min"]);
  });

  it("names a file's symbol by the beginning of its name, or as it is told", () => {
    expect(names(goog)).toEqual(["0 GOOG 1day"]);
    expect(names(`ABC=${goog}, BRK.B = ${spy}`)).toEqual(["0 ABC 1day", "1 BRK.B 1day"]);
    expect(names([`ABC=${goog}`, spy])).toEqual(["0 ABC 1day", "1 SPY 1day"]);
    expect(names(file("6eh4_2024.csv"))).toEqual(["0 6EH4 1day"]);
    expect(names(file("brk.b.csv"))).toEqual(["0 BRK.B 1day"]);
    expect(names(file("a,b.csv"))).toEqual(["0 A 1day"]);
    expect(names(file("ES=F.csv"))).toEqual(["0 ES 1day"]);
  });

  it("mixes sources and numbers their instruments in order", () => {
    expect(names(["synthetic:bars=10,symbols=2", "sample", goog])).toEqual([
      "0 SYN1 1min",
      "1 SYN2 1min",
      "2 SP500 1day",
      "3 GOOG 1day",
    ]);
  });

  it("gives two bar sizes of one symbol one instrument", () => {
    const [days, fine] = openData([spy, minutes]);
    expect([days.size.label, fine.size.label]).toEqual(["1day", "1min"]);
    expect(fine.instrument).toBe(days.instrument);
  });

  it("knows a pair of currencies as forex, unless the instrument is described", () => {
    const eurusd = file("eurusd-1day.csv");
    const [pair] = openData(eurusd);
    expect([pair.instrument.assetClass, pair.instrument.currency, pair.instrument.tickSize]).toEqual([
      "forex",
      "USD",
      0.00005,
    ]);
    expect(openData(file("usdjpy.csv"))[0].instrument.currency).toBe("JPY");
    expect(openData(file("google.csv"))[0].instrument.assetClass).toBe("stock");
    const spec = { symbol: "EURUSD", assetClass: "future", tickSize: 0.0001, multiplier: 125_000 } as const;
    const [future] = openData(eurusd, { instruments: [spec] });
    expect([future.instrument.assetClass, future.instrument.multiplier]).toEqual(["future", 125_000]);
  });

  it("ends the daily bars of a file when their exchange closes, early closes included", () => {
    const ends = (spec: { exchange: string; currency: string }): string[] => {
      const rows = ["2024-12-27", "2024-12-30"].map((date) => `${date},2,3,1,2`).join("\n");
      const path = file("abc-1day.csv", `time,open,high,low,close\n${rows}\n`);
      const [{ end, length }] = openData(path, { instruments: [{ symbol: "ABC", ...spec }] });
      return Array.from(end.subarray(0, length), (instant) => new Date(instant).toISOString().slice(0, 16));
    };
    expect(ends({ exchange: "IBIS", currency: "EUR" })).toEqual(["2024-12-27T16:30", "2024-12-30T13:00"]);
    expect(ends({ exchange: "TSEJ", currency: "JPY" })).toEqual(["2024-12-27T06:30", "2024-12-30T06:30"]);
    expect(ends({ exchange: "SMART", currency: "USD" })).toEqual(["2024-12-27T21:00", "2024-12-30T21:00"]);
  });

  it("passes on what is said of the files", () => {
    const [series] = openData(minutes, { bar: "30sec", timeZone: "UTC", stamp: "end" });
    expect([series.size.label, new Date(series.end[0]).toISOString()]).toEqual(["30sec", "2024-01-02T09:30:00.000Z"]);
    const [day] = openData(goog, { sessionHours: { open: "00:00", close: "24:00" } });
    expect(new Date(day.end[0]).toISOString()).toBe("2024-01-03T05:00:00.000Z");
  });

  it.each([
    ["", "DATA_EMPTY", "No data is named."],
    [[], "DATA_EMPTY", "Name at least one source: sample"],
    [
      "sampel",
      "DATA_SOURCE_UNKNOWN",
      '"sampel" is no source of data and no file. Did you mean sample? Sources are sample',
    ],
    ["syntetic:seed=7,bars=5", "DATA_SOURCE_UNKNOWN", "Did you mean synthetic?"],
    ["xyzzy", "DATA_SOURCE_UNKNOWN", '"xyzzy" is no source of data and no file. Sources are'],
    ["store", "DATA_STORE_UNOPENED", '"store" asks for the bar store, and none has been opened. Open it first'],
    ["store:SPY,IBM", "DATA_STORE_UNOPENED", '"store:SPY,IBM" asks for the bar store'],
    ["sample:sp50", "SAMPLE_UNKNOWN", "Did you mean sp500?"],
    ["synthetic:sed=1", "SYNTHETIC_KEY_UNKNOWN", "Did you mean seed?"],
    ["nowhere/goog.csv", "FILE_MISSING", 'There is no file "nowhere/goog.csv".'],
    ["GOOG=nowhere", "FILE_MISSING", 'There is no file "nowhere".'],
    [`BTC-USD=${goog}`, "DATA_SYMBOL_SPELLED", `"BTC-USD" in front of ${goog} is no symbol`],
    [`BTC-USD=${goog}`, "DATA_SYMBOL_SPELLED", `Call it something such as BTC.USD=${goog}.`],
    [`^GSPC=${goog}`, "DATA_SYMBOL_SPELLED", `Call it something such as GSPC=${goog}.`],
    [`ES=F=${goog}`, "DATA_SYMBOL_SPELLED", '"ES=F" in front of'],
    ["data/2024-01.csv", "DATA_SYMBOL_UNCLEAR", "as in SPY=data/2024-01.csv"],
    [[spy, `SPY=${goog}`], "DATA_SERIES_TWICE", `or give one a symbol of its own, as in SPY2=${goog}.`],
    ["sample,sample:sp500", "DATA_SERIES_TWICE", "two sources, sample and sample:sp500. Name one of them."],
    [`sample,SP500=${goog}`, "DATA_SERIES_TWICE", `or give one a symbol of its own, as in SP500.2=${goog}.`],
    [
      ["synthetic:bars=10", "synthetic:bars=20"],
      "DATA_SERIES_TWICE",
      "SYN1 1min comes from two sources, synthetic:bars=10 and synthetic:bars=20. Name one of them.",
    ],
    [
      "sample,sample",
      "DATA_NAMED_TWICE",
      "sample is named twice, and SP500 1day comes from it both times. Name it once.",
    ],
    [[bid, ask], "DATA_SIDES_APART", `Join them to quotes: \`seatrial data import ${bid} ${ask}\`, then --data store.`],
    [[`EURUSD=${ask}`, `EURUSD=${bid}`], "DATA_SIDES_APART", "which look like bid and ask"],
    [[`X=${bid}`, `X=${ask}`], "DATA_SIDES_APART", `data import X=${bid} X=${ask}\``],
    ["TWO WORDS=x.csv", "INSTRUMENT_INVALID", "A symbol is one word"],
  ])("%j is refused in one sentence", (data, code, words) => {
    expect(() => openData(data)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(words) }));
  });
});
