import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ORDER_TYPES, TIMES_IN_FORCE } from "../../../core/orders/kinds.js";
import { type TickScope, tickStories } from "./draw-ticks.js";
import { runOracle } from "./oracle.js";
import { runEngine } from "./run-engine.js";
import { inWords, outcomeInWords } from "./words.js";

const RUNS = Number(process.env.SEATRIAL_ORACLE_RUNS ?? 60);

const BARE: TickScope = {
  types: ["market", "limit", "stop"],
  tifs: ["DAY", "GTC"],
  deeds: ["order"],
  instruments: 1,
  markets: ["quotes"],
  assetClasses: ["stock"],
  isClean: true,
  rules: { limitFill: ["through"], slippage: ["none"], latency: [0] },
};

const EVERYTHING = {
  types: ORDER_TYPES,
  tifs: TIMES_IN_FORCE,
  deeds: ["order", "order", "child", "child", "bracket", "oco", "modify", "cancel", "cancel all"],
  isClean: false,
  outsideRth: true,
  rules: {
    limitFill: ["through", "touch"],
    slippage: ["none", "ticks:2", "bps:100", "volume:0.1"],
    latency: [0, 15_000],
  },
} satisfies Partial<TickScope>;

/** Random stories come to the same fills and the same ends in the engine and in the oracle. */
function agree(more: Partial<TickScope>): Promise<void> {
  return fc.assert(
    fc.asyncProperty(tickStories({ ...BARE, ...more }), async (story) => {
      const engine = outcomeInWords(await runEngine(story));
      expect(engine, inWords(story)).toEqual(outcomeInWords(runOracle(story)));
    }),
    { numRuns: RUNS },
  );
}

for (const has of ["quotes", "trades", "both"] as const)
  describe(`on ${has === "both" ? "quotes beside trades" : `${has} alone`} the engine fills as an oracle written from the rules does`, () => {
    const markets = [has];

    it("market, limit and stop orders", () => agree({ markets }));

    it("orders of every type", () => agree({ markets, types: ORDER_TYPES }));

    it("orders of every type and time in force", () => agree({ markets, types: ORDER_TYPES, tifs: TIMES_IN_FORCE }));

    it("orders on prices that are missing, crossed and out of hours", () =>
      agree({ markets, types: ORDER_TYPES, tifs: TIMES_IN_FORCE, isClean: false, outsideRth: true }));

    it("orders that slip, come late, and limits that a touch fills", () =>
      agree({ markets, types: ORDER_TYPES, tifs: TIMES_IN_FORCE, rules: EVERYTHING.rules }));

    it("stops of forex", () => agree({ markets, types: ORDER_TYPES, assetClasses: ["forex"] }));

    it("orders that are changed and cancelled", () =>
      agree({ markets, types: ORDER_TYPES, deeds: ["order", "order", "modify", "cancel", "cancel all"] }));

    it("brackets", () => agree({ markets, deeds: ["bracket"] }));

    it("groups of which one cancels the other", () => agree({ markets, types: ORDER_TYPES, deeds: ["oco"] }));

    it("children, and theirs", () => agree({ markets, types: ORDER_TYPES, deeds: ["order", "child", "child"] }));

    it("everything at once", () => agree({ ...EVERYTHING, markets, assetClasses: ["stock", "stock", "forex"] }));
  });

it("fills on two instruments of any kind as the oracle does", () =>
  agree({
    ...EVERYTHING,
    instruments: 2,
    markets: ["quotes", "trades", "both"],
    assetClasses: ["stock", "stock", "forex"],
  }));
