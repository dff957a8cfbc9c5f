import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as library from "technicalindicators";
import { describe, expect, it } from "vitest";
import { IndicatorError, rsi, type SourceOptions } from "../../core/indicators/index.js";
import { TECHNICAL_NAMES, technical } from "../../core/indicators/technical.js";
import { CATALOGUE, NOT_STREAMING, PATTERNS } from "../../core/indicators/technical-catalogue.js";
import { projectRoot } from "../shared-data.js";
import { field, run, sample, seriesOf, stepping } from "./series.js";

const EXPORTED: Readonly<Record<string, unknown>> = library;
const bars = sample().slice(0, 400);
const columns = {
  values: field(bars, "close"),
  open: field(bars, "open"),
  high: field(bars, "high"),
  low: field(bars, "low"),
  close: field(bars, "close"),
  volume: field(bars, "volume"),
  timestamp: [...bars.start],
};

const byName = technical as (name: string, parameters?: object, options?: SourceOptions) => ReturnType<typeof rsi>;

function refused(declare: () => unknown): IndicatorError {
  try {
    declare();
  } catch (error) {
    if (error instanceof IndicatorError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("technical: the catalogue of technicalindicators", () => {
  it("has everything of the package that streams, and says why the rest is missing", () => {
    const exported = Object.entries(library);
    const streaming = exported
      .filter(([, value]) => typeof value === "function" && "nextValue" in (value.prototype ?? {}))
      .map(([name]) => name);
    const [indicators, others] = [Object.keys(CATALOGUE), Object.keys(NOT_STREAMING)];
    expect(streaming.filter((name) => !indicators.includes(name) && !others.includes(name))).toEqual([]);
    expect(indicators.filter((name) => !streaming.includes(name))).toEqual([]);
    for (const name of [...Object.keys(PATTERNS), ...others]) expect(exported.map(([key]) => key)).toContain(name);
    expect(TECHNICAL_NAMES).toEqual([...indicators, ...Object.keys(PATTERNS)]);
  });

  for (const [name, entry] of Object.entries(CATALOGUE)) {
    it(`${name} streams what the package computes of the whole series, its first complete result on bar number warmup`, () => {
      const spec = byName(name);
      const ours = run(spec, bars);
      const Made = EXPORTED[name] as new (input: object) => { result: unknown };
      const { result } = new Made({ ...entry.parameters, ...columns });
      const results = Object.entries<string>(entry.results);
      for (const [output, key] of results) {
        const theirs =
          key === ""
            ? (result as number[])
            : Array.isArray(result)
              ? result.map((one) => (one as Record<string, number>)[key])
              : (result as Record<string, number[]>)[key];
        const tail = ours[output as "value"].slice(spec.warmup - 1);
        expect(tail.every(Number.isFinite), output).toBe(true);
        expect(ours[output as "value"].slice(0, spec.warmup - 1).every(Number.isNaN), output).toBe(true);
        expect(tail, output).toEqual(theirs.slice(-tail.length));
        if (results.length === 1) expect(tail).toHaveLength(theirs.length);
      }
    });
  }

  it("names the main output value and the others as the package does", () => {
    expect(technical("MACD").outputs).toEqual(["value", "signal", "histogram"]);
    expect(technical("ADX").outputs).toEqual(["value", "pdi", "mdi"]);
    expect(technical("TRIX").outputs).toEqual(["value"]);
  });

  it("is called by its parameters", () => {
    expect(technical("TRIX", { period: 9 }).name).toBe("TRIX(9)");
    expect(technical("MACD", { SimpleMASignal: true }).name).toBe("MACD(12, 26, 9, SimpleMASignal)");
    expect(technical("ADL").name).toBe("ADL");
    expect(technical("TRIX", {}, { source: rsi() }).name).toBe("TRIX(18, RSI(14))");
  });

  it("takes another indicator as source, its warm-up added", () => {
    const spec = technical("SMA", { period: 5 }, { source: rsi(14) });
    expect(spec.warmup).toBe(19);
    const line = run(rsi(14), bars).value.slice(14);
    const smoothed = run(spec, bars).value.slice(18);
    const theirs = library.sma({ period: 5, values: line });
    smoothed.forEach((value, place) => {
      expect(value).toBeCloseTo(theirs[place], 10);
    });
  });

  it("does not share state between two kernels of one spec", () => {
    const spec = technical("EMA", { period: 3 });
    const [one, other] = [stepping(spec), stepping(spec)];
    for (let row = 0; row < 9; row++) one(bars, row);
    for (let row = 100; row < 109; row++) other(bars, row);
    expect(one(bars, 9)).toEqual([run(spec, bars.slice(0, 10)).value[9]]);
    expect(other(bars, 109)).toEqual([run(spec, bars.slice(100, 110)).value[9]]);
  });
});

describe("technical: candlestick patterns", () => {
  for (const name of Object.keys(PATTERNS) as (keyof typeof PATTERNS)[]) {
    it(`${name} is 1 on the bars the package finds it on`, () => {
      const spec = technical(name);
      expect(spec.warmup).toBe(PATTERNS[name]);
      const found = EXPORTED[name] as (window: object) => unknown;
      const part = (column: readonly number[], row: number): number[] => column.slice(row + 1 - spec.warmup, row + 1);
      const expected = columns.close.map((_, row) =>
        row < spec.warmup - 1
          ? Number.NaN
          : Number(
              Boolean(
                found({
                  open: part(columns.open, row),
                  high: part(columns.high, row),
                  low: part(columns.low, row),
                  close: part(columns.close, row),
                }),
              ),
            ),
      );
      expect(run(spec, bars).value).toEqual(expected);
    });
  }

  it("finds three white soldiers on the third of three rising bars", () => {
    const rising = seriesOf([
      { open: 10, high: 10.5, low: 9, close: 9.5 },
      { open: 10, high: 12.2, low: 9.8, close: 12 },
      { open: 11, high: 14.2, low: 10.8, close: 14 },
      { open: 13, high: 16.2, low: 12.8, close: 16 },
    ]);
    expect(run(technical("threewhitesoldiers"), rising).value).toEqual([Number.NaN, Number.NaN, 0, 1]);
  });
});

describe("technical: what it refuses", () => {
  it("a name that does not exist, with the nearest that does", () => {
    const error = refused(() => byName("TRXI"));
    expect(error.code).toBe("TECHNICAL_UNKNOWN");
    expect(error.message).toContain('Did you mean "TRIX"?');
    expect(error.message).toContain("morningstar");
    expect(refused(() => byName("trix")).message).toContain('Did you mean "TRIX"?');
    expect(refused(() => byName("constructor")).code).toBe("TECHNICAL_UNKNOWN");
  });

  it("what the package has but cannot stream, with the reason", () => {
    const error = refused(() => byName("renko"));
    expect(error.code).toBe("TECHNICAL_NOT_STREAMING");
    expect(error.message).toContain("it makes its bricks from all bars at once");
    expect(refused(() => byName("CrossUp")).message).toContain("crossedAbove");
  });

  it("parameters it does not take, or that cannot be", () => {
    const error = refused(() => byName("TRIX", { peroid: 18 }));
    expect(error.code).toBe("TECHNICAL_PARAMETER_UNKNOWN");
    expect(error.message).toBe(
      'TRIX of technicalindicators takes no parameter "peroid". Did you mean "period"? There is period.',
    );
    expect(refused(() => byName("doji", { period: 1 })).message).toContain("It takes none.");
    expect(refused(() => technical("TRIX", { period: 0 })).code).toBe("PERIOD_INVALID");
    expect(refused(() => technical("PSAR", { step: -1 })).code).toBe("FACTOR_INVALID");
    expect(refused(() => byName("MACD", { SimpleMASignal: "yes" })).code).toBe("OPTION_UNKNOWN");
    expect(refused(() => technical("ATR", {}, { source: "high" })).message).toContain("prices of the bar itself");
  });
});

describe("technical: loading", () => {
  it("is imported by nothing else in core, for it loads the package", () => {
    const files = readdirSync(join(projectRoot, "core"), { recursive: true, encoding: "utf8" });
    const importers = files
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => {
        const text = readFileSync(join(projectRoot, "core", file), "utf8");
        return /from "(technicalindicators|[./]+\/(indicators\/)?technical\.js)"/.test(text);
      });
    expect(importers).toEqual([join("indicators", "technical.ts")]);
  });
});
