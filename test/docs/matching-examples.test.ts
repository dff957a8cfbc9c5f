import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFAULTS } from "../../backtest/models.js";
import { REMOVES_LIQUIDITY } from "../../brokers/sim/fee-model.js";
import { FEE_NAMES, feesByName } from "../../brokers/sim/fees-by-name.js";
import { MARGIN_NAMES } from "../../brokers/sim/margin.js";
import { SLIPPAGE_NAMES, slippageByName } from "../../brokers/sim/slippage.js";
import { Instrument, type InstrumentSpec } from "../../index.js";
import { projectRoot } from "../shared-data.js";
import { rowsUnder, tableRows } from "./page-tables.js";
import { outcomeOf } from "./play-example.js";
import { examplesOf } from "./worked-example.js";

const page = readFileSync(join(projectRoot, "docs", "matching.md"), "utf8");

describe("the worked examples of docs/matching.md", () => {
  const examples = examplesOf(page);

  it("are all read, and each has a title of its own", () => {
    expect(examples.length).toBe(page.match(/^```example$/gm)?.length);
    expect(examples.length).toBeGreaterThan(30);
    expect(new Set(examples.map((example) => example.title)).size).toBe(examples.length);
  });

  it.each(examples)("$title", async (example) => {
    expect(await outcomeOf(example)).toEqual(example.outcome);
  });
});

/** The kinds of instrument that the table of fees speaks of. */
const KINDS: Readonly<Record<string, InstrumentSpec>> = {
  stock: { symbol: "ABC" },
  option: { symbol: "ABC_C", assetClass: "option" },
  ES: { symbol: "ESH4", assetClass: "future", multiplier: 50, tickSize: 0.25 },
  forex: { symbol: "EUR.USD", assetClass: "forex" },
};

describe("the fees of docs/matching.md", () => {
  it.each(tableRows(page, "fees", "fill"))("%s for %s are %s", (name, fill, fee) => {
    const [, side, quantity, kind, price, date] = /^(buy|sell) (\d+) (\w+) at ([\d.]+) on ([\d-]+)$/.exec(
      fill,
    ) as RegExpExecArray;
    const charged = feesByName(name).charge({
      instrument: new Instrument(KINDS[kind]),
      order: 0,
      buy: side === "buy",
      quantity: Number(quantity),
      price: Number(price),
      time: Date.parse(`${date}T15:00:00Z`),
      tradeDate: Number(date.replaceAll("-", "")),
      liquidity: REMOVES_LIQUIDITY,
      toUsd: 1,
      completes: true,
    });
    expect(charged.toFixed(2)).toBe(fee);
  });
});

describe("the slippage of docs/matching.md", () => {
  it.each(tableRows(page, "slippage", "order"))(
    "%s moves %s at %s (volume %s) to %s",
    (name, order, price, volume, to) => {
      const [side, quantity] = order.split(" ");
      const instrument = new Instrument({ symbol: "ABC" });
      const slipped = slippageByName(name).slip(
        Number(price),
        side === "buy",
        Number(quantity),
        Number(volume),
        instrument,
      );
      expect(slipped.toFixed(2)).toBe(to);
    },
  );
});

describe("the names on docs/matching.md", () => {
  /** The models a table lists, without what follows the colon. */
  const listed = (heading: string): string[] => [
    ...new Set(rowsUnder(page, heading).map(([name]) => name.split(":")[0])),
  ];

  it("are those of every fee model, every slippage model and every account, and no other", () => {
    expect(listed("## Fees").sort()).toEqual([...FEE_NAMES].sort());
    expect(listed("## Slippage").sort()).toEqual([...SLIPPAGE_NAMES].sort());
    expect(listed("## Margin").sort()).toEqual([...MARGIN_NAMES].sort());
  });

  it("come with the defaults that the code has", () => {
    const stated = Object.fromEntries(tableRows(page, "setting", "flag").map(([name, , text]) => [name, text]));
    expect(stated).toMatchObject({
      fill: expect.stringContaining(DEFAULTS.fill),
      limitFill: expect.stringContaining(DEFAULTS.limitFill),
      intrabar: expect.stringContaining(DEFAULTS.intrabar),
      latency: expect.stringContaining(`${DEFAULTS.latency} ms`),
      slippage: DEFAULTS.slippage,
      fees: DEFAULTS.fees,
    });
    expect(tableRows(page, "setting", "flag").at(-1)?.[2]).toBe(DEFAULTS.margin);
    expect(DEFAULTS.volumeLimit).toBe(0);
  });
});
