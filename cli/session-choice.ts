import { basename, extname } from "node:path";
import type { FaultPlan } from "../brokers/gateway/faults/fault-plan.js";
import type { PortName } from "../brokers/ib/ports.js";
import { type LiveSettings, ON_STOP, type OnStop, type RunSettings, type SessionSettings } from "../config/config.js";
import { loadStrategy } from "../config/load-strategy.js";
import { override } from "../config/named-run.js";
import type { LogLevel } from "../core/log.js";
import { type BarSize, parseTimeSize } from "../core/market/bar-size.js";
import { type ParamValues, resolveParams } from "../core/params.js";
import type { StrategyClass } from "../core/strategy.js";
import { namesStore } from "../data/open-data.js";
import { HOURS } from "../data/store/series-key.js";
import { SESSIONS_FOLDER, SessionFolder } from "../live/control/session-folder.js";
import { StrategySource } from "../live/ladder/strategy-version.js";
import type { SessionMode } from "../live/session-view.js";
import { flagSettings, given } from "./backtest-flags.js";
import { configured } from "./configured.js";
import { onlyPort } from "./connect-tws.js";
import { connectionChoice } from "./connection-flags.js";
import { CliError } from "./errors.js";
import { type Flags, flagOf } from "./flags.js";
import { faultsIn } from "./gateway-flags.js";
import { paramsOf } from "./param-flags.js";
import { SIMULATION_FLAGS } from "./session-flags.js";
import { strategyFile } from "./strategy-file.js";

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const satisfies readonly LogLevel[];

/** Where the TWS of a session is. */
export interface SessionPlace {
  readonly host: string;
  readonly port: number;
  readonly clientId: number;
  /** A file for all traffic. */
  readonly record: string | undefined;
}

/** What a command line and its configuration say of a session that is to be started. */
export interface SessionChoice {
  readonly mode: SessionMode;
  readonly folder: SessionFolder;
  /** Of the strategy. */
  readonly file: string;
  readonly strategy: StrategyClass;
  /** Every parameter with its value. */
  readonly params: ParamValues;
  /** What the launch ladder knows this version by. */
  readonly hash: string;
  /** All settings: the flags over the run over the configuration. */
  readonly settings: RunSettings;
  /** Of paper or live trading, the flags over the configuration. */
  readonly session: LiveSettings;
  /** Of the bars that are asked for; undefined where a simulated gateway's own are. */
  readonly size: BarSize | undefined;
  /** As it was typed in for this start; undefined where it was not. */
  readonly account: string | undefined;
  /** Undefined for a simulated gateway of its own. */
  readonly place: SessionPlace | undefined;
  /** Of a simulated gateway, times as fast as the clock on the wall; Infinity for as fast as it goes. */
  readonly speed: number;
  /** Of a simulated gateway: what goes wrong at it, and when. */
  readonly faults: FaultPlan | undefined;
  /** Of a simulated gateway: when its time begins, as it was given. */
  readonly from: string | undefined;
  /** What becomes of positions at the end, where somebody has said so. */
  readonly onStop: OnStop | undefined;
  readonly logLevel: LogLevel;
}

const PORT_NAMES: Readonly<Record<"paper" | "live", readonly PortName[]>> = {
  paper: ["tws-paper", "gateway-paper"],
  live: ["tws-live", "gateway-live"],
};

/**
 * Reads a command line of `seatrial paper` or `seatrial live` with its configuration and its strategy. Where neither
 * names a gateway, paper trading is simulated, and live trading looks for one at the usual ports.
 * @throws CliError, ConfigError, StrategyError, MarketError of what cannot be meant
 */
