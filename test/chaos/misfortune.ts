import { FAULT_KINDS } from "../../brokers/gateway/faults/fault-plan.js";
import type { Random } from "../../core/random.js";
import { DIFFERENCE_NAMES } from "../../live/session-control.js";
import { drawMoment, type TimeWindow } from "../random-strategy.js";
import type { OrderAdoption, TheirDeed, TheirOrder } from "./their-orders.js";

/** Something that goes wrong in a run. Times are ms after its beginning. */
export type Misfortune =
  /** A fault of the gateway, as its plans say it. */
  | { readonly kind: "fault"; readonly fault: Readonly<Record<string, string | number | boolean>> }
  /** The session's program is killed, at a time or in front of its n-th write to a socket, and started again. */
  | { readonly kind: "kill"; readonly at: number; readonly down: number }
  | { readonly kind: "kill at write"; readonly at: number; readonly write: number; readonly down: number }
  /** The same, right behind the n-th commit to its books, counted from a time on. */
  | { readonly kind: "kill at commit"; readonly at: number; readonly commit: number; readonly down: number }
  /** Somebody turns the kill switch of the session on that runs, to have all positions closed as well or not. */
  | { readonly kind: "kill switch"; readonly at: number; readonly flatten: boolean }
  /** Somebody trades in the account beside the session. */
  | TradeByHand
  /** Somebody tells the session whose the difference is. */
  | OperatorWord
  /** Another client makes an order, and does something with it; an operator has the session take it over. */
  | TheirOrder
  | TheirDeed
  | OrderAdoption
  /** The network breaks: what is on its way is lost, and both ends hear of it so much later. */
  | { readonly kind: "sever"; readonly at: number; readonly heard: number }
  /** The network stands still for so long, and loses nothing. */
  | { readonly kind: "stall"; readonly at: number; readonly lasts: number };

/**
 * Somebody closes so large a share of what the account holds of a symbol, and buys so many units beside, sold where below
 * zero; or has such a share moved to another account, which no execution tells of.
 */
export interface TradeByHand {
  readonly kind: "by hand";
  readonly at: number;
  readonly symbol: string;
  readonly share: number;
  readonly units: number;
  readonly isTransfer: boolean;
}

/** What an operator tells a session, where it can be told: to adopt what others hold, or what a difference is called. */
export interface OperatorWord {
  readonly kind: "operator";
  readonly at: number;
  readonly symbol: string;
  readonly as: "adopted" | (typeof DIFFERENCE_NAMES)[number];
  /** Whether the session is to look at the account first. */
  readonly looks: boolean;
}

export interface MisfortuneBounds {
  /** The stretches of time in which they all begin. */
  readonly windows: readonly TimeWindow[];
  /** The longest that something may last, in ms. */
  readonly longest: number;
  readonly count: number;
  readonly symbols: readonly string[];
  /** Milliseconds between two ticks of the market: what a strategy does it does just behind one. */
  readonly ticks: number;
  /** Kinds of faults that are not drawn. */
  readonly without?: readonly string[];
}

/** Milliseconds that most things last at most. */
const SHORT = 240_000;

/** Requests that a fault may follow. */
const REQUESTS = ["placeOrder", "placeOrder", "placeOrder", "cancelOrder", "allOpenOrders", "executions"];

export function drawMisfortunes(random: Random, bounds: MisfortuneBounds): Misfortune[] {
  return Array.from({ length: bounds.count }, () => drawMisfortune(random, bounds));
}

function drawMisfortune(random: Random, bounds: MisfortuneBounds): Misfortune {
  const at = drawTime(random, bounds);
  const long = random.int(4) === 0 ? bounds.longest : SHORT;
  // Half of those that start again do so at once.
  const down = random.int(2) === 0 ? 500 : random.int(long);
  switch (random.int(10)) {
    case 0:
      return { kind: "kill", at, down };
    case 1:
      return { kind: "kill at write", at, write: 1 + random.int(8), down };
    case 2:
      return { kind: "kill at commit", at, commit: 1 + random.int(8), down };
    case 3:
      return { kind: "sever", at, heard: random.int(3) === 0 ? random.int(SHORT) : random.int(500) };
    case 4:
      return { kind: "stall", at, lasts: random.int(60_000) };
    default: {
      const { without = [] } = bounds;
      const names = Object.keys(FAULT_KINDS).filter((name) => !without.includes(name));
      return { kind: "fault", fault: drawFault(random, at, long, names, bounds) };
    }
  }
}

