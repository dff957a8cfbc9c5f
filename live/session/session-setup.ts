import type { ConnectionOptions } from "../../brokers/tws/connection/tws-connection.js";
import type { ContractCache } from "../../brokers/tws/contracts/contract-cache.js";
import type { ContractChoice } from "../../brokers/tws/contracts/contract-query.js";
import type { FeedSeries, TwsFeedOptions } from "../../brokers/tws/feed/feed-options.js";
import type { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import type { GuardSettings } from "../../core/guards/index.js";
import type { LogSink } from "../../core/log.js";
import type { BarSize } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { ParamValue } from "../../core/params.js";
import type { StrategyClass } from "../../core/strategy.js";
import type { RecordingWriter } from "../recording/recording-file.js";
import type { KillRequest } from "../session-control.js";
import type { SessionMode } from "../session-view.js";

/** By which hours an instrument of a session trades. */
export interface SessionHours {
  /** The regular sessions, from before the warm-up to beyond the end, which know those with the hours around them. */
  readonly sessions: Sessions;
  /** yyyymmdd of each. */
  readonly tradeDates: Int32Array;
}

/** Where the time of a simulated gateway comes from. */
export interface LockstepSetup {
  /** Port of the gateway's lockstep channel, on this machine. */
  readonly port: number;
  /** How many times as fast as the clock on the wall; Infinity for as fast as it goes. */
  readonly speed: number;
}

/** What a session is made of. Money is in the base currency. */
export interface SessionSetup {
  readonly name: string;
  readonly mode: SessionMode;
  readonly strategy: StrategyClass;
  /** For the screen: the file of the strategy, and by what the launch ladder knows this version. */
  readonly file: string;
  readonly hash: string;
  readonly params?: Readonly<Record<string, ParamValue>>;
  readonly seed?: number;
  /** Numbered from 0 by their index. */
  readonly instruments: readonly Instrument[];
  readonly choiceOf?: (instrument: Instrument) => ContractChoice | undefined;
  readonly contracts?: ContractCache;
  /** Bars that are asked of TWS, of every instrument; larger ones are built from them. */
  readonly size: BarSize;
  readonly what?: FeedSeries["what"];
  readonly hours?: FeedSeries["hours"];
  /** Trading hours of each instrument, by its index; made when the session's time is known. */
  readonly hoursOf: (instrument: Instrument, now: number) => SessionHours;
  readonly cash: number;
  readonly baseCurrency: string;
  readonly rates?: Readonly<Record<string, number>>;
  readonly guards?: GuardSettings | false;
  /** Hides accounts; the one of the session's log, where it has one. */
  readonly mask?: AccountMask;
  /** The account to trade, of those of the login; its only one by default. */
  readonly account?: string;
  /** How the strategy's code is called while the session comes up; just called by default. */
  readonly atStart?: AtStart;
  /** What the kill switch was asked for while no session ran; asked when the session begins. */
  readonly killAsked?: () => KillRequest | undefined;
  /** Path of the journal, or ":memory:". */
  readonly journal: string;
  /** Called when the journal is about to be opened: what must not be gone on with makes way. */
  readonly makeWay?: () => void;
  /** Begins the record of the session from which it can be played again; it is closed with the session. */
  readonly recording?: () => RecordingWriter | undefined;
  readonly connection: ConnectionOptions;
  /** Milliseconds to wait for the connection at the start. */
  readonly patience?: number;
  /** Of a simulated gateway that waits for this session. */
  readonly lockstep?: LockstepSetup;
  readonly feed?: Pick<TwsFeedOptions, "lines" | "barGrace" | "stale" | "renewal" | "patience">;
  readonly log?: LogSink;
  /** Catch bars that are kept beyond their handler. */
  readonly strict?: boolean;
  /** Numbers of at least 0 and below 1, for the name of a new journal. */
  readonly draw?: () => number;
}

/**
 * Whoever listens to signals while the session comes up gives them back while the strategy's code runs: code that never
 * returns could be ended by nothing else. A signal that has come and was not told yet would be lost with the listener.
 */
export interface AtStart {
  /** Hears it; wanted in front of every `apart`, with nothing that is waited for in between. Rejects where one has come. */
  heard(): Promise<void>;
  apart<T>(work: () => T): T;
}

/** Of a start to which nobody listens. */
export const UNHEARD: AtStart = { heard: () => Promise.resolve(), apart: (work) => work() };
