import type { Instant } from "../../core/market/bar-size.js";
import type { PacingRule } from "./history-limits.js";
import type { PacedRequest, SentRequest } from "./paced-request.js";

/** On the way to the source requests may come closer together than they were sent: hard windows are so much longer. */
const JITTER = 250;

/** The windows that a source counts requests in: what has been sent, and when the next one may be. */
export class PacingWindows {
  private readonly rules: readonly PacingRule[];
  private readonly longest: number;
  private sent: SentRequest[] = [];

  constructor(rules: readonly PacingRule[]) {
    this.rules = rules.filter(({ counts }) => counts !== "messages");
    this.longest = Math.max(0, ...this.rules.map(lengthOf));
  }

  /** In the order of their instants. One that lies in the future, for a clock has been put back, counts as of now. */
  add(requests: readonly SentRequest[], now: Instant): void {
    for (const { request, at } of requests) this.sent.push({ request, at: Math.min(at, now) });
    let gone = 0;
    while (gone < this.sent.length && now - this.sent[gone].at >= this.longest) gone++;
    if (gone > 0) this.sent = this.sent.slice(gone);
  }

  /**
   * The first instant at which a request may be sent: no window will hold more than its rule allows, or nothing but
   * this one, where it counts for more than that by itself.
   */
  earliest(request: PacedRequest): Instant {
    let earliest = -Infinity;
    for (const rule of this.rules) earliest = Math.max(earliest, this.free(rule, request));
    return earliest;
  }

  /** When so many of the latest requests have left the window that there is room for this one. */
  private free(rule: PacingRule, request: PacedRequest): Instant {
    if (rule.smallBarsOnly && !request.small) return -Infinity;
    let room = rule.most - costIn(rule, request);
    for (let i = this.sent.length - 1; i >= 0; i--) {
      const { request: other, at } = this.sent[i];
      if (!countsWith(rule, request, other)) continue;
      room -= costIn(rule, other);
      if (room < 0) return at + lengthOf(rule);
    }
    return -Infinity;
  }
}

function lengthOf({ window, hard }: PacingRule): number {
  return hard ? window + JITTER : window;
}

function costIn(rule: PacingRule, request: PacedRequest): number {
  return rule.counts === "requests" ? request.cost : 1;
}

function countsWith(rule: PacingRule, one: PacedRequest, other: PacedRequest): boolean {
  if (rule.smallBarsOnly && !other.small) return false;
  if (rule.counts === "identical requests") return one.identity === other.identity;
  return rule.counts === "requests" || one.family === other.family;
}
