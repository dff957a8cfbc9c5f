import { instantOf } from "../backtest/range.js";
import { Gateway } from "../brokers/gateway/gateway.js";
import { finestSeries } from "../brokers/gateway/gateway-data.js";
import type { ConnectionOptions } from "../brokers/tws/connection/tws-connection.js";
import { TrafficRecorder } from "../brokers/tws/recording/traffic-recorder.js";
import { calendarOf } from "../core/calendar/calendar-of.js";
import { calendarNamed } from "../core/calendar/calendars.js";
import { DAY, type Instant, SECOND } from "../core/market/bar-size.js";
import { Instrument } from "../core/market/instrument.js";
import { covers, sessionsAround } from "../data/exchange-sessions.js";
import { DEFAULT_STORE } from "../data/store/bar-store.js";
import { tradeDates } from "../data/trade-dates.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import type { HeldSession } from "../live/attend/held-session.js";
import { readKillFile } from "../live/control/kill-file.js";
import { RecordingWriter } from "../live/recording/recording-file.js";
import { newRecording } from "../live/recording/recordings.js";
import type { SessionHours, SessionSetup } from "../live/session/session-setup.js";
import { withTws } from "./connect-tws.js";
import { CliError } from "./errors.js";
import { accountSettings } from "./gateway-accounts.js";
import { openMarket } from "./gateway-market.js";
import { KeptContracts } from "./kept-contracts.js";
import { type SessionChoice, type SessionPlace, symbolsOf } from "./session-choice.js";

