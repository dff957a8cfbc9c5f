import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as indicators from "../../core/indicators/index.js";
import { TECHNICAL_NAMES, technical } from "../../core/indicators/technical.js";
import { PATTERNS } from "../../core/indicators/technical-catalogue.js";
import { projectRoot } from "../shared-data.js";
import { forceIndex } from "./force-index.js";
import { run, sample, seriesOf } from "./series.js";
import { shadows } from "./shadows.js";

const page = readFileSync(join(projectRoot, "docs", "indicators.md"), "utf8");
const rows = [...page.matchAll(/^\| `(\w+)\(([^)]*)\)` \| ([^|]+) \| ([^|]+) \|/gm)].map(
  ([, name, parameters, outputs, warmup]) => ({
    name,
    parameters: parameters === "" ? [] : parameters.split(", ").map(Number),
    outputs: outputs.split(", "),
    warmup: Number(warmup.split("=").pop()),
  }),
);

type Declare = (...parameters: number[]) => indicators.IndicatorSpec<string>;
const declare = indicators as unknown as Readonly<Record<string, Declare>>;

describe("docs/indicators.md", () => {
  it("has a row for every indicator there is, and no other", () => {
    const known = readFileSync(join(projectRoot, "core", "indicators", "index.ts"), "utf8");
    const exported = [...known.matchAll(/from "\.\/([\w-]+)\.js"/g)].map(([, file]) =>
      file.replace(/-./g, (two) => two[1].toUpperCase()),
    );
    const functions = exported.filter((name) => typeof declare[name] === "function" && name !== "customIndicator");
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(functions));
  });

  for (const { name, parameters, outputs, warmup } of rows) {
    it(`tells the outputs, warm-up and customary values of ${name}(${parameters.join(", ")})`, () => {
      const spec = declare[name](...parameters);
      expect(spec.outputs).toEqual(outputs);
      expect(spec.warmup).toBe(warmup);
      const periodIsNamed = ["sma", "ema", "wma", "stdev", "zscore", "highest", "lowest"].includes(name);
      if (!periodIsNamed && !(name === "vwap" && parameters.length > 0)) expect(declare[name]().name).toBe(spec.name);
    });
  }

  it("names everything of the catalogue but the single patterns, and counts these", () => {
    const listed = TECHNICAL_NAMES.filter((name) => !Object.hasOwn(PATTERNS, name));
    for (const name of listed) expect(page, name).toMatch(new RegExp(`\\b${name}\\b`));
    expect(page).toContain(`${Object.keys(PATTERNS).length}\ncandlestick patterns`);
  });

  it("shows an indicator of one's own that works, and agrees with the catalogue's", () => {
    const source = readFileSync(join(projectRoot, "test", "indicators", "force-index.ts"), "utf8");
    expect(page).toContain(source.slice(source.indexOf("const force")).trim());
    const bars = sample().slice(0, 300);
    const theirs = run(technical("ForceIndex", { period: 13 }), bars).value;
    run(forceIndex(13), bars).value.forEach((value, row) => {
      if (row < forceIndex().warmup - 1) expect(value).toBeNaN();
      else expect(value / theirs[row]).toBeCloseTo(1, 9);
    });
  });

  it("shows one with several outputs that works", () => {
    const source = readFileSync(join(projectRoot, "test", "indicators", "shadows.ts"), "utf8");
    expect(page).toContain(source.slice(source.indexOf("const shadows")).trim());
    const { value, upper, lower } = run(shadows, seriesOf([{ open: 5, high: 9, low: 2, close: 6 }]));
    expect([value, upper, lower]).toEqual([[0], [3], [3]]);
  });
});
