import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import { Sessions } from "../../core/calendar/sessions.js";
import type { GuardSettings } from "../../core/guards/index.js";
import { type BarColumns, BarSeries } from "../../core/market/bar-series.js";
import { type Instant, MINUTE, SECOND } from "../../core/market/bar-size.js";
import { formatDenial } from "../../core/orders/denial.js";
import { type Asked, tapOrders } from "../../live/drill/broker-truth.js";
import { openSession } from "../../live/session/open-session.js";
import type { Session } from "../../live/session/session.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { gatewayData } from "../gateway/gateway-data.js";
import { type Plan, scripted, type Trader } from "../scripted.js";
import { type Judged, judgedBy } from "./judged.js";
import { setupFor } from "./sessions.js";

/** Minute bars of one stock over three sessions. */
const MARKET = gatewayData("synthetic:symbols=1,bars=1170,bar=1min,start=2020-01-06,seed=3");
const SYMBOL = "SYN1";
const [{ open: OPENS, close: CLOSES }] = MARKET.sessions;
/** Half an hour into the second session. */
const FROM = OPENS[1] + 30 * MINUTE;

/** Every guard stands in every run, with room for all that is not meant to be stopped. */
const ROOM: GuardSettings = {
  orderSize: 100_000,
  orderValue: 1e9,
  participation: 1e6,
  position: 1e6,
  exposure: 1e9,
  openOrders: 10_000,
  orderRate: { perSecond: 100 },
  dailyLoss: { amount: 1e6 },
  drawdown: { amount: 1e6 },
};

/** The market, but prices are worth `factor` times as much in the bars that begin so long behind FROM. */
function jumping(ms: number, factor: number): GatewayData {
  const series = MARKET.series.map((one) => {
    const scaled = (column: Float64Array): Float64Array =>
      column.map((price, row) => (one.start[row] >= FROM + ms ? Math.round(price * factor * 100) / 100 : price));
    const { instrument, size, start, end, volume } = one;
    const [open, high, low, close] = [one.open, one.high, one.low, one.close].map(scaled);
    return new BarSeries(instrument, size, { start, end, open, high, low, close, volume });
  });
  return { ...MARKET, series };
}

/** What a strategy wants with one of its turns; `n` counts them from 1 on. */
type Turn = (trader: Trader, n: number) => unknown;

/** Buys far below the market and only at once: no two orders are alike, and none of them fills. */
const farBelow: Turn = (trader, n) => trader.buy(SYMBOL, n, { limit: near(trader, 0.9), tif: "IOC" });

/** The same with another order in every second turn. */
function everySecond(other: Turn): Turn {
  return (trader, n) => (n % 2 === 0 ? other : farBelow)(trader, n);
}

/** The same behind an order in the 20th turn. */
function behind(first: Turn): Turn {
  return (trader, n) => (n === 20 ? first : farBelow)(trader, n);
}

function near(trader: Trader, fraction: number): number {
  return Math.round(trader.price(SYMBOL) * fraction * 100) / 100;
}

interface Run {
  readonly turn?: Turn;
  /** More that the strategy does. */
  readonly plan?: (turn: (trader: Trader) => void) => Plan;
  readonly settings?: GuardSettings;
  readonly faults?: readonly object[];
  readonly market?: GatewayData;
  readonly from?: Instant;
  /** Milliseconds from there on. */
  readonly lasts?: number;
  readonly gateway?: Partial<GatewayOptions>;
  /** Whether the guards stand as they do by default. */
  readonly isPlain?: true;
  /** What is done to the session behind the first of its turns at each of these times behind `from`. */
  readonly acts?: readonly (readonly [ms: number, act: (session: Session) => void])[];
}

interface Played {
  readonly session: Session;
  readonly gateway: Gateway;
  readonly judged: readonly Judged[];
  /** Orders that came to the gateway. */
  readonly asked: readonly Asked[];
}

/** Plays a session through a gateway. The strategy wants something at every quote. */
async function play(run: Run): Promise<Played> {
  const { turn = farBelow, settings, faults = [], market = MARKET, from = FROM, lasts = 5 * MINUTE } = run;
  const gateway = await Gateway.listen({
    data: market,
    port: 0,
    speed: "max",
    ticks: { every: 5 * SECOND, spread: 2 },
    from,
    faults: parseFaultPlan(faults),
    limits: { messageRate: false },
    ...run.gateway,
  });
  closeAfterTest(() => gateway.close());
  let n = 0;
  const want = (trader: Trader): void => {
    // What leaves at the very end would not come any more.
    if (trader.clock.now < from + lasts) turn(trader, ++n);
  };
  const strategy = scripted({ onQuote: want, ...run.plan?.(want) });
  const guards = run.isPlain === true ? {} : { ...ROOM, ...settings };
  const setup = setupFor(gateway, market, strategy, { guards });
  const connection = { ...setup.connection, times: { waits: [5] } };
  const session = await openSession({ ...setup, connection }, () => undefined);
  closeAfterTest(() => session.stop());
  const asked = tapOrders(gateway);
  const judged = judgedBy(session.parts.engine.guards);
  const acts = [...(run.acts ?? [])];
  const over = new Promise<void>((resolve) => {
    session.onTurn = () => {
      while (acts.length > 0 && session.now >= from + acts[0][0]) acts.shift()?.[1](session);
      if (session.now < from + lasts) return;
      session.onTurn = undefined;
      resolve();
    };
  });
  session.begin();
  await over;
  session.stop();
  return { session, gateway, judged, asked };
}

