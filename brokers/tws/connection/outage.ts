import { type Instant, MINUTE } from "../../../core/market/bar-size.js";
import type { ResetWindow } from "../../ib/reset-windows.js";
import { endOfReset, type OffsetAt } from "./reset-window-at.js";

/** A time without TWS or without IB behind it. */
export interface OutageTold {
  readonly since: Instant;
  /** What was lost. */
  readonly of: "connection" | "upstream";
  /** When IB's reset that it may belong to ends; undefined where it belongs to none. */
  readonly expectedUntil: Instant | undefined;
  /** Whether somebody should look: it belongs to no reset, or has outlived it. */
  readonly isOverdue: boolean;
}

/** A reset may end a little late. */
const GRACE = 2 * MINUTE;

/**
 * Watches how long an outage lasts. One in a reset window is expected, and no excuse: it is told again as overdue when
 * it has outlived the window, for nobody would look at a session that rests for three days otherwise.
 */
export class OutageWatch {
  private readonly windows: readonly ResetWindow[];
  private readonly offsetAt: OffsetAt;
  private readonly tell: (outage: OutageTold) => void;
  private timer: NodeJS.Timeout | undefined;
  private since: Instant | undefined;

  constructor(windows: readonly ResetWindow[], offsetAt: OffsetAt, tell: (outage: OutageTold) => void) {
    this.windows = windows;
    this.offsetAt = offsetAt;
    this.tell = tell;
  }

  /** Something is lost; a second loss belongs to the first. */
  begin(of: OutageTold["of"]): void {
    if (this.since !== undefined) return;
    const since = Date.now();
    this.since = since;
    const expectedUntil = endOfReset(since, this.windows, this.offsetAt);
    this.tell({ since, of, expectedUntil, isOverdue: expectedUntil === undefined });
    if (expectedUntil === undefined) return;
    this.timer = setTimeout(
      () => this.tell({ since, of, expectedUntil, isOverdue: true }),
      expectedUntil + GRACE - since,
    );
    this.timer.unref();
  }

  /** All is there again. */
  end(): void {
    clearTimeout(this.timer);
    this.since = undefined;
  }
}
