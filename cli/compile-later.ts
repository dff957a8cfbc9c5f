import { setFlagsFromString } from "node:v8";

/** Only Node 20 has this V8. Later ones compile in finer steps, gain nothing by it, and call the flag otherwise. */
const IS_KNOWN = process.versions.v8.startsWith("11.");

/** Bytes of bytecode that a function runs through before V8 looks whether to compile it for speed: its own, and ours. */
const USUAL = 67_584;
const LATER = 200_000;

/** Events above which a run is long: what is compiled soon pays for itself there. */
const LONG_RUN = 200_000;

/**
 * Lets V8 compile functions for speed three times as late as it would. A run over twenty years of days is over before
 * what was compiled for it has paid for itself, and much of that is thrown away at once, for the first rows had not
 * shown all that comes.
 */
export function compileLater(): void {
  if (IS_KNOWN) setFlagsFromString(`--interrupt-budget=${LATER}`);
}

/** Lets V8 compile as it would, where a run of so many events needs it: five million bars take 6 % longer otherwise. */
export function compileForRun(events: number): void {
  if (IS_KNOWN && events > LONG_RUN) setFlagsFromString(`--interrupt-budget=${USUAL}`);
}