interface Case extends Run {
  /** The guard that stops an order, and the code of its denial. */
  readonly guard: string;
  readonly code: string;
  /** Why the first orders behind the cause are stopped. */
  readonly behind?: string;
  /** Whether the cause is there until the end. */
  readonly stays?: true;
}

const during = (fault: string): readonly object[] => [{ fault, at: "+2min", for: "50s" }];

const CASES: Readonly<Record<string, Case>> = {
  "the kill switch": {
    guard: "killSwitch",
    code: "KILL_SWITCH",
    acts: [
      [2 * MINUTE, (session) => session.kill("a test", false)],
      [3 * MINUTE, (session) => void session.releaseKill()],
    ],
  },
  "an upstream that is lost": {
    guard: "connection",
    code: "CONNECTION",
    faults: during("upstream-lost"),
    plan: (want) => ({ onStart: (trader) => trader.schedule({ every: 0.5 }, () => want(trader)) }),
  },
  "a closed market": {
    guard: "session",
    code: "SESSION_CLOSED",
    settings: { session: { closed: "deny" } },
    from: CLOSES[1] - 2 * MINUTE,
    lasts: OPENS[2] + 3 * MINUTE - CLOSES[1],
    plan: (want) => ({ onStart: (trader) => trader.schedule({ afterClose: 0.5 }, () => want(trader)) }),
  },
  "the last seconds of a session": {
    guard: "session",
    code: "SESSION_ENDING",
    settings: { session: { lastSeconds: 120 } },
    from: CLOSES[1] - 4 * MINUTE,
    lasts: OPENS[2] + 5 * MINUTE - CLOSES[1],
  },
  "an old quote": {
    guard: "staleQuote",
    code: "STALE_QUOTE",
    settings: { staleQuote: { stock: 20 } },
    faults: during("frozen-quotes"),
    plan: (want) => ({ onStart: (trader) => trader.schedule({ every: 0.1 }, () => want(trader)) }),
  },
  "delayed data": { guard: "dataType", code: "DATA_TYPE", faults: during("delayed-data") },
  "a missing price": { guard: "sentinelPrices", code: "NO_PRICE", faults: during("no-prices") },
  "a crossed quote": { guard: "crossedQuote", code: "CROSSED_QUOTE", faults: during("crossed-quotes") },
  "a wide quote": { guard: "crossedQuote", code: "WIDE_QUOTE", faults: during("wide-quotes") },
  "a jump": { guard: "priceJump", code: "PRICE_JUMP", market: jumping(2 * MINUTE, 1.12) },
  "a quote that stands still": {
    guard: "frozenQuote",
    code: "FROZEN_QUOTE",
    settings: { frozenQuote: { seconds: 20 } },
    faults: during("frozen-quotes"),
    plan: (want) => ({ onStart: (trader) => trader.schedule({ every: 0.1 }, () => want(trader)) }),
  },
  "a halt": { guard: "halted", code: "HALTED", faults: during("halt"), behind: "CONNECTION: reason=no fresh quote" },
  "a limit through the market": {
    guard: "priceBand",
    code: "PRICE_BAND",
    turn: everySecond((trader, n) => trader.buy(SYMBOL, n, { limit: near(trader, 1.06), tif: "IOC" })),
  },
  "an order of too many units": {
    guard: "orderSize",
    code: "ORDER_SIZE",
    settings: { orderSize: 1_000 },
    turn: everySecond((trader, n) => trader.buy(SYMBOL, 1_000 + n, { limit: near(trader, 0.9), tif: "IOC" })),
  },
  "an order that is worth too much": {
    guard: "orderValue",
    code: "ORDER_VALUE",
    settings: { orderValue: 100_000 },
    turn: everySecond((trader, n) => trader.buy(SYMBOL, 5_000 + n, { limit: near(trader, 0.9), tif: "IOC" })),
  },
  "an order of too much of the volume": {
    guard: "participation",
    code: "PARTICIPATION",
    settings: { participation: 0.5 },
    turn: everySecond((trader, n) => trader.buy(SYMBOL, 50_000 + n, { limit: near(trader, 0.9), tif: "IOC" })),
  },
  "an order without a trace": {
    guard: "blocked",
    code: "RECONCILE",
    faults: [{ fault: "lose-order", on: "placeOrder", count: 20 }],
  },
  "a position that would be too large": {
    guard: "position",
    code: "POSITION",
    settings: { position: 1_000 },
    turn: everySecond((trader, n) => trader.buy(SYMBOL, 1_000 + n, { limit: near(trader, 0.9), tif: "IOC" })),
  },
  "an exposure that would be too large": {
    guard: "exposure",
    code: "EXPOSURE",
    settings: { exposure: 100_000 },
    turn: everySecond((trader, n) => trader.buy(SYMBOL, 5_000 + n, { limit: near(trader, 0.9), tif: "IOC" })),
  },
  "too many open orders": {
    guard: "openOrders",
    code: "OPEN_ORDERS",
    settings: { openOrders: 3 },
    turn: (trader, n) =>
      n % 10 === 0 ? trader.cancelAll() : trader.buy(SYMBOL, n, { limit: near(trader, 0.9), tif: "GTC" }),
  },
  "decisions too close upon each other": {
    guard: "orderRate",
    code: "ORDER_RATE",
    settings: { orderRate: { perSecond: 1 } },
    gateway: { ticks: { every: 500, spread: 2 } },
    lasts: MINUTE,
  },
  "the same order again": {
    guard: "orderRate",
    code: "ORDER_REPEATED",
    gateway: { ticks: { every: 500, spread: 2 } },
    lasts: MINUTE,
    turn: (trader) => trader.buy(SYMBOL, 1, { limit: 1, tif: "IOC" }),
  },
  "a day's loss": {
    guard: "dailyLoss",
    code: "DAILY_LOSS",
    settings: { dailyLoss: { amount: 2 } },
    turn: behind((trader) => trader.buy(SYMBOL, 1_000)),
    stays: true,
  },
  "a fall from the peak": {
    guard: "drawdown",
    code: "DRAWDOWN",
    settings: { drawdown: { amount: 2 } },
    turn: behind((trader) => trader.buy(SYMBOL, 1_000)),
    stays: true,
  },
};

