import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Our own code, compiled; strategies that ship with it count as the user's. */
const OURS = ["../", "../../bin/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** Where the user's own code failed, such as "strategies/broken.ts:12:7": its innermost frame in an error's stack. */
export function placeIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  for (const frame of error.stack.split("\n")) {
    const place = /(?:\(|at (?:async )?)(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/])[^()]+):(\d+):(\d+)\)?$/.exec(frame);
    if (place === null || OURS.some((folder) => place[1].startsWith(folder)) || /[\\/]node_modules[\\/]/.test(place[1]))
      continue;
    const short = relative(process.cwd(), place[1]);
    return `${short.startsWith("..") ? place[1] : short}:${place[2]}:${place[3]}`;
  }
  return undefined;
}
