import type { Profiler } from "node:inspector";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { projectRoot } from "./project-root.js";

/** A share of all samples, and where they fell. */
export interface HotSpot {
  readonly share: number;
  readonly place: string;
}

/** Functions by the time spent in themselves, largest first; one that is called from many places counts once. */
export function selfShares(profile: Profiler.Profile): HotSpot[] {
  const counts = new Map<string, number>();
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    const { functionName, url, lineNumber } = callFrame;
    add(counts, `${functionName || "(anonymous)"}  ${fileOf(url)}${url === "" ? "" : `:${lineNumber + 1}`}`, hitCount);
  }
  return ranked(counts);
}

function add(counts: Map<string, number>, place: string, count: number): void {
  counts.set(place, (counts.get(place) ?? 0) + count);
}

function ranked(counts: Map<string, number>): HotSpot[] {
  let all = 0;
  for (const count of counts.values()) all += count;
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([place, count]) => ({ place, share: count / all }))
    .sort((a, b) => b.share - a.share);
}

function fileOf(url: string): string {
  return url.startsWith("file:") ? relative(projectRoot, fileURLToPath(url)) : url;
}
