import fc from "fast-check";
import { HOUR, MINUTE, SECOND, sessionOpen } from "../../bars.js";
import { type DeedScope, drawnDeed } from "../draw-deed.js";
import type { StoryBar, StoryMarket, StoryTick, TickMoment, TickRules, TickStory } from "./story.js";

/** What stories of quotes and trades are drawn from. */
export interface TickScope extends DeedScope {
  readonly markets: readonly StoryMarket["has"][];
  readonly assetClasses: readonly StoryMarket["assetClass"][];
  /** Whether sides and prices may be missing, quotes crossed, and ticks come outside of sessions. */
  readonly isClean: boolean;
  readonly rules: { readonly [K in keyof TickRules]: readonly TickRules[K][] };
}

const SESSION_LENGTH = HOUR;
const TICKS = 14;
const BAR = 15 * MINUTE;

const sessions = [0, 1, 2].map((day) => ({ open: sessionOpen(day), close: sessionOpen(day) + SESSION_LENGTH }));

/** Instants of a session: its edges, those around its cut-offs, some close together, and some outside of it. */
const INSIDE = [
  10 * SECOND,
  20 * SECOND,
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  15 * MINUTE + 10 * SECOND,
  16 * MINUTE,
  30 * MINUTE,
  45 * MINUTE,
  50 * MINUTE,
  51 * MINUTE,
  59 * MINUTE,
  SESSION_LENGTH - SECOND,
  SESSION_LENGTH,
];
const OUTSIDE = [-30 * MINUTE, -MINUTE, 0, SESSION_LENGTH + MINUTE];

/** Of a size: mostly as large as an order, small, or not known. */
const size = fc.constantFrom(10, 20, 5, 30, 100, 0, Number.NaN);
const NONE = [-1, 0, Number.NaN, Number.MAX_VALUE];

function ticksOf(has: StoryMarket["has"], isClean: boolean): fc.Arbitrary<StoryTick[]> {
  const offsets = isClean ? INSIDE : [...INSIDE, ...INSIDE, ...OUTSIDE];
  const rare = <T>(usual: fc.Arbitrary<T>, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
    isClean ? usual : fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: other });
  const missing = rare(fc.constant(false), fc.constant(true));
  const row = fc.record({
    session: fc.constantFrom(0, 0, 0, 1, 1, 2),
    offset: fc.constantFrom(...offsets),
    move: fc.integer({ min: -3, max: 3 }),
    isQuote: has === "both" ? fc.boolean() : fc.constant(has === "quotes"),
    spread: rare(fc.nat(3), fc.constantFrom(-1, 8)),
    missing: fc.tuple(missing, missing),
    none: fc.constantFrom(...NONE),
    sizes: fc.tuple(size, size),
  });
  return fc.array(row, { minLength: 4, maxLength: TICKS }).map((rows) => {
    const timed = rows
      .map((row) => ({ ...row, time: sessions[row.session].open + row.offset }))
      .sort((a, b) => a.time - b.time || Number(b.isQuote) - Number(a.isQuote));
    let level = 100;
    return timed.map(({ time, move, isQuote, spread, missing, none, sizes }): StoryTick => {
      level += move;
      // A size of 0 beside a price that is none, as feeds have it.
      const [first, second] = sizes.map((size, i) => (missing[i] ? 0 : size));
      if (!isQuote) return { kind: "trade", time, level, price: missing[0] ? none : level, size: first };
      const bid = level - Math.floor(spread / 2);
      const [shownBid, shownAsk] = [missing[0] ? none : bid, missing[1] ? none : bid + spread];
      return { kind: "quote", time, level, bid: shownBid, ask: shownAsk, bidSize: first, askSize: second };
    });
  });
}

/** Bars that go far beyond what is quoted and traded. */
function barsOf(): fc.Arbitrary<StoryBar[]> {
  const perSession = SESSION_LENGTH / BAR;
  const count = perSession * sessions.length;
  return fc.array(fc.integer({ min: 90, max: 110 }), { minLength: count, maxLength: count }).map((closes) =>
    closes.map((close, i): StoryBar => {
      const start = sessions[Math.floor(i / perSession)].open + (i % perSession) * BAR;
      return { start, end: start + BAR, open: close, high: 150, low: 50, close };
    }),
  );
}

function market({ markets, assetClasses, isClean }: TickScope): fc.Arbitrary<StoryMarket> {
  return fc
    .record({ has: fc.constantFrom(...markets), assetClass: fc.constantFrom(...assetClasses) })
    .chain(({ has, assetClass }) =>
      fc.record({
        has: fc.constant(has),
        assetClass: fc.constant(assetClass),
        ticks: ticksOf(has, isClean),
        bars: barsOf(),
      }),
    );
}

function moment(scope: TickScope): fc.Arbitrary<TickMoment> {
  const instrument = fc.nat(scope.instruments - 1);
  const onTick = fc.record({ on: fc.constant("tick" as const), instrument, tick: fc.nat(TICKS - 3) });
  const onBar = fc.record({ on: fc.constant("bar" as const), instrument, bar: fc.nat(9) });
  const onFill = fc.record({ on: fc.constant("fill" as const), fill: fc.nat(3) });
  return fc.oneof({ weight: 6, arbitrary: onTick }, { weight: 1, arbitrary: onBar }, { weight: 1, arbitrary: onFill });
}

export function tickStories(scope: TickScope): fc.Arbitrary<TickStory> {
  const one = <T>(choices: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...choices);
  return fc.record<TickStory>({
    rules: fc.record<TickRules>({
      limitFill: one(scope.rules.limitFill),
      slippage: one(scope.rules.slippage),
      latency: one(scope.rules.latency),
    }),
    sessions: fc.constant(sessions),
    markets: fc.array(market(scope), { minLength: scope.instruments, maxLength: scope.instruments }),
    deeds: fc.array(fc.record({ when: moment(scope), deed: drawnDeed(scope) }), { minLength: 1, maxLength: 8 }),
  });
}