/** Instant and units, of orders that left and of those that came. */
const left = (judged: readonly Judged[]): string[] =>
  judged.filter(({ denial }) => denial === undefined).map(({ at, quantity }) => `${at} ${quantity}`);
const came = (asked: readonly Asked[]): string[] => asked.map(({ at, terms }) => `${at} ${terms.split(" ")[1]}`);

/** Why orders were denied, and which guards had something against them. */
function stopped(judged: readonly Judged[]): { readonly codes: string[]; readonly objectors: string[] } {
  const denied = judged.filter(({ denial }) => denial !== undefined);
  return {
    codes: [...new Set(denied.map(({ denial }) => denial?.code ?? ""))],
    objectors: [...new Set(denied.map(({ objectors }) => objectors.join(" ")))],
  };
}

describe("each guard of a session", () => {
  it.each(Object.entries(CASES))("is alone in stopping an order, for %s", async (_name, one) => {
    const { judged, asked } = await play(one);
    const caused = judged.filter(({ denial }) => denial === undefined || formatDenial(denial) !== one.behind);
    expect(stopped(caused)).toEqual({ codes: [one.code], objectors: [one.guard] });
    // Orders of the same kind leave before and behind it, and none but these came.
    const isDenied = judged.map(({ denial }) => denial !== undefined);
    expect(isDenied.indexOf(true)).toBeGreaterThan(0);
    if (one.stays !== true) expect(isDenied.lastIndexOf(false)).toBeGreaterThan(isDenied.indexOf(true));
    expect(came(asked)).toEqual(left(judged));
  });

  it("is alone in stopping an order, for clocks that differ", async () => {
    // The time of a session is that of its gateway, so this one lives in the present.
    const market = marketOfNow();
    const gateway = await Gateway.listen({
      data: market,
      port: 0,
      from: Date.now(),
      ticks: { every: 50, spread: 2 },
      beat: 20,
    });
    closeAfterTest(() => gateway.close());
    let n = 0;
    const { lockstep: _, ...setup } = setupFor(
      gateway,
      market,
      scripted({ onQuote: (trader) => farBelow(trader, ++n) }),
      { guards: ROOM },
    );
    const times = { heartbeat: { every: 50, wait: 10_000, misses: 3 } };
    const connection = { ...setup.connection, perSecond: 40, times };
    const session = await openSession({ ...setup, connection }, () => undefined);
    closeAfterTest(() => session.stop());
    const asked = tapOrders(gateway);
    const judged = judgedBy(session.parts.engine.guards);
    const phases: [ahead: number, isDenied: boolean][] = [
      [0, false],
      [20 * SECOND, true],
      [0, false],
    ];
    session.begin();
    for (const [ahead, isDenied] of phases) {
      gateway.faults.timeAhead = ahead;
      const from = judged.length;
      while (!judged.slice(from).some(({ denial }) => (denial !== undefined) === isDenied)) await soon();
    }
    const known = left(judged).length;
    while (asked.length < known) await soon();
    session.stop();
    expect(stopped(judged)).toEqual({ codes: ["CLOCK_SKEW"], objectors: ["clockSkew"] });
    const units = (orders: readonly string[]): string[] => orders.slice(0, known).map((order) => order.split(" ")[1]);
    expect(units(came(asked))).toEqual(units(left(judged)));
  });

  it("has a case here", async () => {
    const { session } = await play({ lasts: SECOND });
    const { names } = session.parts.engine.guards;
    const cases = new Set([...Object.values(CASES).map(({ guard }) => guard), "clockSkew"]);
    expect(names.filter((name) => !cases.has(name))).toEqual([]);
    expect(cases.size).toBe(names.length);
  });
});

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Minute bars from two hours ago until in an hour, in a session that lasts as long. */
function marketOfNow(): GatewayData {
  const HOUR = 60 * MINUTE;
  const open = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR;
  const close = open + 4 * HOUR;
  const bars = MARKET.series[0].slice(0, 240);
  const start = bars.start.map((_, row) => open + row * MINUTE);
  const end = start.map((instant) => instant + MINUTE);
  const date = Number(new Date(close).toISOString().slice(0, 10).replaceAll("-", ""));
  return {
    ...MARKET,
    series: [new BarSeries(bars.instrument, bars.size, { ...columnsOf(bars), start, end })],
    sessions: [new Sessions(Float64Array.of(open), Float64Array.of(close))],
    tradeDates: [Int32Array.of(date)],
  };
}

