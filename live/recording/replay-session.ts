import type { ConnectionEvent } from "../../core/connection-event.js";
import { Desk } from "../../core/desk.js";
import { Engine } from "../../core/engine.js";
import type { Instant } from "../../core/market/bar-size.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import type { RestoredRun } from "../../core/orders/restored-run.js";
import { resolveParams } from "../../core/params.js";
import { FillReport } from "../../core/portfolio/fill-report.js";
import { construct, type StrategyClass } from "../../core/strategy.js";
import { Cursor, type Difference, Differs } from "./cursor.js";
import { RecordingError } from "./errors.js";
import {
  instrumentsOf,
  type RecordingHeader,
  recordedLocalTime,
  type SessionColumns,
  seriesOf,
  sessionsFrom,
  sessionsOf,
} from "./header.js";
import { FORMAT, type Line } from "./line.js";
import { PlayedBroker, PlayedEvidence, PlayedFeed } from "./played-parts.js";
import { readRecording } from "./recording-file.js";

/** Calls of the engine that may be made within what it is told. */
const CALLS: ReadonlySet<string> = new Set([
  ...["kill", "release", "flatten", "closeDown", "adjust", "hours", "connection", "stop", "settle"],
]);

/** What came of playing a session again. */
export interface ParityResult {
  readonly header: RecordingHeader;
  /** What the engine was given, and how much of what it decided was the same. */
  readonly inputs: number;
  readonly decisions: number;
  /** Where it first decided something else; undefined where it held. */
  readonly difference: Difference | undefined;
  /** How the recording ends: with the session, in the midst of it, or at its largest size. */
  readonly end: "whole" | "cut" | "full";
}

/** What a recording says of its session. @throws RecordingError */
export function readHeader(folder: string): RecordingHeader {
  for (const line of readRecording(folder)) return headerFrom(line, folder);
  throw new RecordingError("RECORDING_MISSING", { folder });
}

/**
 * Plays what a session's engine was given through a new one, and holds what comes out to what came out then, decision by
 * decision, up to the first that differs. Both are the same if nothing but what is recorded has borne on the strategy:
 * one that reads the wall clock is caught.
 * @throws RecordingError where the recording cannot be read; StrategyError where the strategy cannot be built
 */
export function replaySession(folder: string, type: StrategyClass): ParityResult {
  const cursor = new Cursor(readRecording(folder));
  if (cursor.broken !== undefined) throw cursor.broken;
  if (cursor.current === undefined) throw new RecordingError("RECORDING_MISSING", { folder });
  const header = headerFrom(cursor.take(), folder);
  const player = new Player(cursor, header, type);
  let end: ParityResult["end"] = "cut";
  while (cursor.isOpen) {
    if (cursor.current?.[0] === "finish") end = "whole";
    player.step();
  }
  if (cursor.broken !== undefined) throw cursor.broken;
  if (cursor.isFull) end = "full";
  return { header, inputs: cursor.inputs, decisions: cursor.decisions, difference: cursor.difference, end };
}

function headerFrom(line: Line, folder: string): RecordingHeader {
  const [kind, header] = line as [string, RecordingHeader];
  if (kind !== "session" || typeof header?.format !== "number") {
    throw new RecordingError("RECORDING_DAMAGED", { folder, line: 1, problem: "does not say what follows" });
  }
  if (header.format > FORMAT) {
    throw new RecordingError("RECORDING_NEWER", { folder, version: header.format, known: FORMAT });
  }
  return header;
}

/** A new engine, and what is done with it line by line. */
class Player {
  private readonly cursor: Cursor;
  private readonly engine: Engine;
  private readonly broker: PlayedBroker;
  private failure: unknown;

