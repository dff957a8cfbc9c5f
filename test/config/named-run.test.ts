import { describe, expect, it } from "vitest";
import { namedRun, override } from "../../config/named-run.js";

const CONFIG = {
  cash: 1_000,
  data: ["a.csv", "b.csv"],
  params: { fast: 10, slow: 30 },
  guards: { priceBand: { fraction: 0.05 } },
  runs: {
    quick: { strategy: "cross.ts", cash: 2_000, data: ["c.csv"], params: { fast: 5 }, guards: { priceBand: false } },
    plain: {},
  },
} as const;

describe("a named run", () => {
  it("overrides the common settings, and of parameters and guards single ones", () => {
    expect(namedRun(CONFIG, "seatrial.config.ts", "quick")).toEqual({
      strategy: "cross.ts",
      cash: 2_000,
      data: ["c.csv"],
      params: { fast: 5, slow: 30 },
      guards: { priceBand: false },
    });
  });

  it("that says nothing is the common settings, and so is none", () => {
    const { runs, ...common } = CONFIG;
    expect(Object.keys(runs)).toContain("plain");
    expect(namedRun(CONFIG, "seatrial.config.ts", "plain")).toEqual(common);
    expect(namedRun(CONFIG, "seatrial.config.ts")).toEqual(common);
  });

  it("that is not there brings up the nearest", () => {
    expect(() => namedRun(CONFIG, "seatrial.config.ts", "quik")).toThrow(
      'seatrial.config.ts has no run "quik". Did you mean "quick"? Its runs are quick, plain.',
    );
    expect(() => namedRun({}, "seatrial.config.ts", "toString")).toThrow("It names no runs.");
  });

  it("takes flags over it, where a flag that was not given changes nothing", () => {
    const flags = { cash: 5, params: { slow: 40 }, out: undefined as unknown as string };
    expect(override({ cash: 1, out: "here", params: { fast: 1, slow: 2 } }, flags)).toEqual({
      cash: 5,
      out: "here",
      params: { fast: 1, slow: 40 },
    });
  });
});
