import { accessSync, constants, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Arguments } from "yargs";
import { makeFolders, removeFolders } from "../backtest/folders.js";
import type { PortName } from "../brokers/ib/ports.js";
import type { ConnectionOptions } from "../brokers/tws/connection/tws-connection.js";
import { TrafficRecorder } from "../brokers/tws/recording/traffic-recorder.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import { reasonOf } from "../core/system-reason.js";
import { specOfSymbol } from "../data/open-data.js";
import { findZone, zoneOffsets } from "../data/zone-offsets.js";
import { type AcceptanceResult, type AcceptanceRow, acceptance } from "../live/acceptance/acceptance.js";
import { acceptanceReport } from "../live/acceptance/acceptance-report.js";
import { simulatedSide } from "../live/acceptance/simulated-side.js";
import { QUICKLY, SIMULATED_TIMES, UNPACED } from "../live/acceptance/simulated-walks.js";
import { stepsOf } from "../live/acceptance/steps.js";
import { refuseWrongSide } from "../live/ladder/launch.js";
import { configured } from "./configured.js";
import { onlyPort } from "./connect-tws.js";
import { CONNECTION_FLAGS, connectionChoice } from "./connection-flags.js";
import { CliError } from "./errors.js";
import { DONE, FAILED, NOT_HELD } from "./exit-code.js";
import { Flags, type FlagTable, flagOf } from "./flags.js";
import { writeStandardError } from "./standard-error.js";
import { TextTable } from "./text-table.js";

export const tells = `Walks through everything that Seatrial relies on at a TWS or IB Gateway with a paper account, holds each
message against what the simulated gateway does, and writes a masked report of every difference.

It places orders of one unit far below the market, changes them and cancels them; only with
--allow-market it buys one or two units and sells them again. Live accounts and their ports are refused.
Exit codes: 0 no difference, 3 differences, 1 broken off, orders could not be tried, or something is left.`;

export const flags = {
  ...CONNECTION_FLAGS,
  account: { type: "string", describe: "Id of the paper account [the login's only one]" },
  simulated: { type: "boolean", describe: "Walk through a simulated gateway of its own, to try it" },
  symbols: {
    type: "string",
    describe: "What to look at, orders of the first; repeatable [SPY,EUR.USD]",
  },
  future: { type: "string", describe: "A future of CME to look at as well, such as ESZ6; repeatable" },
  "allow-market": { type: "boolean", describe: "Buy one or two units at the market, and sell them again" },
  out: { type: "string", describe: "File of the report [seatrial-out/acceptance-<time>.json]" },
  json: { type: "boolean", describe: "Print the report, and nothing else" },
  config: { type: "string", describe: "Configuration, for what it says of instruments [seatrial.config.ts]" },
} as const satisfies FlagTable;

const FOLDER = "seatrial-out";
const SYMBOLS = ["SPY", "EUR.USD"];
const PAPER_PORTS: readonly PortName[] = ["tws-paper", "gateway-paper"];

/** What is walked through, and what has to be closed behind it. */
interface Subject {
  readonly connection: ConnectionOptions;
  close(): Promise<void>;
}

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 0);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const isSimulated = line.switch("simulated");
  const isJson = line.switch("json");
  const allowsMarket = line.switch("allow-market");
  refuseExclusive(line, isSimulated);
  const choice = connectionChoice(line);
  const instruments = await instrumentsOf(line);
  const at = Date.now();
  const file = line.text("out") ?? join(FOLDER, `acceptance-${timeText(at)}.json`);
  refuseUnwritable(file);
  const account = line.text("account")?.trim().toUpperCase();
  if (choice.port !== undefined) refuseWrongSide("paper", choice.port, account, "acceptance");
  const subject = isSimulated ? await ownGateway(instruments, choice.clientId) : await namedGateway(choice);
  const stop = stopBySignal();
  const table = tableOf(instruments, allowsMarket);
  let rows = 0;
  try {
    const result = await acceptance({
      connection: subject.connection,
      instruments,
      account,
      allowsMarket,
      findZone,
      signal: stop.signal,
      ...(isSimulated && { times: SIMULATED_TIMES }),
      onRow: (row) => {
        if (isJson) return;
        const text = table.row([row.step, row.result, detailOf(row)]);
        process.stdout.write(rows++ === 0 ? table.head() + text : text);
      },
      onNote: (note) => writeStandardError(`${note}\n`),
    });
    const symbols = instruments.map(({ symbol }) => symbol);
    const report = acceptanceReport(result, { version: ownVersion(), at, symbols, allowsMarket, isSimulated });
    write(file, report);
    process.stdout.write(isJson ? report : summaryOf(result, file));
    return codeOf(result);
  } finally {
    stop.end();
    await subject.close();
  }
}

/** @throws CliError FLAGS_EXCLUSIVE */
function refuseExclusive(line: Flags, isSimulated: boolean): void {
  if (!isSimulated) return;
  for (const name of ["tws-paper", "tws-live", "gateway-paper", "gateway-live", "port", "host", "record", "account"]) {
    if (line.has(name)) throw new CliError("FLAGS_EXCLUSIVE", { first: flagOf("simulated"), second: flagOf(name) });
  }
}

