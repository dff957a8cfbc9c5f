import { CliError } from "./errors.js";
import { FAILED } from "./exit-code.js";
import { printError } from "./print-error.js";

/** Node's own exit code where what the program awaits can never come. */
const NOTHING_LEFT_TO_WAIT_FOR = 13;

/**
 * Says so where the process ends before the command is done, which nothing else would tell: a strategy or a
 * configuration has called process.exit, or awaits for ever.
 * @returns what is to be called when the end is as it should be
 */
export function watchForEarlyEnd(debug: boolean): () => void {
  let expected = false;
  process.on("exit", (code) => {
    if (expected || (code !== 0 && code !== NOTHING_LEFT_TO_WAIT_FOR)) return;
    printError(new CliError("ENDED_EARLY"), debug);
    process.exitCode = FAILED;
  });
  return () => {
    expected = true;
  };
}
