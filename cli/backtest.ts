import { Console } from "node:console";
import { readFileSync } from "node:fs";
import { basename, extname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import type { Arguments, Options } from "yargs";
import { backtest } from "../backtest/backtest.js";
import { writeEvidence } from "../backtest/evidence.js";
import type { BacktestOptions } from "../backtest/options.js";
import type { BacktestResult } from "../backtest/result.js";
import { resultJson } from "../backtest/result-json.js";
import type { RunSettings } from "../config/config.js";
import { loadStrategy } from "../config/load-strategy.js";
import { override } from "../config/named-run.js";
import type { LogSink } from "../core/log.js";
import { LadderError } from "../live/ladder/errors.js";
import { Ladder } from "../live/ladder/ladder.js";
import { StrategySource } from "../live/ladder/strategy-version.js";
import { renderReport } from "../report/html.js";
import { renderTerminal } from "../report/terminal.js";
import { BACKTEST_FLAGS, flagSettings, refusePointless } from "./backtest-flags.js";
import { compileForRun, compileLater } from "./compile-later.js";
import { configured } from "./configured.js";
import { CliError } from "./errors.js";
import { DONE } from "./exit-code.js";
import { Flags } from "./flags.js";
import { Interruption } from "./interruption.js";
import { refuseUnwritable } from "./output-folder.js";
import { paramFlags, paramsOf } from "./param-flags.js";
import { Progress } from "./progress.js";
import { writeStandardError } from "./standard-error.js";
import { strategyFile } from "./strategy-file.js";

export const tells = `Runs a strategy over history, and leaves a report.

  strategy  Its file, such as strategies/sma-cross.ts; may be left out where the configuration names one`;

export { BACKTEST_FLAGS as flags };

/** The parameters of the strategy that is named. */
export async function furtherFlags(words: readonly string[]): Promise<Record<string, Options>> {
  const file = words.find((word) => /\.[cm]?[jt]s$/.test(word));
  return file === undefined ? {} : paramFlags(await loadStrategy(file));
}

export async function run(given: Arguments): Promise<number> {
  compileLater();
  const flags = new Flags(given, BACKTEST_FLAGS, 1);
  const own = flagSettings(flags);
  const settings = override(await configured(flags), own);
  const { data } = settings;
  const file = strategyFile(settings.strategy, flags, "backtest strategies/sma-cross.ts --data sample");
  // What a strategy prints itself must not come between the JSON.
  if (flags.switch("json")) globalThis.console = new Console(process.stderr);
  const strategy = await loadStrategy(file);
  const params = { ...settings.params, ...paramsOf(strategy, flags, own.params ?? {}) };
  if (data === undefined) throw new CliError("DATA_UNNAMED");
  refusePointless(flags, data);
  const folder = flags.switch("no-report") ? undefined : (settings.out ?? usualFolder(file, flags.text("run")));
  if (folder !== undefined) refuseUnwritable(folder);

  // As it is now: it may be edited while the run lasts.
  const source = new StrategySource(file);
  const interruption = new Interruption();
  const progress = new Progress();
  const silent = flags.switch("json") || flags.switch("log") || !process.stderr.isTTY;
  try {
    const result = await backtest(
      {
        ...marketSettings(settings),
        strategy,
        data,
        params,
        source: readFileSync(file, "utf8"),
        signal: interruption.signal,
        ...(flags.switch("log") && { log: toStderr }),
        progress: (done, total) => {
          if (done === 0) compileForRun(total);
          if (!silent) progress.update(done, total);
        },
      },
      interruption.stretch,
    );
    progress.end();
    record(result, source, file);
    const page = folder === undefined ? undefined : await leaveReport(result, folder, interruption);
    process.stdout.write(flags.switch("json") ? resultJson(result) : told(result, page));
    return DONE;
  } finally {
    progress.end();
    interruption.end();
  }
}

/** Named runs of a configuration are there to be compared: each has a folder of its own. */
function usualFolder(file: string, run: string | undefined): string {
  const name = basename(file, extname(file));
  return join("seatrial-out", run === undefined ? name : `${name}-${run.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-")}`);
}

/** The settings that a configuration and `backtest()` call by the same names, or nearly. */
function marketSettings(settings: RunSettings): Omit<BacktestOptions, "strategy" | "data" | "params"> {
  const { strategy: _strategy, data: _data, params: _params, out: _out, account, ...more } = settings;
  const { sessions: _sessions, paper: _paper, live: _live, ...rest } = more;
  return {
    ...rest,
    ...(account?.margin !== undefined && { margin: account.margin }),
  };
}

/** Puts the run on record for the launch ladder. The result stands without that, too. */
function record(result: BacktestResult, source: StrategySource, file: string): void {
  try {
    new Ladder().record(source.hash(result.params), {
      rung: "backtest",
      at: Date.now(),
      file,
      from: result.from,
      to: result.to,
      bars: result.bars,
      trades: result.trades.length,
      outcome: result.outcomeHash,
    });
  } catch (error) {
    if (!(error instanceof LadderError)) throw error;
    writeStandardError(`${error.message}\n`);
  }
}

/** Writes the report and its files; answers the path of the page. */
async function leaveReport(result: BacktestResult, folder: string, interruption: Interruption): Promise<string> {
  const page = interruption.stretch(() => renderReport(result));
  try {
    const [path] = await writeEvidence(result, folder, page);
    return path;
  } catch (error) {
    if (interruption.signal.aborted) throw new CliError("INTERRUPTED", {}, error);
    throw error;
  }
}

function told(result: BacktestResult, page: string | undefined): string {
  const { stdout } = process;
  const figures = renderTerminal(result, {
    color: stdout.isTTY === true && stdout.hasColors(),
    width: stdout.columns ?? 100,
  });
  if (page === undefined) return figures;
  const short = relative(process.cwd(), page);
  return `${figures}\nreport   ${short.startsWith("..") ? page : short}\n         open it in a browser: ${pathToFileURL(page).href}\n`;
}

const toStderr: LogSink = (level, time, message, data) => {
  const more = data === undefined ? "" : ` ${inspect(data, { breakLength: Infinity })}`;
  writeStandardError(`${new Date(time).toISOString()} ${level.padEnd(5)} ${message}${more}\n`);
};
