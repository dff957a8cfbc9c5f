import type { FaultState } from "../faults/fault-state.js";
import { type ErrorText, refuse } from "../session/refusal.js";

const READ_ONLY: ErrorText = {
  code: 321,
  text: "Error validating request.-'bM' : cause - The API interface is currently in Read-Only mode.",
};

/**
 * A read-only API takes no orders, and does not list them either.
 * @param id the order that is asked about; -1 for none
 * @throws Refusal while the API is read-only
 */
export function needWriteAccess({ isReadOnly }: FaultState, id: number): void {
  if (isReadOnly) refuse(id, READ_ONLY);
}
