import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";
import { type Scope, stories } from "./draw-story.js";
import { runOracle } from "./oracle.js";
import { runEngine } from "./run-engine.js";
import { inWords, outcomeInWords } from "./words.js";

const RUNS = Number(process.env.SEATRIAL_ORACLE_RUNS ?? 150);

const BARE: Scope = {
  types: ["market", "limit", "stop"],
  tifs: ["DAY", "GTC"],
  deeds: ["order"],
  instruments: 1,
  rules: {
    intrabar: ["pessimistic"],
    limitFill: ["through"],
    fill: ["next-open"],
    slippageTicks: [0],
    volumeLimit: [0],
  },
};

const ALL_TYPES = ORDER_TYPES;
const ALL_TIFS = TIMES_IN_FORCE;
const POLICIES = ["pessimistic", "optimistic", "ohlc"] as const;

/** Random stories come to the same fills and the same ends in the engine and in the oracle. */
function agree(more: Partial<Scope>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(stories({ ...BARE, ...more }), async (story) => {
      const engine = outcomeInWords(await runEngine(story));
      expect(engine, inWords(story)).toEqual(outcomeInWords(runOracle(story)));
    }),
    { numRuns: RUNS },
  );
}

describe("the engine fills as an oracle written from the rules of matching does", () => {
  it("market, limit and stop orders", () => agree({}));

  it("orders of every type", () => agree({ types: ALL_TYPES }));

  it("orders of every time in force", () => agree({ tifs: ALL_TIFS }));

  it("orders that slip and limits that a touch fills", () =>
    agree({ types: ALL_TYPES, rules: { ...BARE.rules, limitFill: ["through", "touch"], slippageTicks: [0, 2] } }));

  it("orders that share a part of a bar's volume", () =>
    agree({ types: ALL_TYPES, tifs: ALL_TIFS, rules: { ...BARE.rules, volumeLimit: [0.1] } }));

  it("orders that are changed and cancelled", () =>
    agree({ types: ALL_TYPES, deeds: ["order", "order", "modify", "cancel", "cancel all"] }));

  it("brackets", () => agree({ deeds: ["bracket"], rules: { ...BARE.rules, intrabar: POLICIES } }));

  it("groups of which one cancels the other", () =>
    agree({ types: ALL_TYPES, deeds: ["oco"], rules: { ...BARE.rules, intrabar: POLICIES } }));

  it("children of market, limit and stop orders", () =>
    agree({ deeds: ["order", "child"], rules: { ...BARE.rules, intrabar: POLICIES } }));

  it("children of orders of every kind", () =>
    agree({ types: ALL_TYPES, deeds: ["order", "child"], rules: { ...BARE.rules, intrabar: POLICIES } }));

  it("everything on two instruments", () =>
    agree({
      instruments: 2,
      types: ALL_TYPES,
      tifs: ALL_TIFS,
      deeds: ["order", "child", "bracket", "oco", "modify", "cancel", "cancel all"],
      rules: { ...BARE.rules, intrabar: POLICIES, slippageTicks: [0, 2], volumeLimit: [0, 0.1] },
    }));

  it("everything at the same close", () =>
    agree({
      instruments: 2,
      types: ALL_TYPES,
      tifs: ALL_TIFS,
      deeds: ["order", "child", "bracket", "oco", "modify", "cancel", "cancel all"],
      rules: { ...BARE.rules, fill: ["same-close"], intrabar: POLICIES, slippageTicks: [0, 2], volumeLimit: [0, 0.1] },
    }));

  it("everything at once", () =>
    agree({
      types: ALL_TYPES,
      tifs: ALL_TIFS,
      deeds: ["order", "child", "bracket", "oco", "modify", "cancel", "cancel all"],
      rules: { ...BARE.rules, intrabar: POLICIES, slippageTicks: [0, 2], volumeLimit: [0, 0.1] },
    }));
});
