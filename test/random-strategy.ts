import type { Random } from "../core/random.js";
import type { Instant, OrderOptions, OrderType, Side, StrategyClass } from "../index.js";
import { type Plan, scripted, type Trader } from "./scripted.js";

/** Types of orders that can stand alone at any time of a session. */
const TYPES = [
  "market",
  "market",
  "limit",
  "limit",
  "stop",
  "stop-limit",
  "trailing-stop",
  "trailing-stop-limit",
  "market-if-touched",
  "limit-if-touched",
] as const satisfies readonly OrderType[];
const ENTRIES = ["market", "limit", "stop"] as const;
const CLOSES = "closes";
/** Of an order that is good till a date, in ms. */
const LONGEST_GTD = 900_000;
const TIFS = ["DAY", "GTC", "GTC", "GTD", "IOC", "FOK"] as const;

/**
 * One thing that a random strategy does: `at` so many ms after its beginning, at the first event of the instrument from
 * then on. Prices are said as fractions of the price of that moment, above zero on the side of a worse price for whoever
 * makes the order; `which` counts the orders that work for the instrument, around and around.
 */
export type Decision = { readonly at: number; readonly symbol: string } & (
  | {
      readonly does: "order";
      readonly side: Side;
      readonly quantity: number;
      readonly type: (typeof TYPES)[number];
      /** Of its stop, or of its limit where it has none. */
      readonly away: number;
      readonly tif: (typeof TIFS)[number];
      /** Of a GTD order, in ms. */
      readonly lasts: number;
    }
  | {
      readonly does: "bracket";
      readonly side: Side;
      readonly quantity: number;
      readonly entry: (typeof ENTRIES)[number];
      readonly away: number;
      readonly loss: number;
      readonly profit: number;
      readonly trails: boolean;
    }
  | { readonly does: "oco"; readonly side: Side; readonly quantity: number; readonly away: number }
  | { readonly does: "child"; readonly side: Side; readonly quantity: number; readonly which: number }
  | { readonly does: "target"; readonly quantity: number }
  | {
      readonly does: "modify";
      readonly which: number;
      /** 0 leaves it as it is. */
      readonly quantity: number;
      readonly away: number;
    }
  | { readonly does: "cancel"; readonly which: number }
  | { readonly does: "cancel all" }
  | { readonly does: "close" }
);

/** A stretch of a run: it begins `at` ms after the run's beginning, and lasts so many ms. */
export interface TimeWindow {
  readonly at: number;
  readonly lasts: number;
}

/** A moment in one of the stretches, each as likely, in ms after the beginning. */
export function drawMoment(random: Random, windows: readonly TimeWindow[]): number {
  const { at, lasts } = windows[random.int(windows.length)];
  return at + random.int(lasts);
}

export interface DecisionBounds {
  readonly symbols: readonly string[];
  /** The stretches of time in which they all lie. */
  readonly windows: readonly TimeWindow[];
  readonly count: number;
  /** The largest order, in units. */
  readonly mostUnits: number;
  /** How far prices lie from the market at most, as a fraction. */
  readonly away: number;
}

/** Decisions drawn by chance, in order of time. */
export function drawDecisions(random: Random, bounds: DecisionBounds): Decision[] {
  const drawn = Array.from({ length: bounds.count }, () => drawDecision(random, bounds));
  return drawn.sort((a, b) => a.at - b.at);
}

function drawDecision(random: Random, { symbols, windows, mostUnits, away }: DecisionBounds): Decision {
  const one = <T>(choices: readonly T[]): T => choices[random.int(choices.length)];
  const base = { at: drawMoment(random, windows), symbol: one(symbols) };
  const side = one(["buy", "sell"] as const);
  const quantity = 1 + random.int(mostUnits);
  const near = (): number => Math.round(random.normal() * 0.5 * away * 1e6) / 1e6;
  const far = (): number => Math.round(away * (0.2 + random.next()) * 1e6) / 1e6;
  const which = random.int(6);
  switch (random.int(16)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4: {
      const type = one(TYPES);
      const tif = type === "market" || type === "limit" ? one(TIFS) : one(TIFS.slice(0, 4));
      return {
        ...base,
        does: "order",
        side,
        quantity,
        type,
        away: near(),
        tif,
        lasts: 1_000 + random.int(LONGEST_GTD),
      };
    }
    case 5:
    case 6:
    case 7: {
      const entry = one(ENTRIES);
      const trails = random.int(4) === 0;
      return { ...base, does: "bracket", side, quantity, entry, away: far(), loss: far(), profit: far(), trails };
    }
    case 8:
      return { ...base, does: "oco", side, quantity, away: far() };
    case 9:
      return { ...base, does: "child", side, quantity, which };
    case 10:
      return { ...base, does: "target", quantity: random.int(2 * mostUnits + 1) - mostUnits };
    case 11:
    case 12:
      return { ...base, does: "modify", which, quantity: random.int(2) * quantity, away: near() };
    case 13:
      return { ...base, does: "cancel", which };
    case 14:
      return { ...base, does: "cancel all" };
    default:
      return { ...base, does: "close" };
  }
}

/**
 * The class of a strategy that does what was decided, on bars or on quotes. Of one that begins late, such as after a
 * restart, what should have been done before is not done.
 * @param start the instant that decisions count from
 * @param done hears of every decision that was carried out
 */
