import type { ConnectionState } from "../brokers/tws/connection/connection-events.js";
import type { Instant } from "../core/market/bar-size.js";
import type { OrderStatus, OrderType, TimeInForce } from "../core/orders/kinds.js";
import type { AlertCode } from "./alerts.js";

/** Against what a session trades: a simulated gateway of its own, a paper account at IB, or real money. */
export const SESSION_MODES = ["simulated", "paper", "live"] as const;
export type SessionMode = (typeof SESSION_MODES)[number];

export const SESSION_STATES = ["starting", "warming up", "running", "stopping", "stopped"] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/**
 * A session as it stands at one instant: plain data that survives JSON, made for the screen, for commands and for the
 * dashboard. Instants are epoch ms UTC by the session's own clock, ages and waits milliseconds of it, prices in the
 * instrument's currency, amounts in the account's. What is not known is null, never NaN.
 */
export interface SessionView {
  readonly name: string;
  readonly mode: SessionMode;
  readonly state: SessionState;
  /** Why its strategy has failed, in a sentence: the session goes on without it. Null where it has not. */
  readonly failure: string | null;
  readonly strategy: StrategyView;
  /** Masked: its letters are true, its digits are not. */
  readonly account: string;
  readonly currency: string;
  /** Of the process, on the machine's clock. */
  readonly startedAt: Instant;
  /** The session's time, which goes on while nothing comes: the broker's clock live, the simulated one otherwise. */
  readonly now: Instant;
  readonly connection: ConnectionView;
  readonly quotes: readonly QuoteView[];
  /** What the session's own orders have made. */
  readonly positions: readonly PositionView[];
  /** What the account holds beside it. */
  readonly foreign: readonly ForeignPositionView[];
  readonly money: MoneyView;
  /** Those that may still fill, held ones included, the oldest first. */
  readonly orders: readonly OrderView[];
  /** Working orders of the account that are not this session's. */
  readonly foreignOrders: readonly OrderView[];
  /** The latest, the newest first. */
  readonly fills: readonly FillView[];
  readonly trips: readonly TripView[];
  readonly blocks: readonly BlockView[];
  readonly lostIntents: readonly LostIntentView[];
  readonly killSwitch: KillSwitchView;
  readonly reconciliation: ReconciliationView | null;
  /** What somebody should look at, the newest first. */
  readonly alerts: readonly AlertView[];
}

export interface StrategyView {
  /** The class. */
  readonly name: string;
  readonly file: string;
  /** What the launch ladder knows this version by. */
  readonly hash: string;
  readonly params: Readonly<Record<string, number | string | boolean>>;
}

export interface ConnectionView {
  /** Where the gateway is, as host:port. */
  readonly place: string;
  readonly state: ConnectionState;
  readonly since: Instant;
  /** Why it is not ready; "" where it is. */
  readonly reason: string;
  /** When the next attempt is made. */
  readonly nextAttemptAt: Instant | null;
  readonly farmsBroken: readonly string[];
  /** IB's market data type: 1 real-time, 2 frozen, 3 delayed, 4 both; the worst of all instruments. */
  readonly dataType: number | null;
  /** Milliseconds between the broker's clock and the machine's. */
  readonly clockSkew: number | null;
  /** Lines of market data in use, and how many there are. */
  readonly lines: { readonly used: number; readonly of: number };
}

export interface QuoteView {
  readonly symbol: string;
  readonly bid: number | null;
  readonly ask: number | null;
  readonly last: number | null;
  /** Since the latest of its quotes. */
  readonly age: number | null;
  /** Whether the guard would stop an order for it now. */
  readonly isStale: boolean;
  readonly isHalted: boolean;
}

export interface PositionView {
  readonly symbol: string;
  /** Signed units. */
  readonly quantity: number;
  readonly averagePrice: number;
  readonly mark: number | null;
  readonly unrealised: number | null;
  readonly realised: number | null;
  /**
   * Whether the session has it from an earlier run and this one does not trade it: nothing looks after it, and no
   * command closes it. False where no session runs.
   */
  readonly isUntraded: boolean;
}

export interface ForeignPositionView {
  readonly symbol: string;
  /** Signed units that no order of this session has made. */
  readonly quantity: number;
  readonly averagePrice: number | null;
}

/** In the account's currency. */
export interface MoneyView {
  readonly equity: number | null;
  /** Since the day began at its exchange. */
  readonly day: number | null;
  /** Since the session was first started. */
  readonly session: number | null;
  readonly fees: number;
}

export interface OrderView {
  /** What the journal and the broker know it by. */
  readonly ref: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: OrderType;
  readonly tif: TimeInForce;
  readonly quantity: number;
  readonly filled: number;
  readonly limit: number | null;
  readonly stop: number | null;
  readonly status: OrderStatus;
  /** Since it was made. */
  readonly age: number;
  /** Whether it is attached to a position or to another order: an exit of a bracket. */
  readonly isExit: boolean;
  /** As of a position: no command cancels it. False of a foreign order. */
  readonly isUntraded: boolean;
}

export interface FillView {
  readonly at: Instant;
  readonly ref: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: number;
  readonly price: number;
  /** Null until the broker has told it. */
  readonly fee: number | null;
  /** Booked from a change of position, for its execution can no longer be had; the price is an estimate. */
  readonly isRecovered: boolean;
}

/** Trips of one code. */
export interface TripView {
  readonly code: string;
  readonly count: number;
  readonly last: {
    readonly at: Instant;
    readonly symbol: string;
    /** As the guard tells it, such as "STALE_QUOTE: age=75s limit=60s". */
    readonly reason: string;
  };
}

/** An instrument that takes no order that could increase its position. */
export interface BlockView {
  readonly symbol: string;
  readonly since: Instant;
  readonly reason: string;
}

/** An intent that was written down and of which the broker has no trace. */
export interface LostIntentView {
  readonly ref: string;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: number;
  readonly since: Instant;
}

export type KillSwitchView =
  | { readonly isOn: false }
  | {
      readonly isOn: true;
      readonly reason: string;
      readonly since: Instant;
      /** Whether positions were, or are being, closed as well. */
      readonly flatten: boolean;
    };

export interface ReconciliationView {
  readonly at: Instant;
  /** Whether journal and broker agreed in everything. */
  readonly agreed: boolean;
  /** One sentence for each thing in which they did not. */
  readonly differences: readonly string[];
}

export interface AlertView {
  readonly code: AlertCode;
  readonly at: Instant;
  /** The sentence of its table, with the details of the case. */
  readonly text: string;
}
