import type { Instant } from "../../../core/market/bar-size.js";
import { SMALL_BAR_MS } from "../../ib/bar-sizes.js";
import { PACING_RULES, type PacingRule } from "../../ib/pacing.js";

/** A historical request as the windows count it. */
export interface PacedRequest {
  /** What makes two requests identical. */
  readonly identity: string;
  /** Contract, exchange and kind of data. */
  readonly family: string;
  /** Bars' size in milliseconds; 0 for a head timestamp, which is paced as strictly as small bars. */
  readonly sizeMs: number;
  /** 2 for bars of bid and ask, which count twice. */
  readonly cost: number;
}

interface Past {
  readonly request: PacedRequest;
  readonly at: Instant;
}

/** The windows of IB's historical data service: requests that break one are refused, and counted all the same. */
export class HistoryPacing {
  /** How many requests broke each rule, by its name. */
  readonly broken = new Map<string, number>();
  /** The most that any window of each rule has held. */
  readonly highest = new Map<string, number>();
  private readonly rules: readonly PacingRule[] = PACING_RULES.filter(({ counts }) => counts !== "messages");
  private past: Past[] = [];

  /** Counts a request; answers the rule that it breaks. */
  take(request: PacedRequest, now: Instant): PacingRule | undefined {
    const longest = Math.max(...this.rules.map(({ window }) => window));
    this.past = this.past.filter(({ at }) => now - at < longest);
    this.past.push({ request, at: now });
    let broken: PacingRule | undefined;
    for (const rule of this.rules) {
      if (rule.smallBarsOnly && request.sizeMs > SMALL_BAR_MS) continue;
      const held = this.held(rule, request, now);
      if (held > (this.highest.get(rule.name) ?? 0)) this.highest.set(rule.name, held);
      if (held <= rule.most) continue;
      this.broken.set(rule.name, (this.broken.get(rule.name) ?? 0) + 1);
      broken ??= rule;
    }
    return broken;
  }

  private held(rule: PacingRule, request: PacedRequest, now: Instant): number {
    let held = 0;
    for (const { request: other, at } of this.past) {
      if (now - at >= rule.window || (rule.smallBarsOnly && other.sizeMs > SMALL_BAR_MS)) continue;
      if (rule.counts === "identical requests" && other.identity !== request.identity) continue;
      if (rule.counts === "requests of one contract, exchange and kind" && other.family !== request.family) continue;
      held += rule.counts === "requests" ? other.cost : 1;
    }
    return held;
  }
}
