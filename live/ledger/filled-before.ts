import { SECOND } from "../../core/market/bar-size.js";
import type { ExecutionEntry } from "./entry.js";

// An order that is adopted may have filled a part, which stays with others. As a rule its executions are known as theirs
// by then; a status may be quicker, though, and of a day before none is told any more.

/** How long the execution of a part may stay away before it is one of a day before. */
export const BEFORE_WAIT = 10 * SECOND;

/** Units of an order that are known to be executed for others: the most of their sum and of what the broker has counted. */
export function executedForOthers(executions: Iterable<ExecutionEntry>, permId: number): number {
  let executed = 0;
  let cumulative = 0;
  for (const one of executions) {
    if (one.permId !== permId || one.intent !== 0) continue;
    executed += one.quantity;
    cumulative = Math.max(cumulative, one.cumulative);
  }
  return executed > 0 ? Math.max(executed, cumulative) : 0;
}
