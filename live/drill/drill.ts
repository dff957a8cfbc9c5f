import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { DAY, MINUTE } from "../../core/market/bar-size.js";
import { DrillRun, type DrillSetup, type RunOutcome } from "./drill-run.js";
import { DrillError } from "./errors.js";
import { FAILURES, type Failure, type MetOrder } from "./failures.js";

/** What one failure has come to. */
export interface DrillRow {
  readonly failure: string;
  /** What was done to the session. */
  readonly done: string;
  /** What did not hold, in sentences; empty where all held. */
  readonly broken: readonly string[];
  readonly isHeld: boolean;
  readonly orders: number;
  readonly fills: number;
  /** Orders that were denied before they left. */
  readonly denied: number;
}

export interface DrillResult {
  readonly strategy: string;
  readonly rows: readonly DrillRow[];
  readonly held: number;
  readonly passed: boolean;
}

/** How much of the market the first order is waited for. */
const LONGEST = 4 * DAY;
/** How long a strategy goes on behind the first order, or behind the end of a failure. */
const AFTER = 15 * MINUTE;
const NO_FAULTS = parseFaultPlan([]);

/**
 * Takes a strategy through a list of failures, one run each. First it runs where nothing fails, to find its first order that fills;
 * each failure meets that order.
 * @param tell hears of each row as it is there
 * @throws DrillError DRILL_IDLE, DRILL_SPOILT
 */
export async function drill(
  setup: DrillSetup,
  tell: (row: DrillRow) => void = () => undefined,
  failures: readonly Failure[] = FAILURES,
): Promise<DrillResult> {
  const { strategy, file } = setup.session;
  const calm = await DrillRun.through(setup, { faults: NO_FAULTS, lasts: LONGEST, behindFirst: AFTER, calm: [] });
  const [problem] = [...calm.promise, ...calm.stopped];
  if (problem !== undefined) throw new DrillError("DRILL_SPOILT", { problem, file });
  const first = calm.made[calm.firstFilled];
  if (first === undefined) throw new DrillError("DRILL_IDLE", { strategy: strategy.name, minutes: calm.minutes });
  const met = { at: first.at - calm.start, count: calm.firstFilled + 1 };
  const rows: DrillRow[] = [];
  for (const failure of failures) {
    const row = await rowOf(setup, failure, calm, met);
    rows.push(row);
    tell(row);
  }
  const held = rows.filter(({ isHeld }) => isHeld).length;
  return { strategy: strategy.name, rows, held, passed: held === rows.length };
}

async function rowOf(setup: DrillSetup, failure: Failure, calm: RunOutcome, met: MetOrder): Promise<DrillRow> {
  const { name, done, kill, lasts } = failure;
  const about = { failure: name, done };
  try {
    const outcome = await DrillRun.through(setup, {
      faults: parseFaultPlan(failure.faults(met)),
      ...(kill !== undefined && { kill: { when: kill, order: met } }),
      lasts: met.at + lasts + AFTER,
      calm: calm.made,
    });
    const broken = [...outcome.promise, ...outcome.doubled, ...outcome.prices, ...outcome.stopped];
    const { made, fills, denied } = outcome;
    return { ...about, broken, isHeld: broken.length === 0, orders: made.length, fills, denied };
  } catch (error) {
    const broken = [`the session did not come up: ${error instanceof Error ? error.message : String(error)}`];
    return { ...about, broken, isHeld: false, orders: 0, fills: 0, denied: 0 };
  }
}
