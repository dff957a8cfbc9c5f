import { describe, expect, it } from "vitest";
import { bars, flat, type Row } from "../bars.js";
import { run } from "../scripted.js";

const CALM: Row = [100, 101, 99, 100, 100];
const minutes = (symbol: string) =>
  bars(
    symbol,
    "1min",
    Array.from({ length: 390 }, () => CALM),
  );

describe("bars that end at one instant", () => {
  it("are told smaller sizes first and by instrument, in whatever order a strategy subscribes to them", async () => {
    const told: string[] = [];
    const together: string[] = [];
    await run([minutes("SPY"), minutes("IBM")], {
      declare(trader) {
        for (const size of ["1day", "39000volume", "1hour"]) trader.subscribe("SPY", size);
        for (const size of ["30min", "1hour"]) trader.subscribe("IBM", size);
        trader.subscribe("SPY", "30min");
      },
      onBar: (_trader, bar) => void told.push(`${bar.instrument} ${bar.size.label}`),
      onBars(_trader, all) {
        together.splice(0, together.length, ...all.map(({ instrument, size }) => `${instrument} ${size.label}`));
      },
    });
    const expected = [
      "SPY 1min",
      "IBM 1min",
      "SPY 30min",
      "IBM 30min",
      "SPY 1hour",
      "IBM 1hour",
      "SPY 1day",
      "SPY 39000volume",
    ];
    expect(together).toEqual(expected);
    expect(told.slice(-expected.length)).toEqual(expected);
  });

  it("are told smaller sizes first where a built size lies between those of the data", async () => {
    const last: string[] = [];
    await run([minutes("SPY"), flat("SPY", "1day", 100, 1)], {
      declare: (trader) => trader.subscribe("SPY", "1hour"),
      onBars(_trader, all) {
        last.splice(0, last.length, ...all.map(({ size }) => size.label));
      },
    });
    expect(last).toEqual(["1min", "1hour", "1day"]);
  });
});