  constructor(cursor: Cursor, header: RecordingHeader, type: StrategyClass) {
    const desk = new Desk(type.name, resolveParams(type.name, type.paramSpecs, header.params));
    const strategy = construct(type, desk);
    for (const size of header.built) desk.subscribeAll(parseBarSize(size));
    const instruments = instrumentsOf(header);
    const { hasQuotes, hasTrades, cash, baseCurrency } = header;
    const { rates, guards, from, seed, strict, state, actions, onlySubscribed } = header;
    this.cursor = cursor;
    this.broker = new PlayedBroker(cursor, header.tradesAtClose);
    this.engine = new Engine({
      feed: new PlayedFeed(cursor, seriesOf(header, instruments), instruments, hasQuotes, hasTrades),
      broker: this.broker,
      strategy,
      desk,
      sessions: sessionsOf(header),
      cash,
      baseCurrency,
      localTime: recordedLocalTime((name) => cursor.answer(name)),
      ...(header.hasEvidence && { evidence: new PlayedEvidence(cursor) }),
      ...(rates !== undefined && { rates }),
      ...(guards !== undefined && { guards }),
      ...(from !== undefined && { from }),
      ...(seed !== undefined && { seed }),
      ...(strict !== undefined && { strict }),
      ...(state !== undefined && { state }),
      ...(actions !== undefined && { actions }),
      ...(onlySubscribed !== undefined && { onlySubscribed }),
    });
    this.engine.inbox.onDenied = ({ order, denial }) => this.broker.denied(order, denial);
    cursor.now = () => this.engine.clock.now;
  }

  /** Plays the next input and what came of it. */
  step(): void {
    const { cursor } = this;
    try {
      const failed = this.failureOf(cursor.current as Line);
      if (failed !== undefined) {
        this.failure = failed;
        cursor.decided(["x", failed instanceof Error ? failed.message : String(failed)]);
      }
      cursor.settled();
    } catch (error) {
      if (!(error instanceof Differs)) throw error;
    }
  }

  /** What a handler threw on this input; undefined where none did. */
  private failureOf(line: Line): unknown {
    try {
      this.play(line);
      return undefined;
    } catch (error) {
      // A strategy may have caught what ends the replay, or have it wrapped on the way.
      if (this.cursor.difference !== undefined) throw new Differs();
      return error;
    }
  }

  private play(line: Line): void {
    const { cursor, engine, broker } = this;
    switch (line[0]) {
      case "r":
        break;
      case "c":
        broker.change(cursor.take());
        break;
      case "b":
      case "p":
      case "q":
      case "t":
        engine.drain(1);
        break;
      case "f":
        engine.hear(engine.clock.now, () => this.told());
        break;
      case "hear":
        cursor.takeInput();
        engine.hear(line[1] as Instant, () => this.tell());
        break;
      default:
        this.call(cursor.takeInput());
    }
  }

  /** What the broker told by itself. */
  private told(): void {
    const { line, current } = this.cursor;
    this.broker.play("");
    // Told at another time than this: the replay is somewhere else.
    if (this.cursor.line === line) this.cursor.differ(current, undefined);
  }

  /** What the session told within a call of the engine. */
  private tell(): void {
    const { cursor } = this;
    while (cursor.isOpen) {
      const [kind, by] = cursor.current as Line;
      if (kind === "told") {
        cursor.take();
        return;
      }
      if ((kind === "f" || kind === "c") && by === "") this.told();
      else if (CALLS.has(kind)) this.call(cursor.takeInput());
      else cursor.settled();
    }
  }

  private call([kind, first, second, third]: Line): void {
    const { engine } = this;
    if (kind === "drain") engine.drain(1);
    else if (kind === "settle") engine.settle();
    else if (kind === "advance") engine.advance(first as Instant);
    else if (kind === "connection") engine.connectionChanged(first as ConnectionEvent);
    else if (kind === "kill") engine.kill(first as string, second as boolean);
    else if (kind === "release") engine.release();
    else if (kind === "flatten") engine.flatten(first as string, (second as number | undefined) ?? -1);
    else if (kind === "closeDown") engine.closeDown(first as string);
    else if (kind === "adjust") {
      engine.adjust(first as number, Object.assign(new FillReport(), second), third as string);
    } else if (kind === "hours") engine.changeHours(first as number, sessionsFrom(second as SessionColumns));
    else if (kind === "restore") engine.restore(first as RestoredRun);
    else if (kind === "stop") engine.stopStrategy(this.failure);
    else if (kind === "finish") engine.finish();
  }
}