/** @throws MarketError INSTRUMENT_INVALID */
async function instrumentsOf(line: Flags): Promise<Instrument[]> {
  const listed = (name: string): string[] =>
    line.texts(name).flatMap((text) => text.split(",").flatMap((one) => one.trim().toUpperCase() || []));
  const symbols = line.has("symbols") ? listed("symbols") : SYMBOLS;
  const { instruments: known = {} } = await configured(line);
  const futures = listed("future");
  const specs: InstrumentSpec[] = [...new Set([...symbols, ...futures])].map((symbol) => ({
    // The steps of its prices are what the gateway says.
    tickSize: 0,
    ...specOfSymbol(symbol),
    ...(futures.includes(symbol) && { assetClass: "future" }),
    ...known[symbol],
    symbol,
  }));
  if (specs.length === 0) throw new CliError("FLAG_VALUE", NO_SYMBOL);
  return specs.map((spec, i) => new Instrument(spec, i));
}

const NO_SYMBOL = { flag: "--symbols", value: "without a symbol", rule: "such as SPY,EUR.USD", hint: "" };

async function ownGateway(instruments: readonly Instrument[], clientId: number): Promise<Subject> {
  const gateway = await simulatedSide({ instruments, isOpen: true, seed: 2 });
  const address = { host: "127.0.0.1", port: gateway.port, clientId };
  return {
    connection: { address, perSecond: UNPACED, times: { waits: QUICKLY } },
    close: () => gateway.close(),
  };
}

async function namedGateway({ host, port, clientId, record }: ReturnType<typeof connectionChoice>): Promise<Subject> {
  const address = { host, port: port ?? (await onlyPort(host, PAPER_PORTS)), clientId };
  const recorder = record === undefined ? undefined : await TrafficRecorder.begin(record);
  return {
    connection: {
      address,
      resets: { offsetAt: (zone, instant) => zoneOffsets(zone).offsetAt(instant) },
      ...(recorder !== undefined && { traffic: recorder }),
    },
    close: async () => recorder?.close(),
  };
}

/** Ctrl-C, and being asked to end: what was made is cancelled first; the second time there is no waiting for that. */
function stopBySignal(): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      writeStandardError("Ended at once: an order of it may still be open, and the next run cancels it.\n");
      process.exit(FAILED);
    }
    writeStandardError("Stopping: what was made is cancelled first.\n");
    controller.abort(new CliError("INTERRUPTED"));
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    end: () => {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}

function tableOf(instruments: readonly Instrument[], allowsMarket: boolean): TextTable {
  const names = stepsOf(instruments, allowsMarket).map(({ name }) => [name, "not shown", ""]);
  return new TextTable([{ head: "step" }, { head: "result" }, { head: "first difference, or why not shown" }], names);
}

/** Characters of a difference that a line has room for; the report has all of it. */
const ROOM = 100;

function detailOf({ differences, reason = "" }: AcceptanceRow): string {
  const [first, ...more] = differences;
  if (first === undefined) return reason;
  const text = `${first.what}: ${first.got}, expected ${first.expected}`;
  const shown = text.length > ROOM ? `${text.slice(0, ROOM)}…` : text;
  return more.length === 0 ? shown : `${shown} (and ${more.length} more)`;
}

export function summaryOf({ rows, isInterrupted, left, obstacles }: AcceptanceResult, file: string): string {
  const count = (result: AcceptanceRow["result"]): number => rows.filter((row) => row.result === result).length;
  const different = count("different");
  const lines = [
    "",
    `${count("ok")} ok, ${different} different, ${count("not shown")} not shown.`,
    ...(isInterrupted ? ["Broken off before its end."] : []),
    ...obstacles.map(({ message }) => message),
    ...(left.length === 0 ? ["Every order that was made is cancelled or filled."] : []),
    `Report: ${file}${different > 0 ? ", masked: please send it in." : ""}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** What was not tried is no pass: whatever else was found, it has to be run again. */
export function codeOf({ rows, left, isInterrupted, obstacles }: AcceptanceResult): number {
  if (isInterrupted || left.length > 0 || obstacles.length > 0) return FAILED;
  return rows.some(({ result }) => result === "different") ? NOT_HELD : DONE;
}

/**
 * Finds now what could not be written in the end, before an order is made. Leaves nothing.
 * @throws CliError FILE_IN_THE_WAY, FILE_UNWRITABLE
 */
function refuseUnwritable(file: string): void {
  if (existsSync(file)) throw new CliError("FILE_IN_THE_WAY", { file });
  try {
    const made = makeFolders(dirname(file));
    removeFolders(made);
    if (made.length === 0) accessSync(dirname(file), constants.W_OK);
  } catch (error) {
    throw unwritable(file, error);
  }
}

/** @throws CliError FILE_IN_THE_WAY, FILE_UNWRITABLE */
function write(file: string, text: string): void {
  try {
    makeFolders(dirname(file));
    writeFileSync(file, text, { flag: "wx" });
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): CliError {
  if ((error as NodeJS.ErrnoException).code === "EEXIST") return new CliError("FILE_IN_THE_WAY", { file }, error);
  return new CliError("FILE_UNWRITABLE", { file, reason: reasonOf(error) }, error);
}

/** "20260810-093000", UTC: one that may be part of a file's name. */
function timeText(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
}

/** Of Seatrial; the command runs from dist/bundle/. */
function ownVersion(): string {
  const manifest = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
