import { setFlagsFromString } from "node:v8";

/**
 * Has V8 compile what has run some fifteen times. By itself it waits for thousands, which the way of an order never comes
 * to: a session sends a few orders an hour, and each would be interpreted, in twice the time. It counts for the whole
 * process, so only a command that runs one session asks for it.
 */
export function compileEarly(): void {
  setFlagsFromString("--interrupt-budget=600");
}
