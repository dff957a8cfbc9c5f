import fc from "fast-check";
import { type DeedScope, drawnDeed } from "./draw-deed.js";
import type { Moment, Rules, Story, StoryBar } from "./story.js";

/** What stories are drawn from. */
export interface Scope extends DeedScope {
  readonly rules: { readonly [K in keyof Rules]: readonly Rules[K][] };
}

const SLOTS = 8;
/** Bars that wander over few ticks, so that they gap, stand still and only touch a price as often as they cross it. */
function market(gaps: boolean): fc.Arbitrary<(StoryBar | undefined)[]> {
  const moves = fc.record({
    gap: fc.integer({ min: -3, max: 3 }),
    body: fc.integer({ min: -4, max: 4 }),
    above: fc.nat(3),
    below: fc.nat(3),
    volume: fc.constantFrom(1000, 0, 100, 200, 300),
    missing: gaps ? fc.nat(7).map((n) => n === 7) : fc.constant(false),
  });
  return fc.array(moves, { minLength: SLOTS, maxLength: SLOTS }).map((rows) => {
    let last = 100;
    return rows.map(({ gap, body, above, below, volume, missing }) => {
      if (missing) return undefined;
      const open = last + gap;
      const close = open + body;
      last = close;
      return { open, high: Math.max(open, close) + above, low: Math.min(open, close) - below, close, volume };
    });
  });
}

function moment(scope: Scope): fc.Arbitrary<Moment> {
  const onBar = fc.record({
    on: fc.constant("bar" as const),
    instrument: fc.nat(scope.instruments - 1),
    slot: fc.nat(SLOTS - 2),
  });
  const onFill = fc.record({ on: fc.constant("fill" as const), fill: fc.nat(3) });
  return fc.oneof({ weight: 4, arbitrary: onBar }, { weight: 1, arbitrary: onFill });
}

export function stories(scope: Scope): fc.Arbitrary<Story> {
  const one = <T>(choices: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...choices);
  const rules = fc.record<Rules>({
    intrabar: one(scope.rules.intrabar),
    limitFill: one(scope.rules.limitFill),
    fill: one(scope.rules.fill),
    slippageTicks: one(scope.rules.slippageTicks),
    volumeLimit: one(scope.rules.volumeLimit),
  });
  return fc
    .record({
      rules,
      slotsPerSession: fc.constantFrom(1, 2, 4, 8),
      markets: fc.tuple(...Array.from({ length: scope.instruments }, (_, i) => market(i > 0))),
      deeds: fc.array(fc.record({ when: moment(scope), deed: drawnDeed(scope) }), { minLength: 1, maxLength: 8 }),
    })
    .map((story): Story => ({ ...story, markets: story.markets.map((bars) => withEdges(bars, story)) }));
}

/** Sessions are read from the bars: those at their ends are there for every instrument. */
function withEdges(
  bars: readonly (StoryBar | undefined)[],
  { slotsPerSession }: { slotsPerSession: number },
): (StoryBar | undefined)[] {
  return bars.map((bar, slot) => {
    const place = slot % slotsPerSession;
    const isEdge = place === 0 || place === slotsPerSession - 1 || slot === bars.length - 1;
    return bar ?? (isEdge ? { open: 100, high: 100, low: 100, close: 100, volume: 0 } : undefined);
  });
}
