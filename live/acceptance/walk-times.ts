import { SECOND } from "../../core/market/bar-size.js";

/** How long a walk waits, in milliseconds. */
export interface WalkTimes {
  /** For an answer. */
  readonly answer: number;
  /** For something of the market: a quote, a trade, a bar. */
  readonly market: number;
  readonly fill: number;
  /** For whatever comes behind the message that was waited for. */
  readonly settle: number;
  readonly reconnect: number;
}

export const WALK_TIMES: WalkTimes = {
  answer: 10 * SECOND,
  market: 15 * SECOND,
  fill: 30 * SECOND,
  settle: 0.7 * SECOND,
  reconnect: 90 * SECOND,
};
