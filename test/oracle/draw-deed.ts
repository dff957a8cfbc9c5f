import fc from "fast-check";
import type { OrderType } from "../../index.js";
import type { Deed, Terms } from "./deed.js";

/** What the deeds of a story are drawn from. */
export interface DeedScope {
  readonly types: readonly OrderType[];
  readonly tifs: readonly NonNullable<Terms["tif"]>[];
  readonly deeds: readonly Deed["does"][];
  readonly instruments: number;
  /** Whether some orders also fill outside of sessions. */
  readonly outsideRth?: boolean;
}

const away = fc.integer({ min: -4, max: 4 });
const quantity = fc.integer({ min: 1, max: 4 }).map((tens) => tens * 10);
const which = fc.nat(7);

function terms({ types, tifs, outsideRth = false }: DeedScope): fc.Arbitrary<Terms> {
  return fc
    .record({
      side: fc.constantFrom("buy" as const, "sell" as const),
      quantity,
      type: fc.constantFrom(...types),
      near: away,
      beyond: fc.integer({ min: -2, max: 2 }),
      trail: fc.integer({ min: 1, max: 4 }),
      inPercent: fc.boolean(),
      startsAway: fc.nat(3).map((n) => n === 3),
      tif: fc.constantFrom(...tifs),
      lasts: fc.integer({ min: 1, max: 60 }),
      outside: outsideRth ? fc.nat(3).map((n) => n === 3) : fc.constant(false),
    })
    .map(({ side, quantity, type, near, beyond, trail, inPercent, startsAway, tif, lasts, outside }): Terms => {
      const base = { side, quantity, type, ...(outside && { outsideRth: true }) };
      const force = {
        ...(tif === "OPG" && type !== "market" && type !== "limit" ? { tif: "DAY" as const } : { tif }),
        ...(tif === "GTD" && { lasts }),
      };
      const trails = { ...(inPercent ? { trailPercent: trail } : { trail }), ...(startsAway && { stop: near }) };
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
          return { ...base, ...force, ...trails, limitOffset: beyond };
        case "limit-on-open":
        case "limit-on-close":
          return { ...base, limit: near };
        default:
          return base;
      }
    });
}

export function drawnDeed(scope: DeedScope): fc.Arbitrary<Deed> {
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
      { does: fc.constant("modify" as const), which, quantity, limit: away, stop: away, trail: ticks },
      { requiredKeys: ["does", "which"] },
    ),
    cancel: fc.record({ does: fc.constant("cancel" as const), which }),
    "cancel all": fc.record({ does: fc.constant("cancel all" as const), instrument }),
  };
  return fc.oneof(...scope.deeds.map((does) => all[does]));
}