function columnsOf({ open, high, low, close, volume }: BarSeries): Omit<BarColumns, "start" | "end"> {
  return { open, high, low, close, volume };
}

/** A market that is not to be trusted, from two minutes on. */
interface Bad {
  readonly faults: readonly object[];
  /** Seconds behind FROM: in between nothing may leave. */
  readonly none: readonly [from: number, until: number];
}

const BAD: Readonly<Record<string, Bad>> = {
  // A quote may be a minute old.
  "quotes that stand still": {
    faults: [{ fault: "frozen-quotes", at: "+121s", for: "10min" }],
    none: [181, 721],
  },
  "data of a frozen kind": {
    faults: [{ fault: "frozen-data", at: "+121s", for: "5min" }],
    none: [121, 421],
  },
  "delayed data": {
    faults: [{ fault: "delayed-data", at: "+121s", for: "20min" }],
    none: [121, 1_321],
  },
  "prices of -1": {
    faults: [{ fault: "no-prices", at: "+121s", for: "5min" }],
    none: [121, 421],
  },
  // For a second bids may stand above asks.
  "crossed quotes": {
    faults: [{ fault: "crossed-quotes", at: "+121s", for: "5min" }],
    none: [122, 421],
  },
  "twenty minutes of silence over a socket that is up": {
    faults: [{ fault: "silence", at: "+121s", for: "20min" }],
    none: [181, 1_321],
  },
  "twenty minutes without market data, whose old prices are told again and again": {
    faults: [{ fault: "old-quotes", at: "+121s", for: "20min" }],
    none: [181, 1_321],
  },
  "a reconnect without prices": {
    faults: [
      { fault: "frozen-quotes", at: "+121s", for: "10min" },
      { fault: "cut", at: "+150s" },
    ],
    none: [150, 721],
  },
  "a reconnect with old prices": {
    faults: [
      { fault: "old-quotes", at: "+121s", for: "10min" },
      { fault: "cut", at: "+170s" },
      { fault: "cut", at: "+5min" },
    ],
    none: [181, 721],
  },
};

describe("a strategy that wants to trade at every second, by the guards as they are", () => {
  it.each(Object.entries(BAD))("sends nothing under %s", async (_name, { faults, none: [from, until] }) => {
    const plan = (want: (trader: Trader) => void): Plan => ({
      onStart: (trader) => trader.schedule({ every: 1 / 60 }, () => want(trader)),
    });
    const { asked, judged } = await play({ faults, plan, lasts: (until + 60) * SECOND, isPlain: true });
    const at = asked.map((one) => (one.at - FROM) / SECOND);
    expect(at.filter((second) => second > from && second < until)).toEqual([]);
    // It wanted to, and it trades before and behind that.
    const wanted = judged.filter((one) => one.at > FROM + from * SECOND && one.at < FROM + until * SECOND);
    expect(wanted.length).toBeGreaterThan((until - from) / 2);
    expect(at.some((second) => second < 120)).toBe(true);
    expect(at.some((second) => second > until)).toBe(true);
  });
});
