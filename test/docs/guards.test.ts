import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Sessions } from "../../core/calendar/sessions.js";
import { EquityWatch, GuardChain } from "../../core/guards/index.js";
import { Instrument } from "../../core/market/instrument.js";
import { Market } from "../../core/market/market.js";
import { ScriptedEvidence } from "../guards/scripted-evidence.js";
import { projectRoot } from "../shared-data.js";
import { defaultsIn, denialCodes, guardInterfaces } from "./guard-source.js";
import { tableRows } from "./page-tables.js";
import { outcomeOf } from "./play-example.js";
import { examplesOf } from "./worked-example.js";

const page = readFileSync(join(projectRoot, "docs", "guards.md"), "utf8");
const interfaces = guardInterfaces();
const members = (name: string): ReadonlyMap<string, string> => interfaces.get(name) as ReadonlyMap<string, string>;

/** Where the options of a guard get their defaults. */
const SOURCES: Readonly<Record<string, string>> = {
  SessionHoursOptions: "core/guards/session-hours.ts",
  StaleQuoteOptions: "core/guards/stale-quote.ts",
  CrossedQuoteOptions: "core/guards/crossed-quote.ts",
  PriceJumpOptions: "core/guards/quote-watch.ts",
  FrozenQuoteOptions: "core/guards/frozen-quote.ts",
  PriceBandOptions: "core/guards/price-band.ts",
  OrderRateOptions: "core/guards/order-rate.ts",
  ClockSkewOptions: "core/guards/clock-skew.ts",
};

describe("docs/guards.md", () => {
  it("lists every guard in the order they are asked, and no other", () => {
    const instrument = new Instrument({ symbol: "ABC" });
    const sessions = new Sessions(new Float64Array(0), new Float64Array(0));
    const caps = { orderSize: 1, orderValue: 1, participation: 1, position: 1, exposure: 1, openOrders: 1 };
    const market = new Market([instrument], [], [sessions], [false], [false]);
    const settings = { ...caps, dailyLoss: {}, drawdown: {} };
    const chain = new GuardChain(settings, market, new EquityWatch(1), false, new ScriptedEvidence());
    expect(tableRows(page, "guard", "stops").map(([name]) => name)).toEqual(chain.names);
  });

  it("lists every setting of GuardSettings with its options, and no other", () => {
    const keys = [...members("GuardSettings")].flatMap(([key, type]) => {
      const options = /\w+Options/.exec(type)?.[0];
      return options === undefined ? [key] : [...members(options).keys()].map((option) => `${key}.${option}`);
    });
    expect(tableRows(page, "setting", "unit").map(([key]) => key)).toEqual(keys);
  });

  it("states the defaults that the code has", () => {
    for (const [key, , stated] of tableRows(page, "setting", "unit")) {
      const [guard, option] = key.split(".");
      const options = /\w+Options/.exec(members("GuardSettings").get(guard) ?? "")?.[0];
      const source = options === undefined ? undefined : SOURCES[options];
      // The one default that is a word.
      if (key === "session.closed") expect(stated).toBe('"hold"');
      else if (source === undefined) expect(["none", "false", "true"], key).toContain(stated);
      else expect(String(defaultsIn(source).get(option)), key).toBe(stated);
    }
  });

  it("lists every denial code of guards and account with its data, and no other", () => {
    const stated = tableRows(page, "code", "guard").map(([code, , data]) => [code, data.split(", ").sort()]);
    const found = [...denialCodes()].map(([code, data]) => [code, [...data].sort()]);
    const byCode = (a: (string | string[])[], b: (string | string[])[]): number => (a[0] < b[0] ? -1 : 1);
    expect(stated.sort(byCode)).toEqual(found.sort(byCode));
  });
});

describe("the worked examples of docs/guards.md", () => {
  it.each(examplesOf(page))("$title", async (example) => {
    expect(await outcomeOf(example)).toEqual(example.outcome);
  });
});
