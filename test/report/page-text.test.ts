import { describe, expect, it } from "vitest";
import { zoneOffsets } from "../../data/zone-offsets.js";
import { dateText, instantText, spanText, startDateText } from "../../report/dates.js";
import { unbroken } from "../../report/figures.js";
import { zoneChanges } from "../../report/zone-changes.js";
import { type ChartTimesModule, clientModule, type TextModule } from "./client-modules.js";

const { compact, dateOf, number, priceChange, quantity, signed, wallClock } = await clientModule<TextModule>("text.js");
const { candleAt, firstAtOrAfter, shownTimes } = await clientModule<ChartTimesModule>("chart-times.js");

const HOUR = 3_600_000;

describe("numbers in the page", () => {
  it("have commas, a real minus sign, and no sign at zero", () => {
    expect(number(-1234567.891, 2)).toBe("\u22121,234,567.89");
    expect(number(-0.001, 2)).toBe("0.00");
    expect(signed(0.5, 1)).toBe("+0.5");
    expect(signed(0, 1)).toBe("0.0");
    expect(number(Number.NaN, 2)).toBe("");
  });

  it("are short on axes", () => {
    expect([80_000, 134_948, 1_250_000, 0, 5.5, 999, -2_000].map(compact)).toEqual([
      "80K",
      "134.9K",
      "1.25M",
      "0",
      "5.5",
      "999",
      "\u22122K",
    ]);
  });

  it("tell a change of price in per cent only where both prices are above 0", () => {
    expect(priceChange(100, 102.5, 2)).toBe("+2.50\u00a0%");
    expect(priceChange(-17, -18, 2)).toBe("\u22121.00");
    expect(priceChange(-18, -17, 2)).toBe("+1.00");
    expect(priceChange(2, -37.63, 2)).toBe("\u221239.63");
    expect(priceChange(0, 1, 2)).toBe("+1.00");
  });

  it("show a quantity with the decimals it has", () => {
    expect([100, 0.001, 2.5, 1_000_000].map(quantity)).toEqual(["100", "0.001", "2.5", "1,000,000"]);
  });
});

describe("sentences in a report", () => {
  it("break no line between a number and its per cent sign", () => {
    expect(unbroken("50 % to open, 25 % to keep")).toBe("50\u00a0% to open, 25\u00a0% to keep");
  });
});

describe("times in a report", () => {
  const newYork = zoneOffsets("America/New_York");

  it("are dates of the zone, and midnight ends the day before it, but where something begins", () => {
    expect(dateText(Date.parse("2000-01-03T21:00:00Z"), newYork)).toBe("3 Jan 2000");
    expect(dateText(Date.parse("2000-01-04T04:59:00Z"), newYork)).toBe("3 Jan 2000");
    expect(dateText(Date.parse("2000-01-04T05:00:00Z"), newYork)).toBe("3 Jan 2000");
    expect(dateText(Date.parse("2000-01-04T05:00:01Z"), newYork)).toBe("4 Jan 2000");
    expect(startDateText(Date.parse("2000-01-04T04:59:00Z"), newYork)).toBe("3 Jan 2000");
    expect(startDateText(Date.parse("2000-01-04T05:00:00Z"), newYork)).toBe("4 Jan 2000");
    expect(instantText(Date.parse("2000-07-03T13:30:00Z"), newYork)).toBe("3 Jul 2000, 09:30");
    expect(instantText(Date.parse("2000-07-03T13:30:05Z"), newYork)).toBe("3 Jul 2000, 09:30:05");
  });

  it("have spans in words", () => {
    const days = (count: number): number => count * 24 * HOUR;
    expect([0.2, 1, 12, 90, 7368].map((count) => spanText(days(count)))).toEqual([
      "1 day",
      "1 day",
      "12 days",
      "3 months",
      "20.2 years",
    ]);
  });

  it("know every change of the clocks, to the minute", () => {
    const from = Date.parse("2019-01-01T00:00:00Z");
    const { since, offset } = zoneChanges(newYork, from, Date.parse("2020-06-01T00:00:00Z"));
    expect(since.map((instant) => new Date(instant).toISOString())).toEqual([
      "2019-01-01T00:00:00.000Z",
      "2019-03-10T07:00:00.000Z",
      "2019-11-03T06:00:00.000Z",
      "2020-03-08T07:00:00.000Z",
    ]);
    expect(offset).toEqual([-5 * HOUR, -4 * HOUR, -5 * HOUR, -4 * HOUR]);
    const clock = wallClock({ since, offset });
    for (let instant = from; instant < from + 500 * 24 * HOUR; instant += 7 * HOUR) {
      expect(clock(instant)).toBe(instant + newYork.offsetAt(instant));
    }
  });

  it("rise on a chart even in the night in which clocks are put back", () => {
    const start = Date.parse("2019-11-03T04:00:00Z");
    const clock = wallClock(zoneChanges(newYork, start, start + 10 * HOUR));
    const instants = Float64Array.from({ length: 20 }, (_, i) => start + i * (HOUR / 2));
    const times = shownTimes(instants, clock, false);
    expect(times.every((time, i) => i === 0 || time > times[i - 1])).toBe(true);
    expect(times[0] * 1000).toBe(Date.parse("2019-11-03T00:00:00Z"));
    expect(times[19] * 1000).toBe(Date.parse("2019-11-03T08:30:00Z"));
  });

  it("give a daily bar the date of its close, whether the session begins the evening before or ends at midnight", () => {
    expect(dateOf(Date.parse("2024-01-08T17:00:00Z"))).toBe(Date.parse("2024-01-08T00:00:00Z"));
    expect(dateOf(Date.parse("2024-01-09T00:00:00Z"))).toBe(Date.parse("2024-01-08T00:00:00Z"));
  });

  it("find the candle of a larger series in which a smaller one lies", () => {
    const time = Float64Array.of(10, 20, 30);
    expect([0, 1, 10, 19, 20, 35].map((at) => candleAt({ time, timeIs: "start" }, at))).toEqual([0, 0, 0, 0, 1, 2]);
    expect([0, 9, 10, 19, 29, 30, 99].map((at) => candleAt({ time, timeIs: "end" }, at))).toEqual([
      0, 0, 1, 1, 2, 2, 2,
    ]);
    expect([5, 10, 11, 31].map((at) => firstAtOrAfter(time, at))).toEqual([0, 0, 1, 3]);
  });
});
