import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { BacktestError } from "../../backtest/errors.js";
import { sentenceOf } from "../../cli/print-error.js";
import { StrategyError } from "../../core/strategy-errors.js";
import { placeIn } from "../../live/failed-place.js";
import { projectRoot } from "../shared-data.js";

const elsewhere = join(projectRoot, "..", "mine", "cross.ts");

function failing(...frames: readonly string[]): Error {
  const error = new Error("no levels");
  error.stack = ["Error: no levels", ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

describe("an error", () => {
  it("of a strategy ends with the innermost frame of the user's own code", () => {
    const cause = failing(
      `OrderDesk.submit (${pathToFileURL(join(projectRoot, "dist/core/orders/order-desk.js")).href}:50:11)`,
      `Object.x (${join(elsewhere, "../node_modules/thing/index.js")}:1:1)`,
      `Cross.onBar (${elsewhere}:12:7)`,
      `helper (${elsewhere}:90:1)`,
    );
    expect(placeIn(cause)).toBe(`${elsewhere}:12:7`);
    const error = new StrategyError("CONSTRUCTOR_FAILED", { strategy: "Cross", message: "no levels" }, cause);
    expect(sentenceOf(error)).toBe(`The constructor of Cross failed: no levels (${elsewhere}:12:7)`);
  });

  it("that nothing of the user's led to has no place", () => {
    const cause = failing("mkdirSync (node:fs:1:1)", `async ${pathToFileURL(join(projectRoot, "bin/x.js")).href}:9:3`);
    expect(placeIn(cause)).toBeUndefined();
    const error = new BacktestError("OUTPUT_UNWRITABLE", { folder: "out", reason: "full" }, cause);
    expect(sentenceOf(error)).toBe(error.message);
  });

  it("that Seatrial does not know is a bug, and says so", () => {
    expect(sentenceOf(failing("run (node:internal/x:1:1)"))).toBe(
      "This is a bug in Seatrial: no levels. Run the command again with --debug, and report what it prints.",
    );
    expect(sentenceOf("a text")).toContain("This is a bug in Seatrial: a text.");
  });
});
