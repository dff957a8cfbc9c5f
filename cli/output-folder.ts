import { accessSync, constants } from "node:fs";
import { BacktestError } from "../backtest/errors.js";
import { againWhileGone, makeFolders, removeFolders } from "../backtest/folders.js";
import { reasonOf } from "../core/system-reason.js";

/**
 * Refuses a folder that could not be written in the end, before a long run begins. Leaves nothing.
 * @throws BacktestError OUTPUT_UNWRITABLE
 */
export function refuseUnwritable(folder: string): void {
  try {
    againWhileGone(() => {
      const made = makeFolders(folder);
      removeFolders(made);
      if (made.length === 0) accessSync(folder, constants.W_OK);
    });
  } catch (error) {
    throw new BacktestError("OUTPUT_UNWRITABLE", { folder, reason: reasonOf(error) }, error);
  }
}
