import { fill } from "../core/errors.js";
import type { Instant } from "../core/market/bar-size.js";

/** How much an alert matters: somebody has to act, should look, or may want to know. */
export const ALERT_LEVELS = ["act", "look", "note"] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

interface AlertEntry {
  readonly level: AlertLevel;
  /** What has happened, in one sentence. `{name}` is replaced by the detail of that name. */
  readonly sentence: string;
  /** What the session does about it by itself. */
  readonly session: string;
  /** What the operator does. */
  readonly remedy: string;
}

/** Everything a session may call somebody for. docs/runbook.md has an entry for each; a test holds the two together. */
export const ALERTS = {
  CONNECTION_LOST: {
    level: "look",
    sentence: "The connection to {place} is lost: {reason}.",
    session: "Denies new orders and tries again, ever more seldom, with the same client id.",
    remedy:
      "Look whether TWS or IB Gateway runs and is logged in; `seatrial doctor` finds out what is in the way. Orders at the broker go on working meanwhile.",
  },
  CONNECTION_ENDED: {
    level: "act",
    sentence: "The connection to {place} is given up: {reason}.",
    session: "Denies new orders, keeps positions and orders at the broker, and does not try again.",
    remedy: "Do what the reason says, then start the session again; it takes up where it was.",
  },
  UPSTREAM_LOST: {
    level: "look",
    sentence: "TWS has lost its connection to IB.",
    session: "Denies new orders until IB is back and a reconciliation has agreed.",
    remedy:
      "Around IB's daily reset wait a few minutes; otherwise look at IB's system status, and at the network of the machine TWS runs on.",
  },
  OUTAGE_OUTLIVED: {
    level: "act",
    sentence: "An outage that began at IB's reset has lasted {minutes} minutes, longer than a reset does.",
    session: "Goes on trying.",
    remedy: "Look at TWS itself: it may wait for a login. Positions are only protected by the orders at the broker.",
  },
  FARM_BROKEN: {
    level: "look",
    sentence: "The data farm {farm} is broken.",
    session: "Denies orders in the instruments that hang on it until it is back and they are quoted afresh.",
    remedy: "IB repairs farms within minutes as a rule; if it lasts, restart TWS.",
  },
  QUOTES_SILENT: {
    level: "look",
    sentence: "{symbol} has had no quote for {age}, though its market is open.",
    session: "Denies orders in it once the quote is stale, and subscribes again within its budget.",
    remedy: "Compare with TWS' own window; if it is quoted there, restart the session.",
  },
  QUOTES_FROZEN: {
    level: "look",
    sentence: "Bid, ask, last and sizes of {symbol} have not changed for {age}.",
    session: "Probes, then subscribes again, and denies orders in it meanwhile.",
    remedy: "Compare with TWS' own window. In a market that truly does not move, raise the limit for the instrument.",
  },
  DATA_NOT_REAL_TIME: {
    level: "act",
    sentence: "Market data of {symbol} is {type}, not real-time.",
    session: "Denies every order in it that does not reduce a position.",
    remedy:
      "Subscribe to the exchange's data in the Client Portal and share it with the paper account, or close the other session that has taken it.",
  },
  TRADING_HALTED: {
    level: "look",
    sentence: "Trading in {symbol} is halted.",
    session: "Denies orders in it until the halt is lifted and there is a fresh quote.",
    remedy: "Nothing, as a rule. Stops at the broker do not fill during a halt and may fill far away after it.",
  },
  HOURS_DIFFER: {
    level: "look",
    sentence: "{symbol} on {date}: the calendar has {calendar}, IB has {ib}.",
    session: "Trades while both have the market open, and looks every hour whether IB says something else.",
    remedy:
      "Look at what the exchange has announced. Where IB is right and closes early, nothing needs to be done; where the calendar is wrong, name another with `calendar`, or update Seatrial.",
  },
  HOURS_UNREAD: {
    level: "look",
    sentence: "The trading hours cannot be read again: {reason}.",
    session: "Goes by the hours it has read last, and by its calendar for the days behind them.",
    remedy: "Compare the hours of today with the exchange's. Report the text with the instrument.",
  },
  CLOCK_SKEWED: {
    level: "look",
    sentence: "The clock of this machine and the broker's differ by {seconds} s.",
    session: "Warns from 2 s on, denies every order from 10 s on.",
    remedy: "Turn on the machine's time synchronisation (NTP).",
  },
  MESSAGE_UNREAD: {
    level: "look",
    sentence: "A message of TWS could not be read: {problem}.",
    session: "Reconciles, for it may have been one of an order.",
    remedy: "Run the session with --record and send the file in; see whether TWS is newer than what is supported.",
  },
  POSITION_DIFFERS: {
    level: "act",
    sentence: "{symbol}: the journal has {journal}, the broker has {broker}.",
    session: "Blocks the instrument: orders that could increase its position are denied.",
    remedy:
      "Find out whose trade the difference is (TWS, Trades). `seatrial reconcile` looks again; `seatrial reconcile --difference {symbol}` gives it a name, which ends the block.",
  },
  FOREIGN_POSITION: {
    level: "note",
    sentence: "The account holds {quantity} {symbol} that no order of this session has made.",
    session: "Shows it and leaves it alone.",
    remedy: "If the session is to have it, `seatrial adopt {symbol}`.",
  },
  FOREIGN_OPPOSITE: {
    level: "act",
    sentence:
      "The session holds {own} {symbol}, and the account {quantity} that are not its own: closing the session's would leave those.",
    session:
      "Goes on with what it holds by its own orders: what its strategy closes may open the opposite at the broker. What is closed by force (kill switch, loss limit, flatten) is closed as far as the account holds it.",
    remedy:
      "Where the session's position was closed by hand, `seatrial adopt {symbol}` takes that into account: of the session's is left what both come to, and its orders that closed more are cut to that or cancelled. Where it is of another session or of yours, nothing needs to be done.",
  },
  FOREIGN_ORDER: {
    level: "note",
    sentence: "The account has a working order that is not this session's: {order}.",
    session: "Shows it and leaves it alone.",
    remedy: "If the session is to have it, `seatrial adopt {ref} --order`; otherwise whoever made it cancels it.",
  },
  INTENT_LOST: {
    level: "act",
    sentence: "Of the intent {ref} ({order}) the broker has no trace.",
    session:
      "Never sends it again, and denies orders that could increase the instrument's position until two full reconciliations agree that it was never there.",
    remedy:
      "Look for it in TWS. Where you know what became of it, `seatrial reconcile --settle {ref} --as gone`, or `--as filled` with its quantity and price.",
  },
  FILL_RECOVERED: {
    level: "look",
    sentence: "A fill of {order} was booked without its execution; its price {price} is an estimate.",
    session: "Counts the position right and marks the price as estimated.",
    remedy: "Take the true price from the account statement of that day; nothing needs to be done for trading.",
  },
  EXECUTION_CORRECTED: {
    level: "look",
    sentence: "The exchange has corrected the execution {execId}: {what}.",
    session: "Books the difference; position and cash follow the correction.",
    remedy: "Nothing, as a rule; look whether the strategy still wants the position it has.",
  },
  EXECUTION_BUSTED: {
    level: "act",
    sentence: "The exchange has taken the execution {execId} back: {what}.",
    session: "Takes it out of the position.",
    remedy:
      "The position is not what the strategy decided; look whether its exits still fit, and flatten if they do not.",
  },
  ORDER_REJECTED: {
    level: "look",
    sentence: "The broker has rejected {order}: {reason}.",
    session: "Tells the strategy; the order is not sent again.",
    remedy: "Look the code up in docs/troubleshooting.md; most often it is a permission, a price step or the margin.",
  },
  ENTRY_UNPROTECTED: {
    level: "act",
    sentence: "{stop} is not there: {reason}. Of {entry}, which it was to protect, {held} units are held without it.",
    session: "Cancels what the entry has not filled. What it has filled stays, with its take profit where it has one.",
    remedy:
      "Where units are held, place a stop in TWS or close them (`seatrial flatten`). Then look the code up in docs/troubleshooting.md: the next bracket may meet the same.",
  },
  ORDER_UNKNOWN: {
    level: "look",
    sentence: "{order} was sent {age} ago, and what became of it is not known.",
    session: "Asks for open orders, completed orders and executions; does not send it again.",
    remedy: "Wait for the reconciliation; if it stays, look for the order in TWS.",
  },
  ORDER_UNDEAD: {
    level: "act",
    sentence: "{order} works although it was told {end}.",
    session:
      "Cancels it, and denies orders that could increase the instrument's position until it has ended. Only an exit whose entry holds something that nothing else protects stays, and counts as working again; while its entry may still fill it is left as it is.",
    remedy:
      "See in TWS whether it is gone, or is an exit that protects a position of its size; where it is neither, cancel it there.",
  },
  ORDER_NOT_CANCELLABLE: {
    level: "act",
    sentence: "{order} cannot be cancelled from here: client id {client} has made it.",
    session: "Leaves it as it is, and counts what it fills.",
    remedy: "Cancel it in TWS, or start the session with that client id.",
  },
  CANCEL_REFUSED: {
    level: "act",
    sentence: "{order} is to end and could not be cancelled: {reason}.",
    session:
      "Counts it as working and looks at the account. Asks again after 10, 20 and 40 seconds, then every minute, until it has ended or need not any more.",
    remedy:
      "Look at it in TWS. Where it works, cancel it there: until then it may fill, and open what nobody wants. Where it is filled or gone, nothing needs to be done: the session hears of it when it looks at the account.",
  },
  GROUP_OVERFILLED: {
    level: "act",
    sentence: "{symbol}: {filled} units have filled of orders that were to fill {most} together ({orders}).",
    session: "Counts the position as it is, and tells the strategy of every fill.",
    remedy:
      "Nobody has asked for the units that are too many: look at the position, which may have turned round, and whether anything protects it; close them in TWS, or all of it with `seatrial flatten`.",
  },
  CHANGE_REFUSED: {
    level: "look",
    sentence: "{order} could not be changed: {reason}.",
    session: "Lets it work as it was, and tells the strategy the terms that it has.",
    remedy: "Look whether the price or the size is one that its exchange takes.",
  },
  COMMISSION_UNCONVERTED: {
    level: "look",
    sentence: "A commission of {amount} {currency} of {order} is booked as {as}: no rate is known.",
    session: "Counts the amount as it is.",
    remedy: "Say under `rates` in the configuration what {currency} is worth.",
  },
  UNTRADED: {
    level: "act",
    sentence: "The session has {what} in {symbol}, which this run does not trade.",
    session: "Leaves it alone, also when it flattens: no strategy looks after it, and orders at the broker work on.",
    remedy: "Start the session with {symbol} among its symbols, or close it in TWS.",
  },
  POSITION_UNBOOKED: {
    level: "act",
    sentence: "{symbol} has changed behind the strategy's back: {what}.",
    session: "Keeps it in the journal, and denies orders that could increase the position until the next start.",
    remedy: "Stop the session and start it again: it begins with the position as it is.",
  },
  STRATEGY_FAILED: {
    level: "act",
    sentence: "{handler} of {strategy} failed: {reason}.",
    session:
      "Stops the strategy: cancels its orders that could increase a position, keeps positions and their protective orders.",
    remedy:
      "Decide what becomes of the positions (`seatrial flatten` closes them), correct the strategy, start it again.",
  },
  KILL_SWITCH_ON: {
    level: "act",
    sentence: "The kill switch is on: {reason}.",
    session: "Has cancelled what could increase a position and denies every new order, after a restart too.",
    remedy: "When the reason is gone, `seatrial kill --release`.",
  },
  KILL_SWITCH_RELEASED: {
    level: "note",
    sentence: "The kill switch is off.",
    session: "Lets orders be made again.",
    remedy: "Nothing is to be done.",
  },
  LOSS_LIMIT: {
    level: "act",
    sentence: "The limit of {limit} is reached: {loss}.",
    session: "Denies entries; where the setting says so it has closed all positions.",
    remedy: "Look at the trades before the next day; raising the limit in the middle of a loss is seldom right.",
  },
  FLATTEN_INCOMPLETE: {
    level: "act",
    sentence: "{symbol} could not be closed: {reason}.",
    session:
      "Keeps its closing order here, which could otherwise turn the position round, and asks the broker again and again.",
    remedy:
      "Cancel by hand in TWS what the reason names: when it is gone, the session closes what is held then. Where it has ended, and TWS does not tell what it filled, look at the position in TWS and close it there.",
  },
  CLOSE_DISPUTED: {
    level: "act",
    sentence: "Of {symbol} only {held} of {wanted} units can be closed: {reason}.",
    session:
      "Closes what both the journal and the broker hold, so that nothing is turned round; what the kill switch, a loss limit or flatten was to close it closes once they agree, unless the strategy has opened a position there since.",
    remedy:
      "Look at the position in TWS. Where it is open and without a stop, close it there; then `seatrial reconcile`, or name the difference with `seatrial adopt`.",
  },
  SESSION_HANGS: {
    level: "act",
    sentence: "The session has stood still for {seconds} seconds: a handler of {strategy} does not return.",
    session:
      "Nothing: while the handler runs it can neither send nor hear nor show anything, and Ctrl-C and the kill switch reach it no more. Orders at the broker work on.",
    remedy:
      "End it with kill -9 {pid}; look at positions and orders in TWS; correct the strategy and start it again: it takes up where it was.",
  },
  JOURNAL_FAILED: {
    level: "act",
    sentence: "The journal cannot be written: {reason}.",
    session:
      "Sends nothing that is not written down: every new order stays here. Only cancels of what could increase a position still leave, such as those of the kill switch; exits stay.",
    remedy:
      "Make room or rights on that disk, then start the session again. A kill switch that was turned on meanwhile is not kept: turn it on again.",
  },
} as const satisfies Readonly<Record<string, AlertEntry>>;

export type AlertCode = keyof typeof ALERTS;

export interface Alert {
  readonly code: AlertCode;
  readonly at: Instant;
  readonly details: Readonly<Record<string, string | number>>;
}

/** What has happened, as a sentence. */
export function alertText({ code, details }: Pick<Alert, "code" | "details">): string {
  return fill(ALERTS[code].sentence, details);
}
