import type { Broker } from "./broker.js";
import type { LocalTime } from "./calendar/schedule.js";
import type { Sessions } from "./calendar/sessions.js";
import type { Desk } from "./desk.js";
import type { Evidence } from "./evidence.js";
import type { Feed } from "./feed.js";
import type { GuardSettings } from "./guards/index.js";
import type { LogSink } from "./log.js";
import type { CorporateActions } from "./market/corporate-actions.js";
import type { Strategy } from "./strategy.js";

/** What a run is made of. Money is in the base currency, instants in epoch ms UTC. */
export interface EngineOptions {
  readonly feed: Feed;
  readonly broker: Broker;
  readonly strategy: Strategy;
  /** The desk the strategy was constructed at. */
  readonly desk: Desk;
  /** Sessions of each instrument, by its index. */
  readonly sessions: readonly Sessions[];
  readonly cash: number;
  readonly baseCurrency: string;
  /** Base currency for one unit of a currency, where no forex pair of the run tells it. */
  readonly rates?: Readonly<Record<string, number>>;
  readonly guards?: GuardSettings | false;
  /** What a paper or live session knows of its connection and its market data; a replay has none. */
  readonly evidence?: Evidence;
  /** The strategy begins with the first event after this instant, once it is warm. Default: as soon as it is warm. */
  readonly from?: number;
  readonly seed?: number;
  readonly log?: LogSink;
  /** Whether equity is kept of every instant, as the result of a run has it. Default true. */
  readonly keepsEquity?: boolean;
  /** Catch bars that are kept beyond their handler. */
  readonly strict?: boolean;
  readonly state?: Record<string, unknown>;
  /** Splits and dividends that prices do not have in them, by the instrument's index. */
  readonly actions?: readonly CorporateActions[];
  /** The strategy is handed only the bar sizes that are subscribed to; others fill orders. Default false. */
  readonly onlySubscribed?: boolean;
  /** For each instrument, by its index, what a time of day on the date of a session is as an instant. */
  readonly localTime?: (instrument: number) => LocalTime;
}
