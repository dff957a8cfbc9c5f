import { type Instant, SECOND } from "../../core/market/bar-size.js";
import type { HistoryLimits } from "./history-limits.js";
import type { PacedRequest, SentRequest } from "./paced-request.js";
import { PacingWindows } from "./pacing-windows.js";

/** What an answer takes: IB was seen to tell 7,800 bars of a minute in 2.4 s. */
const ANSWER = { base: SECOND / 2, perBar: 0.25 };
/** How many of the requests that wait are looked at for one that may pass the others. */
const LOOK = 8;

export interface PlannedRequest {
  readonly request: PacedRequest;
  /** About how many bars it will bring. */
  readonly bars: number;
}

/** How many milliseconds requests will take, one by one through the windows of a source, so many at once. */
export function estimateTime(
  planned: readonly PlannedRequest[],
  { pacing, atOnce }: Pick<HistoryLimits, "pacing" | "atOnce">,
  past: readonly SentRequest[],
  now: Instant,
): number {
  const windows = new PacingWindows(pacing);
  windows.add(past, now);
  const waiting = [...planned];
  let open: Instant[] = [];
  let time = now;
  let last = now;
  let first = 0;
  while (first < waiting.length) {
    open = open.filter((end) => end > time);
    let soonest = Infinity;
    let next = -1;
    for (let i = first; i < Math.min(waiting.length, first + LOOK) && open.length < atOnce; i++) {
      const earliest = windows.earliest(waiting[i].request);
      soonest = Math.min(soonest, earliest);
      if (earliest > time) continue;
      next = i;
      break;
    }
    if (next < 0) {
      time = Math.min(soonest, ...open);
      continue;
    }
    const [{ request, bars }] = waiting.splice(next, 1, waiting[first]);
    first++;
    windows.add([{ request, at: time }], time);
    const end = time + ANSWER.base + ANSWER.perBar * bars;
    open.push(end);
    last = Math.max(last, end);
  }
  return last - now;
}