/** What is needed to open a session, and what has to be closed behind it. */
export interface PreparedSession {
  readonly setup: SessionSetup;
  /** What its reader should know, in sentences. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Messages a second of one who need not wait. */
const UNPACED = 1_000_000;
/** IB's paper accounts begin with as much. */
const SIMULATED_CASH = 1_000_000;
const CASH = 100_000;
/** What a simulated gateway trades where nobody says: minutes, for in days the first order would be hours away. */
const FIRST_MARKET = "synthetic:seed=1,bars=7800,bar=1min";
/** How far behind and ahead of now the hours of a session are known: years of warm-up, and longer than it runs. */
const HOURS_BEHIND = 5 * 365 * DAY;
const HOURS_AHEAD = 400 * DAY;
/** Seconds; TWS tells the last values of a bar a little behind its end. */
const BAR_GRACE = 1.5;

/** The setup of a session on the gateway that was chosen, or on one of its own. */
export function prepareSession(choice: SessionChoice, held: HeldSession): Promise<PreparedSession> {
  return choice.place === undefined ? simulated(choice, held) : atTws(choice, choice.place, held);
}

async function simulated(choice: SessionChoice, held: HeldSession): Promise<PreparedSession> {
  const { settings, size, from, faults } = choice;
  const { data, notes } = await openMarket(settings, [settings.data ?? FIRST_MARKET].flat());
  const gateway = await Gateway.listen({
    ...accountSettings(settings),
    data,
    port: 0,
    speed: "max",
    // Both sides would count messages by the clock on the wall, and time passes as fast as it likes.
    limits: { messageRate: false, historyPacing: false },
    ...(from !== undefined && { from: instantOf("from", from, data.instruments[0].timeZone) }),
    ...(faults !== undefined && { faults }),
    log: (text) => held.log.event("info", "GATEWAY", text),
  });
  const largest = finestSeries(data).reduce((most, one) => (one.size.ms > most.size.ms ? one : most));
  const address = { host: "127.0.0.1", port: gateway.port, clientId: 1 };
  const setup: SessionSetup = {
    ...commonOf(choice, held, address),
    // As the gateway lists them.
    instruments: data.instruments.map(
      (one) => new Instrument({ ...one, ...(isStock(one) && { exchange: "SMART" }) }, one.index),
    ),
    size: size ?? largest.size,
    hoursOf: ({ index }) => ({ sessions: data.sessions[index], tradeDates: data.tradeDates[index] }),
    cash: settings.cash ?? SIMULATED_CASH,
    connection: { address, perSecond: UNPACED },
    lockstep: { port: gateway.lockstepPort, speed: choice.speed },
    makeWay: () => held.makeWay(),
  };
  return { setup, notes, close: () => gateway.close() };
}

function isStock({ assetClass }: Instrument): boolean {
  return assetClass === "stock" || assetClass === "etf";
}

async function atTws(choice: SessionChoice, place: SessionPlace, held: HeldSession): Promise<PreparedSession> {
  const { settings, session, size } = choice;
  if (size === undefined) throw new CliError("BAR_SIZE_UNNAMED", { mode: choice.mode });
  const { host, port, clientId, record } = place;
  const calendar = settings.calendar === undefined || settings.calendar === "auto" ? undefined : settings.calendar;
  const { instruments, choiceOf } = await lookedUp(choice, place);
  // What has no hours is found now, and not when the session is up.
  const now = Date.now();
  for (const instrument of instruments) hoursOf(instrument, now, calendar);
  const recorder = record === undefined ? undefined : await TrafficRecorder.begin(record);
  const { lines, tickByTickLines, barGrace = BAR_GRACE } = session;
  const setup: SessionSetup = {
    ...commonOf(choice, held, { host, port, clientId }),
    instruments,
    choiceOf,
    size,
    hours: session.hours ?? "regular",
    hoursOf: (instrument, at) => hoursOf(instrument, at, calendar),
    cash: settings.cash ?? CASH,
    connection: {
      address: { host, port, clientId },
      attempts: 1,
      resets: { offsetAt: (zone, instant) => zoneOffsets(zone).offsetAt(instant) },
      ...(recorder !== undefined && { traffic: recorder }),
    },
    feed: {
      barGrace: barGrace * SECOND,
      lines: {
        ...(lines !== undefined && { total: lines }),
        ...(tickByTickLines !== undefined && { tickByTick: tickByTickLines }),
      },
    },
  };
  return { setup, notes: [], close: async () => recorder?.close() };
}

/** The instruments of the symbols that were named, as IB has them, and which of several contracts each of them is. */
function lookedUp(
  { settings, session }: SessionChoice,
  { host, port, clientId }: SessionPlace,
): Promise<Pick<SessionSetup, "instruments"> & { choiceOf: NonNullable<SessionSetup["choiceOf"]> }> {
  const known = Object.entries(settings.instruments ?? {}).map(([symbol, one]) => ({ ...one, symbol }));
  return withTws({ host, port, clientId, name: undefined, record: undefined }, async (tws) => {
    const store = settings.store?.file ?? DEFAULT_STORE;
    const kept = await KeptContracts.open(store, tws, { instruments: known, readonly: true });
    try {
      const instruments: Instrument[] = [];
      const choices = new Map<string, ReturnType<KeptContracts["choiceOf"]>>();
      for (const symbol of symbolsOf(session)) {
        const instrument = new Instrument({ ...(await kept.lookUp(symbol)) }, instruments.length);
        instruments.push(instrument);
        choices.set(instrument.symbol, kept.choiceOf(symbol));
      }
      return { instruments, choiceOf: ({ symbol }) => choices.get(symbol) };
    } finally {
      kept.close();
    }
  });
}

/** @throws CalendarError CALENDAR_UNKNOWN, CALENDAR_ABSENT, CALENDAR_DATE_OUTSIDE */
function hoursOf(instrument: Instrument, now: Instant, named: string | undefined): SessionHours {
  const calendar = named === undefined ? calendarOf(instrument) : calendarNamed(named);
  const from = covers(calendar, now - HOURS_BEHIND, now) ? now - HOURS_BEHIND : now;
  const to = covers(calendar, now, now + HOURS_AHEAD) ? now + HOURS_AHEAD : now;
  const sessions = sessionsAround(calendar, from, to);
  return { sessions, tradeDates: tradeDates(sessions, instrument.timeZone) };
}

function commonOf(
  { mode, folder, file, strategy, params, hash, settings, session, account }: SessionChoice,
  held: HeldSession,
  address: ConnectionOptions["address"],
) {
  const named = account ?? session.account;
  return {
    name: folder.name,
    mode,
    strategy,
    file,
    hash,
    params,
    baseCurrency: settings.baseCurrency ?? "USD",
    journal: folder.journal,
    killAsked: () => readKillFile(folder.killFile),
    mask: held.mask,
    recording: () => recordingOf(held),
    connection: { address },
    log: held.log.strategy,
    ...(named !== undefined && mode !== "simulated" && { account: named }),
    ...(settings.seed !== undefined && { seed: settings.seed }),
    ...(settings.rates !== undefined && { rates: settings.rates }),
    ...(settings.guards !== undefined && { guards: settings.guards }),
    ...(settings.strict !== undefined && { strict: settings.strict }),
  };
}

/** The record of a start; a disk that takes none is told of, and keeps nobody from trading. */
function recordingOf({ folder, log }: HeldSession): RecordingWriter | undefined {
  const ended = (reason: string): void => {
    log.event("warn", "RECORDING_ENDED", `The session is not recorded any more: ${reason}`);
  };
  try {
    const writer = new RecordingWriter(newRecording(folder.path, Date.now()));
    writer.onEnd = ended;
    return writer;
  } catch (error) {
    ended(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
