import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";
import { INSTRUMENTS, LiveRun, MORNING } from "./live-run.js";

const [SPY] = INSTRUMENTS;
/** Tuesday's open, 9:30 in New York. */
const OPEN = MORNING + 23.5 * HOUR;

let run: LiveRun;
beforeEach(async () => {
  run = await LiveRun.start();
});
afterEach(() => run.close());

function letPass(until: number): void {
  run.now = until;
  run.engine.advance(until);
  run.turn();
  run.settle();
}

describe("a bracket that is held for the opening auction", () => {
  it.each([
    ["in one session", false],
    ["in a session that starts again meanwhile", true],
  ])("leaves before the open %s", async (_, isRestarted) => {
    letPass(MORNING + 8 * HOUR);
    run.act((orders) => orders.bracket(SPY, "buy", 100, { type: "market-on-open", stopLoss: 90, takeProfit: 110 }));
    run.turn();
    expect([0, 1, 2].map((row) => run.status(row))).toEqual(["held", "held", "held"]);
    if (isRestarted) {
      run.kill();
      await run.open();
    }
    letPass(OPEN - 4 * MINUTE);
    expect(run.model.handed).toEqual([]);
    letPass(OPEN - 3 * MINUTE + SECOND);
    expect(run.model.handed.map(({ type }) => type)).toEqual(["market-on-open", "stop", "limit"]);
  });
});
