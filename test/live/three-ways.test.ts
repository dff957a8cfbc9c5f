import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_TICKS, startOf } from "../../brokers/gateway/gateway-options.js";
import { Random } from "../../core/random.js";
import type { StrategyClass } from "../../core/strategy.js";
import { sessionBooks } from "../../live/drill/session-books.js";
import { Journal } from "../../live/journal/journal.js";
import BracketBreakout from "../../strategies/bracket-breakout.js";
import PairsTrade from "../../strategies/pairs-trade.js";
import SmaCross from "../../strategies/sma-cross.js";
import { bundleProgram } from "../bundle-program.js";
import { folderWith, seatrial, start as startCommand } from "../cli/seatrial.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { deciding, drawDecisions } from "../random-strategy.js";
import { projectRoot } from "../shared-data.js";
import { hasSqlite } from "../store/store-folder.js";
import { type Deeds, inBacktest, inOneProcess, type OneRun, throughGateway } from "./one-run.js";
import { OtherProcess } from "./other-process.js";
import { marketOf, type WantedMarket } from "./wanted-market.js";

const SOURCE = "synthetic:symbols=2,bars=1560,bar=1min,start=2020-01-06,seed=11";
const WHOLE = marketOf({ source: SOURCE, end: Infinity });

let program = "";
let other: OtherProcess;
beforeAll(async () => {
  program = await bundleProgram("test/live/gateway-process.ts");
  other = new OtherProcess(program);
});
afterAll(async () => {
  await other.end();
  rmSync(dirname(program), { recursive: true, force: true });
});

async function inAnother(run: OneRun, { end }: Pick<WantedMarket, "end">): Promise<Deeds> {
  return throughGateway(run, await other.gateway({ source: SOURCE, from: run.from, end }));
}

/** Through `seatrial gateway`, as anybody starts it. */
async function besideCommand(run: OneRun): Promise<Deeds> {
  const from = new Date(run.from).toISOString();
  const words = ["--port", "0", "--data", SOURCE, "--speed", "max", "--tick-every", "bar", "--no-limits"];
  const command = startCommand(["gateway", ...words, "--from", from], folderWith({}));
  closeAfterTest(async () => {
    command.interrupt();
    await command.ended;
  });
  const [, lockstepPort] = await command.printed(/lockstep {2}127\.0\.0\.1:(\d+)\n/);
  const [, port] = await command.printed(/listens on 127\.0\.0\.1:(\d+)\./);
  return throughGateway(run, { port: Number(port), lockstepPort: Number(lockstepPort) });
}

/** Through `seatrial paper`, with a gateway of its own: orders and fills as its journal has them. */
async function asCommand(words: readonly string[]): Promise<Deeds> {
  const folder = folderWith({});
  const { code, stderr } = await seatrial(["paper", ...words, "--speed", "max", "--name", "one"], folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const journal = await Journal.openExisting(join(folder, "seatrial-sessions", "one", "journal.sqlite"));
  try {
    const { intents, fills } = sessionBooks(journal, journal.openLedger());
    return {
      orders: intents.map(({ symbol, quantity }) => `${quantity} ${symbol}`),
      fills: fills.map(({ ref, symbol, quantity, price }) =>
        [intents.findIndex((one) => one.ref === ref), symbol, quantity, price].join(" "),
      ),
    };
  } finally {
    journal.close();
  }
}

describe("one run, in a backtest, through a gateway in the same process and through one in another", () => {
  const from = WHOLE.sessions[0].open[2];
  for (const [name, strategy, params] of [
    ["SMA cross", SmaCross, { fast: 5, slow: 15 }],
    ["bracket breakout", BracketBreakout, { risk: 0.001 }],
    ["pairs trade", PairsTrade, { lookback: 60, entry: 1.5 }],
  ] as const) {
    const run: OneRun = { strategy: strategy as StrategyClass, params, data: WHOLE, from };

    it(`gives the same orders and fills of the ${name}`, async () => {
      const expected = await inBacktest(run);
      expect(expected.fills.length).toBeGreaterThan(3);
      expect(await inOneProcess(run)).toEqual(expected);
      expect(await inAnother(run, { end: Number.MAX_SAFE_INTEGER })).toEqual(expected);
    });

    it(`gives the same orders and fills of the ${name} through the command's gateway`, async () => {
      expect(await besideCommand(run)).toEqual(await inBacktest(run));
    });
  }

  it.runIf(hasSqlite)("gives the same orders and fills of the SMA cross by the command's journal", async () => {
    const source = "synthetic:seed=7,bars=300,bar=5min";
    const data = marketOf({ source, end: Infinity });
    const { orders, fills } = await inBacktest({
      strategy: SmaCross as StrategyClass,
      params: { fast: 3, slow: 8 },
      data,
      from: startOf(data, undefined),
      ticks: DEFAULT_TICKS,
    });
    expect(fills.length).toBeGreaterThan(3);
    const file = join(projectRoot, "strategies", "sma-cross.ts");
    const told = await asCommand([file, "--fast", "3", "--slow", "8", "--data", source]);
    expect(told.fills).toEqual(fills);
    expect(told.orders).toHaveLength(orders.length);
  });

  const start = WHOLE.sessions[0].open[1] + 30 * 60_000;
  const end = start + 24 * 60_000;
  const short = marketOf({ source: SOURCE, end });
  const symbols = WHOLE.instruments.map(({ symbol }) => symbol);
  for (let first = 1; first <= 200; first += 25) {
    it(`gives the same orders and fills of random strategies, seeds ${first} to ${first + 24}`, {
      timeout: 300_000,
    }, async () => {
      let fills = 0;
      for (let seed = first; seed < first + 25; seed++) {
        const windows = [{ at: 0, lasts: 20 * 60_000 }];
        const bounds = { symbols, windows, count: 12, mostUnits: 200, away: 0.003 };
        const strategy = deciding(drawDecisions(new Random(seed), bounds), start, "bars");
        const run = { strategy, data: short, from: start };
        const expected = await inBacktest(run);
        fills += expected.fills.length;
        const [one, another] = await Promise.all([inOneProcess(run), inAnother(run, { end })]);
        expect(one, `seed ${seed}, one process`).toEqual(expected);
        expect(another, `seed ${seed}, another process`).toEqual(expected);
      }
      expect(fills).toBeGreaterThan(50);
    });
  }
});
