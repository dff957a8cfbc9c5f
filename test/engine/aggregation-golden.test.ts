import { describe, expect, it } from "vitest";
import { readBars } from "../../data/files/csv.js";
import { openData } from "../../data/open-data.js";
import { type BarSeries, Instrument } from "../../index.js";
import { at, local } from "../calendar/exchange-bars.js";
import { run } from "../scripted.js";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";

type Prices = readonly [open: number, high: number, low: number, close: number];
interface Built {
  readonly end: number;
  readonly prices: Prices;
  readonly volume: number;
}

const open = (file: string): BarSeries => openData(sharedPath(`data/${file}`))[0];

/** The bars of a size that a strategy is handed when it asks for them, by their start. */
async function built(data: BarSeries, size: string): Promise<Map<number, Built>> {
  const bars = new Map<number, Built>();
  await run(
    data,
    {
      declare: (trader) => trader.subscribe(data.instrument.symbol, size),
      onBar(trader, bar) {
        if (bar.size.label !== size) return;
        expect([bar.end, bars.has(bar.start)]).toEqual([trader.clock.now, false]);
        bars.set(bar.start, { end: bar.end, prices: [bar.open, bar.high, bar.low, bar.close], volume: bar.volume });
      },
    },
    { calendar: "auto" },
  );
  return bars;
}

const pricesOf = ({ open, high, low, close }: BarSeries, row: number): Prices => [
  open[row],
  high[row],
  low[row],
  close[row],
];

describe.skipIf(!hasShared)(`bars built from real ones (${NO_SHARED})`, () => {
  it("minutes from the seconds of a day are those of the minute file, in all 390 minutes of regular hours", async () => {
    const minutes = open("spy-1min-2013-10-trades.csv.gz");
    const bars = await built(open("spy-1sec-2013-10-07-trades.csv.gz"), "1min");
    let regular = 0;
    let extended = 0;
    for (let row = 0; row < minutes.length && minutes.start[row] < at("2013-10-08 00:00"); row++) {
      const bar = bars.get(minutes.start[row]);
      const inside = minutes.start[row] >= at("2013-10-07 09:30") && minutes.start[row] < at("2013-10-07 16:00");
      if (inside) regular++;
      else extended++;
      if (inside)
        expect([local(minutes.start[row]), bar?.prices]).toEqual([local(minutes.start[row]), pricesOf(minutes, row)]);
      else expect([local(minutes.start[row]), bar === undefined]).toEqual([local(minutes.start[row]), false]);
    }
    expect([regular, extended, bars.size]).toEqual([390, extended, 390 + extended]);
  });

  // The hourly file leaves out prints by their condition: such an hour has the volume of all prints and other prices.
  const OTHERWISE: Readonly<Record<string, string>> = {
    "2013-10-07 10:00": "open",
    "2013-10-07 13:00": "high low",
    "2013-10-07 15:00": "high",
    "2013-10-08 12:00": "low",
    "2013-10-08 13:00": "open",
    "2013-10-08 14:00": "open",
    "2013-10-08 15:00": "high low",
    "2013-10-09 10:00": "open",
    "2013-10-09 11:00": "open",
    "2013-10-09 13:00": "close",
    "2013-10-09 14:00": "open",
    "2013-10-10 12:00": "open close",
    "2013-10-10 13:00": "high close",
    "2013-10-10 14:00": "open",
    "2013-10-11 10:00": "low",
    "2013-10-11 15:00": "low",
  };

  it("hours from the minutes of a week have the volume of the hourly file in all 35, and its prices in 19", async () => {
    const hours = open("spy-1hour-raw.csv.gz");
    const bars = await built(open("spy-1min-2013-10-trades.csv.gz"), "1hour");
    const otherwise: Record<string, string> = {};
    let same = 0;
    for (let row = hours.firstEndingAfter(at("2013-10-07 09:00")); hours.start[row] < at("2013-10-11 16:00"); row++) {
      // The file labels the half hour from the open with 09:00.
      const label = local(hours.start[row]);
      const half = label.endsWith("09:00");
      const bar = bars.get(half ? at(label.replace("09:00", "09:30")) : hours.start[row]);
      expect([label, bar?.volume, bar && local(bar.end)]).toEqual([label, hours.volume[row], local(hours.end[row])]);
      const prices = pricesOf(hours, row);
      const differs = ["open", "high", "low", "close"].filter((_, p) => prices[p] !== bar?.prices[p]);
      if (differs.length === 0) same++;
      else otherwise[label] = differs.join(" ");
    }
    expect(same).toBe(19);
    expect(otherwise).toEqual(OTHERWISE);
  });

  it("days from hours are the sessions of the calendar, and hold no late print of an early close", async () => {
    const hours = open("spy-1hour-raw.csv.gz");
    const days = open("spy-1day-raw.csv.gz");
    const bars = await built(hours, "1day");
    expect([...bars.keys()].map((start) => local(start).slice(0, 10))).toEqual(
      Array.from(days.start.subarray(0, days.length), (start) => local(start).slice(0, 10)),
    );
    const late = bars.get(at("2008-12-24 09:30"));
    expect([late && local(late.end), late?.prices[3]]).toEqual(["2008-12-24 13:00", 86.64]);
    const noon = bars.get(at("2002-09-11 12:00"));
    expect([noon?.prices[0], noon && local(noon.end)]).toEqual([92.89, "2002-09-11 16:00"]);
  });

  it("four hours of a currency future begin on the clock of Chicago, none across the daily break", async () => {
    const instrument = new Instrument({
      symbol: "6EH4",
      assetClass: "future",
      exchange: "CME",
      timeZone: "America/Chicago",
      tickSize: 0.00005,
      future: { expiry: "20240318" },
    });
    // The file stamps the end of a minute: its day ends with the row of 16:00 and begins with that of 17:01.
    const minutes = readBars(sharedPath("data/6eh4-1min-2024-01.csv.gz"), { instrument, stamp: "end", bar: "1min" });
    const bars = await built(minutes, "4hour");
    const chicago = (instant: number): string => local(instant, "America/Chicago");
    const spans = [...bars].map(([start, { end }]) => `${chicago(start)} ${chicago(end).slice(11)}`);
    const from = spans.findIndex((span) => span.startsWith("2024-01-04 17"));
    expect(spans.slice(from, from + 8)).toEqual([
      "2024-01-04 17:00 20:00",
      "2024-01-04 20:00 00:00",
      "2024-01-05 00:00 04:00",
      "2024-01-05 04:00 08:00",
      "2024-01-05 08:00 12:00",
      "2024-01-05 12:00 16:00",
      "2024-01-07 17:00 20:00",
      "2024-01-07 20:00 00:00",
    ]);
    const volume = (of: Iterable<number>): number => [...of].reduce((sum, one) => sum + one, 0);
    expect(volume([...bars.values()].map((bar) => bar.volume))).toBe(
      // The last bar of the file is not complete.
      volume(minutes.volume.subarray(0, minutes.firstEndingAfter([...bars.values()].at(-1)?.end ?? 0))),
    );
  });
});
