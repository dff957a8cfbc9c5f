import { describe, expect, it } from "vitest";
import { ema, vwap } from "../../core/indicators/index.js";
import { HOUR, MINUTE } from "../../core/market/bar-size.js";
import { run, seriesOf, type TestBar } from "./series.js";

const at = (iso: string): number => Date.parse(iso);

/** Half an hour from an instant, at one price, with volume 1. */
function half(iso: string, close: number, volume = 1): TestBar {
  return { start: at(iso), end: at(iso) + 30 * MINUTE, close, volume };
}

describe("VWAP by sessions", () => {
  const twoDays = seriesOf([
    half("2024-03-07T20:00:00Z", 100),
    half("2024-03-07T20:30:00Z", 200),
    half("2024-03-08T14:30:00Z", 10),
    half("2024-03-08T15:00:00Z", 20),
  ]);

  it("begins anew with the first bar after a night", () => {
    expect(run(vwap({ anchor: "session" }), twoDays).value).toEqual([100, 150, 10, 15]);
  });

  it("goes on through the night when it is anchored to the run", () => {
    const [, , third, fourth] = run(vwap(), twoDays).value;
    expect(third).toBeCloseTo((300 + 10) / 3, 12);
    expect(fourth).toBeCloseTo(330 / 4, 12);
    expect(run(vwap({ anchor: "run" }), twoDays).value).toEqual(run(vwap(), twoDays).value);
  });

  it("measures the pause from the end of one bar to the start of the next, and begins anew only beyond it", () => {
    const pause = (extra: number): number[] =>
      run(
        vwap({ anchor: "session" }),
        seriesOf([
          { start: 0, end: 5 * HOUR, close: 100 },
          { start: 11 * HOUR + extra, end: 12 * HOUR, close: 200 },
        ]),
      ).value;
    expect(pause(0)).toEqual([100, 150]);
    expect(pause(1)).toEqual([100, 200]);
  });

  it("takes a break of an hour as the end of a session where it is told to, as for a future", () => {
    const future = seriesOf([half("2024-03-07T21:30:00Z", 100), half("2024-03-07T23:00:00Z", 50)]);
    expect(run(vwap({ anchor: "session" }), future).value).toEqual([100, 75]);
    expect(run(vwap({ anchor: "session", pause: 30 * MINUTE }), future).value).toEqual([100, 50]);
  });

  it("begins anew with every daily bar", () => {
    const daily = seriesOf([
      { start: at("2024-03-07T14:30:00Z"), end: at("2024-03-07T21:00:00Z"), close: 100 },
      { start: at("2024-03-08T14:30:00Z"), end: at("2024-03-08T21:00:00Z"), close: 200 },
    ]);
    expect(run(vwap({ anchor: "session" }), daily).value).toEqual([100, 200]);
  });

  it("keeps counting the pauses while its source is still warming up", () => {
    const bars = seriesOf([
      half("2024-03-07T14:30:00Z", 1),
      half("2024-03-07T15:00:00Z", 2),
      half("2024-03-08T14:30:00Z", 3),
      half("2024-03-08T15:00:00Z", 5),
    ]);
    // EMA(2): 1.5 on the first day, then 1.5 + 2/3 x 1.5 = 2.5 and 2.5 + 2/3 x 2.5.
    const [, first, second, third] = run(vwap({ anchor: "session", source: ema(2) }), bars).value;
    expect(first).toBe(1.5);
    expect(second).toBeCloseTo(2.5, 14);
    expect(third).toBeCloseTo((2.5 + 25 / 6) / 2, 14);
  });
});

describe("VWAP by UTC days", () => {
  it("begins anew with the first bar that starts after midnight UTC, pause or not", () => {
    const bars = seriesOf([
      half("2024-03-07T23:00:00Z", 100),
      half("2024-03-07T23:30:00Z", 200),
      half("2024-03-08T00:00:00Z", 10),
      half("2024-03-08T00:30:00Z", 30),
    ]);
    expect(run(vwap({ anchor: "utcDay" }), bars).value).toEqual([100, 150, 10, 20]);
    expect(run(vwap({ anchor: "session" }), bars).value[3]).toBeCloseTo(340 / 4, 12);
  });
});

describe("VWAP without volume", () => {
  it("is the latest price until there is some, and is not moved by bars without", () => {
    const bars = seriesOf([
      { close: 10, volume: 0 },
      { close: 20, volume: 0 },
      { close: 30, volume: 5 },
      { close: 40, volume: 0 },
      { close: 50, volume: 15 },
    ]);
    expect(run(vwap(), bars).value).toEqual([10, 20, 30, 30, 45]);
    expect(run(vwap(2), bars).value.slice(1)).toEqual([20, 30, 30, 50]);
  });

  it("of a flat price is exactly that price, whatever the volumes", () => {
    const bars = seriesOf([3, 7, 0, 11, 13, 1e9, 0.1, 2].map((volume) => ({ close: 10.01, volume })));
    const source = "close";
    expect(new Set(run(vwap({ source }), bars).value)).toEqual(new Set([10.01]));
    expect(new Set(run(vwap(3, { source }), bars).value.slice(2))).toEqual(new Set([10.01]));
  });
});
