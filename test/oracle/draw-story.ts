import fc from "fast-check";
import type { OrderType } from "../../index.js";
import type { Deed, Moment, Rules, Story, StoryBar, Terms } from "./story.js";

/** What stories are drawn from. */
export interface Scope {
  readonly types: readonly OrderType[];
  readonly tifs: readonly NonNullable<Terms["tif"]>[];
  readonly deeds: readonly Deed["does"][];
  readonly instruments: number;
  readonly rules: { readonly [K in keyof Rules]: readonly Rules[K][] };
}

const SLOTS = 8;
const away = fc.integer({ min: -4, max: 4 });
const quantity = fc.integer({ min: 1, max: 4 }).map((tens) => tens * 10);
const which = fc.nat(7);

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

function terms({ types, tifs }: Scope): fc.Arbitrary<Terms> {
  return fc
    .record({
      side: fc.constantFrom("buy" as const, "sell" as const),
      quantity,
      type: fc.constantFrom(...types),
      near: away,
      beyond: fc.integer({ min: -2, max: 2 }),
      trail: fc.integer({ min: 1, max: 4 }),
      inPercent: fc.boolean(),
      tif: fc.constantFrom(...tifs),
      lasts: fc.integer({ min: 1, max: 60 }),
    })
    .map(({ side, quantity, type, near, beyond, trail, inPercent, tif, lasts }): Terms => {
      const base = { side, quantity, type };
      const force = {
        ...(tif === "OPG" && type !== "market" && type !== "limit" ? { tif: "DAY" as const } : { tif }),
        ...(tif === "GTD" && { lasts }),
      };
      const trails = inPercent ? { trailPercent: trail } : { trail };
      switch (type) {
        case "market":
          return { ...base, ...force };
        case "limit":
          return { ...base, ...force, limit: near };
        case "stop":
        case "market-if-touched":
          return { ...base, ...force, stop: near };
        case "stop-limit":
        case "limit-if-touched":
          return { ...base, ...force, stop: near, limit: near + beyond };
        case "trailing-stop":
          return { ...base, ...force, ...trails };
        case "trailing-stop-limit":
          return { ...base, ...force, ...trails, limitOffset: Math.abs(beyond) };
        case "limit-on-open":
        case "limit-on-close":
          return { ...base, limit: near };
        default:
          return base;
      }
    });
}

function deed(scope: Scope): fc.Arbitrary<Deed> {
  const instrument = fc.nat(scope.instruments - 1);
  const ticks = fc.integer({ min: 1, max: 4 });
  const any = terms(scope);
  const entry = terms({ ...scope, types: scope.types.filter((type) => ["market", "limit", "stop"].includes(type)) });
  const all: { [K in Deed["does"]]: fc.Arbitrary<Deed> } = {
    order: fc.record({ does: fc.constant("order" as const), instrument, terms: any }),
    child: fc.record({ does: fc.constant("child" as const), instrument, terms: any, parent: which }),
    bracket: fc.record({
      does: fc.constant("bracket" as const),
      instrument,
      terms: entry,
      loss: ticks,
      profit: ticks,
      exits: fc.constantFrom("both", "loss", "profit", "trailing and profit"),
      exitTif: fc.constantFrom("GTC", "DAY"),
    }),
    oco: fc.record({
      does: fc.constant("oco" as const),
      legs: fc.array(fc.record({ instrument, terms: any }), { minLength: 2, maxLength: 3 }),
    }),
    modify: fc.record(
      { does: fc.constant("modify" as const), which, quantity, limit: away, stop: away },
      { requiredKeys: ["does", "which"] },
    ),
    cancel: fc.record({ does: fc.constant("cancel" as const), which }),
    "cancel all": fc.record({ does: fc.constant("cancel all" as const), instrument }),
  };
  return fc.oneof(...scope.deeds.map((does) => all[does]));
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
      deeds: fc.array(fc.record({ when: moment(scope), deed: deed(scope) }), { minLength: 1, maxLength: 8 }),
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
