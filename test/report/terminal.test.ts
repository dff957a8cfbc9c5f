import { describe, expect, it } from "vitest";
import { backtest, Strategy } from "../../index.js";
import { renderTerminal } from "../../report/terminal.js";
import { dailyWalk, smaCrossResult, variedResult } from "./sample-run.js";

const result = smaCrossResult(dailyWalk(2000));

describe("a result in the terminal", () => {
  it("fits into 80 columns, and into the width it is given", () => {
    const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
    expect(widest(renderTerminal(result))).toBeLessThanOrEqual(80);
    expect(widest(renderTerminal(variedResult()))).toBeLessThanOrEqual(80);
    expect(widest(renderTerminal(result, { width: 100 }))).toBeLessThanOrEqual(100);
  });

  it("counts bars in the sizes that the strategy was handed, and not in those that only fill its orders", async () => {
    class Quiet extends Strategy {}
    const built = await backtest({
      strategy: Quiet,
      data: "synthetic:seed=7,bars=400,bar=1min",
      build: "100000volume",
    });
    expect(built.series).toHaveLength(2);
    expect(built.bars).toBe(built.handed[0].length);
    expect(renderTerminal(built)).toContain(`${built.bars} bars of 100000volume, 0 of warm-up`);
  });

  it("says what was assumed before any number, warnings first", () => {
    const text = renderTerminal(result);
    const order = [
      "SmaCross on WALK",
      "! Daily bars carry no quotes",
      "- Market orders fill",
      "Total return",
      "outcome",
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places.every((place, i) => place >= 0 && (i === 0 || place > places[i - 1]))).toBe(true);
  });

  it("has no colours unless they are asked for, and the same text with them", () => {
    const plain = renderTerminal(result);
    const coloured = renderTerminal(result, { color: true });
    expect(plain).not.toContain("\u001b");
    expect(coloured).toContain("\u001b[1m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(plain);
  });

  it("lists denials with the first one in full, and both hashes", () => {
    const varied = variedResult();
    const text = renderTerminal(varied);
    expect(text).toContain("STALE_QUOTE 1 time, first on");
    expect(text).toContain("STALE_QUOTE: age=3bars");
    expect(text).toContain(`inputs   ${varied.inputHash}`);
    expect(text).toContain(`outcome  ${varied.outcomeHash}`);
  });

  it("lets no text of a user command the terminal", () => {
    const text = renderTerminal(variedResult());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these may be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });
});
