import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Our own code, compiled; strategies that ship with it count as the user's. */
const OURS = ["../", "../../bin/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

const FRAME = /(?:\(|at (?:async )?)(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/])[^()]+):(\d+):(\d+)\)?$/;

/** Where the user's own code failed, such as "strategies/broken.ts:12:7": its innermost frame in an error's stack. */
export function placeIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  for (const frame of error.stack.split("\n")) {
    const place = FRAME.exec(frame);
    if (place === null || OURS.some((folder) => place[1].startsWith(folder)) || /[\\/]node_modules[\\/]/.test(place[1]))
      continue;
    const short = relative(process.cwd(), place[1]);
    return `${short.startsWith("..") ? place[1] : short}:${place[2]}:${place[3]}`;
  }
  return undefined;
}

/**
 * Whether an error that nobody has caught is the strategy's: the user's code led to it, or, of a promise, none of ours
 * did. Where a promise that nobody awaits is rejected, such as that of `fetch`, no frame of who made it is left.
 */
export function isOfStrategy(error: unknown, origin: NodeJS.UncaughtExceptionOrigin): boolean {
  if (placeIn(error) !== undefined) return true;
  if (origin !== "unhandledRejection") return false;
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return !stack.split("\n").some((frame) => OURS.some((folder) => FRAME.exec(frame)?.[1].startsWith(folder)));
}
