import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import { type Evidence, NO_FRESH_QUOTE } from "../../core/evidence.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Denial } from "../../core/orders/denial.js";

export interface EvidenceParts {
  readonly connection: TwsConnection;
  readonly feed: TwsFeed;
  /** Whether the journal has been held against the broker since the connection is there. */
  readonly isReconciled: () => boolean;
  /** Why an instrument is blocked. */
  readonly blocked: (instrument: number) => Denial | undefined;
  /** Milliseconds that the broker's clock is ahead of the machine's; 0 where time is simulated. */
  readonly clockSkew: () => number;
}

/** What the guards are told of the session: of its connection, its market data and its reconciliation. */
export class SessionEvidence implements Evidence {
  private readonly parts: EvidenceParts;

  constructor(parts: EvidenceParts) {
    this.parts = parts;
  }

  connection(instrument: number): string {
    const { connection, feed, isReconciled } = this.parts;
    const { state } = connection;
    if (state === "upstream lost") return "upstream";
    if (state === "synchronising") return "reconciling";
    if (state !== "ready" && state !== "degraded") return "socket";
    if (!isReconciled()) return "reconciling";
    const problem = feed.problem(instrument);
    if (problem !== "") return problem.replaceAll(" ", "-");
    return feed.hasQuotes[instrument] && !feed.hasFreshQuote(instrument) ? NO_FRESH_QUOTE : "";
  }

  dataType(instrument: number): number {
    return this.parts.feed.dataType(instrument);
  }

  isHalted(instrument: number): boolean {
    return this.parts.feed.isHalted(instrument);
  }

  unchangedSince(instrument: number): Instant {
    return this.parts.feed.unchangedSince(instrument);
  }

  get clockSkew(): number {
    return this.parts.clockSkew();
  }

  blocked(instrument: number): Denial | undefined {
    return this.parts.blocked(instrument);
  }
}