export function deciding(
  decisions: readonly Decision[],
  start: Instant,
  on: "bars" | "quotes",
  done: (decision: Decision) => void = () => undefined,
): StrategyClass {
  const places = new WeakMap<Trader, Map<string, number>>();
  const bySymbol = new Map<string, Decision[]>();
  for (const one of decisions) bySymbol.set(one.symbol, [...(bySymbol.get(one.symbol) ?? []), one]);
  const act = (trader: Trader, symbol: string): void => {
    const own = bySymbol.get(symbol);
    const place = places.get(trader);
    if (own === undefined || place === undefined) return;
    let next = place.get(symbol) ?? 0;
    for (; next < own.length && start + own[next].at <= trader.clock.now; next++) {
      carryOut(trader, own[next]);
      done(own[next]);
    }
    place.set(symbol, next);
  };
  const plan: Plan = {
    onStart(trader) {
      const late = (own: readonly Decision[]): number => own.filter(({ at }) => start + at < trader.clock.now).length;
      places.set(trader, new Map([...bySymbol].map(([symbol, own]) => [symbol, late(own)])));
    },
    ...(on === "bars"
      ? { onBar: (trader, bar) => act(trader, bar.instrument.symbol) }
      : { onQuote: (trader, quote) => act(trader, quote.instrument.symbol) }),
  };
  return scripted(plan);
}

/** Does one thing, where it can be done. */
function carryOut(trader: Trader, decision: Decision): void {
  const { symbol } = decision;
  const price = trader.price(symbol);
  if (!(price > 0)) return;
  const level = (side: Side, fraction: number): number =>
    Math.max(0.01, Math.round(price * (1 + (side === "buy" ? fraction : -fraction)) * 100) / 100);
  // What is being cancelled is gone at once in a backtest, and on its way out elsewhere.
  const working = trader.workingOrders(symbol).filter(({ status }) => status !== "pending cancel");
  switch (decision.does) {
    case "order": {
      const { side, quantity, tif, lasts } = decision;
      const till = tif === "GTD" ? { tif, goodTill: trader.clock.now + lasts } : { tif };
      trader[side](symbol, quantity, { ...pricesOf(decision.type, level(side, decision.away), price), ...till });
      return;
    }
    case "bracket": {
      const { side, quantity, entry, away, loss, profit, trails } = decision;
      const at = entry === "market" ? price : level(side, entry === "stop" ? away : -away);
      const sign = side === "buy" ? 1 : -1;
      const beyond = (fraction: number): number => Math.max(0.01, Math.round(at * (1 + sign * fraction) * 100) / 100);
      const [stopLoss, takeProfit] = [beyond(-loss), beyond(profit)];
      if (!(sign * (takeProfit - at) > 0 && sign * (at - stopLoss) > 0)) return;
      const exits = { takeProfit, ...(trails ? { trailingStop: Math.abs(at - stopLoss) } : { stopLoss }) };
      trader.bracket(symbol, side, quantity, { ...exits, ...(entry !== "market" && { [entry]: at }) });
      return;
    }
    case "oco": {
      const { side, quantity, away } = decision;
      const both = { instrument: symbol, side, quantity, tif: "GTC" } as const;
      trader.oco([
        { ...both, limit: level(side, -away) },
        { ...both, stop: level(side, away) },
      ]);
      return;
    }
    case "child": {
      const parent = working[decision.which % working.length];
      if (parent === undefined) return;
      const { side, quantity } = decision;
      trader.submit({ instrument: symbol, side, quantity, limit: level(side, -0.001), tif: "GTC", parent });
      return;
    }
    case "target":
      trader.target(symbol, decision.quantity);
      return;
    case "modify": {
      // One that closes a position never fills more than that in a backtest, which no broker knows of.
      const changeable = working.filter(({ tag }) => tag !== CLOSES);
      const order = changeable[decision.which % changeable.length];
      if (order === undefined) return;
      const { quantity, away } = decision;
      const moved = level(order.side, away);
      const prices = order.type === "stop" ? { stop: moved } : order.type === "limit" ? { limit: moved } : {};
      if (quantity === 0 && Object.keys(prices).length === 0) return;
      trader.modify(order, { ...prices, ...(quantity > 0 && { quantity }) });
      return;
    }
    case "cancel":
      if (working.length > 0) trader.cancel(working[decision.which % working.length]);
      return;
    case "cancel all":
      trader.cancelAll(symbol);
      return;
    case "close":
      trader.closePosition(symbol, { tag: CLOSES });
  }
}

function pricesOf(type: (typeof TYPES)[number], level: number, price: number): OrderOptions {
  const cent = (value: number): number => Math.max(0.01, Math.round(value * 100) / 100);
  switch (type) {
    case "market":
      return {};
    case "limit":
      return { limit: level };
    case "stop":
    case "market-if-touched":
      return { type, stop: level };
    case "stop-limit":
    case "limit-if-touched":
      return { type, stop: level, limit: level };
    case "trailing-stop":
      return { trail: cent(Math.abs(level - price)) };
    case "trailing-stop-limit":
      return { trail: cent(Math.abs(level - price)), limitOffset: cent(Math.abs(level - price) / 4) };
  }
}