export async function sessionChoice(kind: "paper" | "live", line: Flags): Promise<SessionChoice> {
  const own = flagSettings(line);
  const configuration = await configured(line);
  const settings = override(configuration, own);
  const file = strategyFile(settings.strategy, line, `${kind} strategies/sma-cross.ts`);
  const strategy = await loadStrategy(file);
  const named = { ...settings.params, ...paramsOf(strategy, line, own.params ?? {}) };
  const params = resolveParams(strategy.name, strategy.paramSpecs, named);
  const configuredSession: LiveSettings = settings[kind] ?? {};
  const session = { ...configuredSession, ...sessionSettings(line) };
  const connection = connectionChoice(line);
  const isNamed =
    connection.port !== undefined || line.has("host") || session.port !== undefined || session.host !== undefined;
  const mode = kind === "live" ? "live" : isNamed ? "paper" : "simulated";
  const isSimulated = mode === "simulated";
  refusePointless(line, mode);
  if (isSimulated) refuseSymbols(line, settings);
  if (!isSimulated) refuseUnnamed(kind, session);
  const size = session.bar === undefined ? undefined : parseTimeSize(session.bar);
  const host = line.has("host") ? connection.host : (session.host ?? connection.host);
  const clientId = line.has("client-id") ? connection.clientId : (session.clientId ?? connection.clientId);
  const port = connection.port ?? session.port;
  const faults = line.text("faults");
  const ending = isSimulated ? "sim" : mode;
  return {
    mode,
    folder: new SessionFolder(
      line.text("sessions") ?? settings.sessions ?? SESSIONS_FOLDER,
      line.text("name") ?? `${basename(file, extname(file))}-${ending}`,
    ),
    file,
    strategy,
    params,
    hash: new StrategySource(file).hash(params),
    settings,
    session,
    size,
    account: line.text("account")?.trim().toUpperCase(),
    place: isSimulated
      ? undefined
      : { host, port: port ?? (await onlyPort(host, PORT_NAMES[kind])), clientId, record: connection.record },
    speed: speedOf(line),
    faults: faults === undefined ? undefined : faultsIn(faults),
    from: line.text("from"),
    onStop: session.onStop,
    logLevel: line.choice("log-level", LOG_LEVELS) ?? "info",
  };
}

/** What the flags say of the session itself. */
function sessionSettings(line: Flags): SessionSettings {
  return given({
    symbols: line.has("symbols") ? line.texts("symbols") : undefined,
    bar: line.text("bar"),
    hours: line.choice("hours", HOURS),
    onStop: line.choice("on-stop", ON_STOP),
    barGrace: line.number("bar-grace", "a number of seconds, 0 or more", (value) => value >= 0),
  });
}

function speedOf(line: Flags): number {
  if (line.text("speed") === "max") return Infinity;
  return line.number("speed", "1, 60, another number above 0, or max", (value) => value > 0) ?? 1;
}

/** @throws CliError FLAG_POINTLESS */
function refusePointless(line: Flags, mode: SessionMode): void {
  const refuse = (flag: string, what: string, otherwise: string): never => {
    throw new CliError("FLAG_POINTLESS", { flag: flagOf(flag), what, data: "the gateway of this session", otherwise });
  };
  if (mode === "simulated") {
    for (const flag of ["record", "account", "client-id"]) {
      if (line.has(flag)) refuse(flag, "something of another gateway", "name one, as with --tws-paper");
    }
    return;
  }
  for (const flag of SIMULATION_FLAGS) {
    if (line.has(flag)) refuse(flag, "something of a simulated gateway", "name no other one");
  }
}

/** A simulated gateway has what its data have, of which only a store is asked. @throws CliError FLAG_POINTLESS */
function refuseSymbols(line: Flags, { data }: RunSettings): void {
  if (!line.has("symbols") || (data !== undefined && namesStore(data))) return;
  throw new CliError("FLAG_POINTLESS", {
    flag: flagOf("symbols"),
    what: "what is taken out of a store, or asked of TWS",
    data: data === undefined ? "a synthetic market" : [data].flat().join(", "),
    otherwise: "give --data store, or name a gateway, as with --tws-paper",
  });
}

/** @throws CliError INSTRUMENTS_UNNAMED, BAR_SIZE_UNNAMED */
function refuseUnnamed(mode: "paper" | "live", { symbols, bar }: SessionSettings): void {
  if (symbols === undefined || symbols.length === 0) throw new CliError("INSTRUMENTS_UNNAMED", { mode });
  if (bar === undefined) throw new CliError("BAR_SIZE_UNNAMED", { mode });
}

/** The symbols of a session, each once. */
export function symbolsOf({ symbols }: SessionSettings): string[] {
  const all = [symbols ?? []].flat().flatMap((text) => text.split(","));
  return [...new Set(all.map((text) => text.trim()).filter((text) => text !== ""))];
}
