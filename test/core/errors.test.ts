import { describe, expect, it } from "vitest";
import { type ErrorTable, SeatrialError } from "../../core/errors.js";
import { alertText } from "../../live/alerts.js";
import { DrillError } from "../../live/drill/errors.js";

const TABLE = {
  SPOILT: { sentence: "It went wrong: {problem}.", remedy: "Look at {file}." },
} as const satisfies ErrorTable;

class TableError extends SeatrialError {}

describe("the sentence of an error", () => {
  it("ends with one full stop, whether its detail ends with one or not", () => {
    const said = (problem: string): string => new TableError(TABLE, "SPOILT", { problem, file: "a.ts" }).message;
    expect(said("no order filled")).toBe("It went wrong: no order filled. Look at a.ts.");
    expect(said("onBar of A failed: boom.")).toBe("It went wrong: onBar of A failed: boom. Look at a.ts.");
  });

  it("has one full stop where a drill tells of what an alert has said", () => {
    const details = { handler: "onBar", strategy: "A", reason: "boom (throw.js:1:294)" };
    const problem = alertText({ code: "STRATEGY_FAILED", details });
    expect(problem).toBe("onBar of A failed: boom (throw.js:1:294).");
    expect(new DrillError("DRILL_SPOILT", { problem, file: "throw.js" }).message).toContain("(throw.js:1:294). Run `");
    expect(alertText({ code: "STRATEGY_FAILED", details: { ...details, reason: "It is over." } })).toMatch(/[^.]\.$/);
  });
});
