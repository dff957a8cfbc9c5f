import { Console } from "node:console";
import type { Arguments, Options } from "yargs";
import { instantOf } from "../backtest/range.js";
import { loadStrategy } from "../config/load-strategy.js";
import { override } from "../config/named-run.js";
import { resolveParams } from "../core/params.js";
import { type DrillResult, type DrillRow, drill } from "../live/drill/drill.js";
import { FAILURES } from "../live/drill/failures.js";
import { LadderError } from "../live/ladder/errors.js";
import { Ladder } from "../live/ladder/ladder.js";
import { StrategySource } from "../live/ladder/strategy-version.js";
import { BACKTEST_FLAGS, flagSettings, refusePointless } from "./backtest-flags.js";
import { configured } from "./configured.js";
import { DONE, NOT_HELD } from "./exit-code.js";
import { switchFlag, textFlag } from "./flag-kinds.js";
import { Flags, type FlagTable } from "./flags.js";
import { accountSettings } from "./gateway-accounts.js";
import { openMarket } from "./gateway-market.js";
import { paramFlags, paramsOf } from "./param-flags.js";
import { writeStandardError } from "./standard-error.js";
import { strategyFile } from "./strategy-file.js";
import { TextTable } from "./text-table.js";

export const tells = `Takes a strategy through a list of failures, one run each, in a session at a simulated gateway, and prints
what held. What did not hold is said below its row, and the command exits with 3.

  strategy  Its file, such as strategies/sma-cross.ts; may be left out where the configuration names one

Each failure meets the first order of the strategy that fills. Of each run are checked: what the session promises of its
orders, fills and positions; that no order was made on a price that was missing, crossed, old or delayed; that no order
was made again while the first was not answered; and that the strategy goes on afterwards. The result is a rung of the
launch ladder.`;

const DRILL = "The drill:";
const MARKET = "Its market:";

export const flags = {
  param: textFlag("A parameter of the strategy: fast=10, or several between commas; --fast 10 is the same", DRILL),
  seed: textFlag("Seed of the strategy's random numbers, and of chance at the gateway [1]", DRILL),
  json: switchFlag("Print one object of JSON, and nothing else", DRILL),
  config: textFlag("Configuration [seatrial.config.ts in this folder]", DRILL),
  run: textFlag("Name of a run of the configuration", DRILL),
  data: textFlag("sample, synthetic:seed=7,bars=7800,bar=1min, store, or CSV files [two synthetic stocks]", MARKET),
  from: textFlag("When its time begins, such as 2010-01-31 [a fifth of the data before its end]", MARKET),
  cash: textFlag("Money that the strategy may count on [1000000]", MARKET),
  margin: { ...BACKTEST_FLAGS.margin, group: MARKET },
  fees: { ...BACKTEST_FLAGS.fees, group: MARKET },
  store: { ...BACKTEST_FLAGS.store, group: MARKET },
  symbols: { ...BACKTEST_FLAGS.symbols, group: MARKET },
  bar: { ...BACKTEST_FLAGS.bar, group: MARKET },
} as const satisfies FlagTable;

/** The parameters of the strategy that is named. */
export async function furtherFlags(words: readonly string[]): Promise<Record<string, Options>> {
  const file = words.find((word) => /\.[cm]?[jt]s$/.test(word));
  return file === undefined ? {} : paramFlags(await loadStrategy(file));
}

/** Minutes of two stocks, so that what trades pairs finds one. */
const MARKET_BY_DEFAULT = "synthetic:seed=1,symbols=2,bars=3900,bar=1min";
/** IB's paper accounts begin with as much. */
const CASH = 1_000_000;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 1);
  const own = flagSettings(line);
  const settings = override(await configured(line), own);
  const { guards, rates, seed, strict, from } = settings;
  const file = strategyFile(settings.strategy, line, "drill strategies/sma-cross.ts");
  const isJson = line.switch("json");
  // What a strategy prints itself must not come between the rows.
  globalThis.console = new Console(process.stderr);
  const strategy = await loadStrategy(file);
  const named = { ...settings.params, ...paramsOf(strategy, line, own.params ?? {}) };
  const params = resolveParams(strategy.name, strategy.paramSpecs, named);
  const sources = [settings.data ?? MARKET_BY_DEFAULT].flat();
  refusePointless(line, sources);
  // As it is now: it may be edited while the drill lasts.
  const hash = new StrategySource(file).hash(params);
  const { data } = await openMarket(settings, sources);
  const session = {
    strategy,
    file,
    hash,
    params,
    cash: settings.cash ?? CASH,
    baseCurrency: settings.baseCurrency ?? "USD",
    ...(guards !== undefined && { guards }),
    ...(rates !== undefined && { rates }),
    ...(seed !== undefined && { seed }),
    ...(strict !== undefined && { strict }),
  };
  const { stdout } = process;
  const table = new TextTable(
    [
      { head: "failure" },
      { head: "verdict" },
      { head: "orders", align: "right" },
      { head: "fills", align: "right" },
      { head: "denied", align: "right" },
      { head: "what was done" },
    ],
    FAILURES.map(({ name, done }) => [name, "not held", "", "", "", done]),
  );
  if (!isJson) stdout.write(table.head());
  const result = await drill(
    {
      session,
      data,
      gateway: accountSettings(settings),
      ...(from !== undefined && { from: instantOf("from", from, data.instruments[0].timeZone) }),
    },
    (row) => {
      if (!isJson) stdout.write(told(table, row));
    },
  );
  record(result, hash, file);
  const { held, rows, passed } = result;
  stdout.write(
    isJson ? `${JSON.stringify({ file, hash, params, ...result }, null, 2)}\n` : `\n${held} of ${rows.length} held.\n`,
  );
  return passed ? DONE : NOT_HELD;
}

function told(table: TextTable, { failure, isHeld, orders, fills, denied, done, broken }: DrillRow): string {
  const cells = [failure, isHeld ? "held" : "NOT HELD", String(orders), String(fills), String(denied), done];
  return table.row(cells) + broken.map((one) => `    ${one}\n`).join("");
}

/** Puts the drill on record for the launch ladder. Its result stands without that, too. */
function record({ passed, held, rows }: DrillResult, hash: string, file: string): void {
  try {
    new Ladder().record(hash, { rung: "drill", at: Date.now(), file, passed, held, of: rows.length });
  } catch (error) {
    if (!(error instanceof LadderError)) throw error;
    writeStandardError(`${error.message}\n`);
  }
}