export function drawKillSwitch(random: Random, bounds: Omit<MisfortuneBounds, "count">): Misfortune {
  return { kind: "kill switch", at: drawTime(random, bounds), flatten: random.int(2) === 0 };
}

/**
 * A trade by hand, with what an operator says of it later, if anything, and what goes wrong about then.
 * @param end when nobody says anything any more
 */
export function drawByHand(
  random: Random,
  bounds: Omit<MisfortuneBounds, "count">,
  end: number,
): [TradeByHand, ...Misfortune[]] {
  const one = <T>(choices: readonly T[]): T => choices[random.int(choices.length)];
  const at = drawTime(random, bounds);
  const symbol = one(bounds.symbols);
  const isBeside = random.int(4) === 0;
  const units = isBeside ? (random.int(2) === 0 ? 1 : -1) * (1 + random.int(200)) : 0;
  const share = isBeside ? 0 : one([1, 1, 0.5, random.int(100) / 100]);
  const isTransfer = !isBeside && random.int(3) === 0;
  const drawn: [TradeByHand, ...Misfortune[]] = [{ kind: "by hand", at, symbol, share, units, isTransfer }];
  let then = at;
  for (let words = one([0, 1, 1, 1, 2, 2]); words > 0; words--) {
    then = Math.min(end, then + random.int(one([3_000, 20_000, 60_000, SHORT])));
    const as = isTransfer
      ? one(DIFFERENCE_NAMES)
      : one(["adopted", "adopted", "adopted", one(DIFFERENCE_NAMES)] as const);
    const looks = random.int(isTransfer ? 4 : 2) > 0;
    drawn.push({ kind: "operator", at: then, symbol, as, looks });
    if (as === "foreign" && random.int(4) > 0)
      drawn.push({ kind: "operator", at: Math.min(end, then + 1_000), symbol, as: "adopted", looks: false });
    const near = Math.max(0, Math.min(end, then - 2_000 + random.int(4_000)));
    const down = random.int(2) === 0 ? 500 : random.int(60_000);
    switch (random.int(8)) {
      case 0:
        drawn.push({ kind: "kill", at: near, down });
        break;
      case 1:
        drawn.push({ kind: "kill at commit", at: then, commit: 1 + random.int(3), down });
        break;
      case 2:
        drawn.push({ kind: "kill at write", at: then, write: 1 + random.int(3), down });
        break;
      case 3:
        drawn.push({ kind: "sever", at: near, heard: random.int(20_000) });
        break;
      default:
    }
  }
  return drawn;
}

/** A fault of one of these kinds. */
export function drawFaultOf(
  random: Random,
  names: readonly string[],
  bounds: Omit<MisfortuneBounds, "count">,
): Misfortune & { readonly kind: "fault" } {
  const at = drawTime(random, bounds);
  const long = random.int(4) === 0 ? bounds.longest : SHORT;
  return { kind: "fault", fault: drawFault(random, at, long, names, bounds) };
}

/** Any moment; more often than not one at which something is likely to be under way. */
export function drawTime(random: Random, { windows, ticks }: Omit<MisfortuneBounds, "count">): number {
  const at = drawMoment(random, windows);
  return random.int(3) === 0 ? at : Math.floor(at / ticks) * ticks + random.int(400);
}

function drawFault(
  random: Random,
  at: number,
  long: number,
  names: readonly string[],
  { symbols }: Omit<MisfortuneBounds, "count">,
): Readonly<Record<string, string | number | boolean>> {
  const one = <T>(choices: readonly T[]): T => choices[random.int(choices.length)];
  const fault = one(names);
  const { lasts, fields } = FAULT_KINDS[fault];
  const when = random.int(3) === 0 ? { on: one(REQUESTS), count: 1 + random.int(8) } : { at: `+${at}ms` };
  const drawn: Record<string, string | number | boolean> = { fault, ...when };
  if (lasts !== undefined) drawn.for = `${1_000 + random.int(long)}ms`;
  for (const [name, { kind }] of Object.entries(fields)) {
    if (name === "symbol") drawn[name] = one(symbols);
    else if (name === "times") drawn[name] = 1 + random.int(3);
    else if (name === "bytes") drawn[name] = 1 + random.int(20);
    else if (name === "quantity") drawn[name] = 1 + random.int(100);
    else if (kind === "yes or no") drawn[name] = random.int(2) === 0;
    else if (name === "code" && fault === "refuse-cancel") drawn[name] = one([161, 10148]);
    else if (kind === "duration") drawn[name] = `${random.int(120_000)}ms`;
    else if (Array.isArray(kind)) drawn[name] = one(kind as readonly string[]);
  }
  return drawn;
}
