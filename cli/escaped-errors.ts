import { exitCodeOf } from "./exit-code.js";
import { printError } from "./print-error.js";

/** Takes an error that nobody has caught. Answers whether the process can go on. */
type Taker = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => boolean;

let taker: Taker | undefined;

/** Ends the process with an error that nobody has caught, said in a sentence; unless a session goes on without it. */
export function endWithEscapedErrors(debug: boolean): void {
  process.on("uncaughtException", (error, origin) => {
    if (taker?.(error, origin) === true) return;
    // Nothing can be gone on with: a strategy's timer or promise has failed, or we have.
    printError(error, debug);
    process.exit(exitCodeOf(error));
  });
}

/** Has errors that nobody has caught taken by somebody who knows more, until what is answered is called. */
export function takeEscapedErrors(take: Taker): () => void {
  taker = take;
  return () => {
    taker = undefined;
  };
}
