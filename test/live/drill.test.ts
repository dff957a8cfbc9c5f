import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Bar } from "../../core/market/bar.js";
import type { Quote } from "../../core/market/quote.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import { type DrillResult, drill } from "../../live/drill/drill.js";
import { DrillError } from "../../live/drill/errors.js";
import { FAILURES } from "../../live/drill/failures.js";
import BracketBreakout from "../../strategies/bracket-breakout.js";
import PairsTrade from "../../strategies/pairs-trade.js";
import SmaCross from "../../strategies/sma-cross.js";
import { gatewayData } from "../gateway/gateway-data.js";
import { projectRoot } from "../shared-data.js";

const DATA = gatewayData("synthetic:seed=1,symbols=2,bars=3900,bar=1min");

/** A drill of a class, through the failures of these names or through all. */
function drilled(
  strategy: StrategyClass,
  names: readonly string[] = FAILURES.map(({ name }) => name),
  params: Readonly<Record<string, number>> = {},
): Promise<DrillResult> {
  const session = { strategy, file: "test.ts", hash: "test", params, cash: 1_000_000, baseCurrency: "USD" };
  const failures = FAILURES.filter(({ name }) => names.includes(name));
  expect(failures).toHaveLength(names.length);
  return drill({ session, data: DATA }, undefined, failures);
}

function brokenOf({ rows }: DrillResult): string[] {
  return rows.flatMap(({ failure, broken }) => broken.map((one) => `${failure}: ${one}`));
}

/** Each failure is a run of its own. */
const SLOW = { timeout: 400_000 };

describe("a drill", () => {
  it("has at least fifteen failures, each with a name of its own", () => {
    expect(FAILURES.length).toBeGreaterThanOrEqual(15);
    expect(new Set(FAILURES.map(({ name }) => name)).size).toBe(FAILURES.length);
  });

  it("tells of each of them in its page", () => {
    const page = readFileSync(join(projectRoot, "docs", "drill.md"), "utf8");
    for (const { name, done } of FAILURES) expect(page).toContain(`| ${name} | ${done} |`);
  });

  it.each([
    ["SmaCross", SmaCross, {}],
    ["BracketBreakout", BracketBreakout, { lookback: 20, risk: 0.001 }],
    ["PairsTrade", PairsTrade, { lookback: 30 }],
  ] as const)("passes the example %s through every failure", SLOW, async (_name, type, params) => {
    const result = await drilled(type as unknown as StrategyClass, undefined, params);
    expect(brokenOf(result)).toEqual([]);
    expect(result).toMatchObject({ passed: true, held: FAILURES.length });
    // Most of them trade; those whose order is refused or kept from leaving need not.
    expect(result.rows.filter(({ fills }) => fills > 0).length).toBeGreaterThan(FAILURES.length / 2);
  });

  it("fails a strategy that makes its order again when its answer is late", SLOW, async () => {
    class Doubles extends Strategy {
      private askedAt = Number.NaN;
      override onQuote({ instrument, time }: Quote): void {
        if (instrument.symbol !== "SYN1" || !this.position(instrument).isFlat) return;
        // It waits for its fill for some seconds, and believes that the order was lost.
        if (this.askedAt === this.askedAt && time - this.askedAt < 5_000) return;
        this.askedAt = time;
        this.buy(instrument, 100);
      }
    }
    const { passed, rows } = await drilled(Doubles, ["late answer", "duplicate statuses"]);
    expect(passed).toBe(false);
    const [late, twice] = rows;
    expect(late.isHeld).toBe(false);
    expect(late.broken[0]).toMatch(/^buy 100 SYN1 was made again after \d+ s, while the first was not answered$/);
    expect(twice.broken).toEqual([]);
  });

  it("fails a strategy that orders again when it hears that nobody knows of its order", SLOW, async () => {
    class Again extends Strategy {
      private isDone = false;
      override onBar({ instrument }: Bar): void {
        if (this.isDone) return;
        this.isDone = true;
        this.buy(instrument, 100);
      }
      override onOrder(order: { status: string; instrument: Bar["instrument"] }): void {
        if (order.status === "unknown") this.buy(order.instrument, 100);
      }
    }
    const { rows } = await drilled(Again, ["answer lost"]);
    expect(rows[0].broken[0]).toMatch(/^buy 100 SYN1 was made again after 1\d s/);
  });

  it("fails a strategy whose handler throws when its connection comes back", SLOW, async () => {
    class Throws extends SmaCross {
      override onConnection(): void {
        throw new Error("no idea what to do");
      }
    }
    const { rows } = await drilled(Throws as unknown as StrategyClass, ["connection cut"]);
    expect(rows[0].broken.join("\n")).toContain("no idea what to do");
  });

  it("fails orders on delayed prices where the guards are out", SLOW, async () => {
    const session = { strategy: SmaCross as unknown as StrategyClass, file: "a.ts", hash: "a", cash: 1e6 };
    const failures = FAILURES.filter(({ name }) => name === "delayed data" || name === "no prices");
    const setup = { session: { ...session, baseCurrency: "USD", guards: false as const }, data: DATA };
    const { rows } = await drill(setup, undefined, failures);
    expect(rows.map(({ broken }) => broken[0])).toEqual([
      expect.stringMatching(/was made on a missing price$/),
      expect.stringMatching(/was made on a delayed price$/),
    ]);
  });

  it("says in one sentence that a strategy that never orders cannot be drilled", SLOW, async () => {
    class Idle extends Strategy {
      override onBar(): void {}
    }
    await expect(drilled(Idle, ["connection cut"])).rejects.toThrow(DrillError);
    await expect(drilled(Idle, ["connection cut"])).rejects.toThrow(/No order of Idle has filled in \d+ minutes/);
  });
});
