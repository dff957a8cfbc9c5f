import type { Sessions } from "../../core/calendar/sessions.js";
import type { ConnectionEvent } from "../../core/connection-event.js";
import { Engine } from "../../core/engine.js";
import type { EngineOptions } from "../../core/engine-options.js";
import { SeatrialError } from "../../core/errors.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { RestoredRun } from "../../core/orders/restored-run.js";
import type { FillReport } from "../../core/portfolio/fill-report.js";
import { columnsOf, headerOf, type RecordedAbout } from "./header.js";
import { Recorder } from "./recorder.js";
import type { RecordingWriter } from "./recording-file.js";
import { wrapped } from "./wrap.js";

/** Milliseconds of the session after which what was gathered is written to the disk. */
const WRITE_EVERY = 5_000;

/**
 * An engine that writes all it is given and all it decides into a recording; in everything else it is the engine. From
 * the recording the session can be played again: see replay-session.ts.
 */
export class RecordingEngine extends Engine {
  private readonly recorder: Recorder;
  private writeAt: Instant = 0;

  /** @param about what belongs into the recording and no option says */
  static over(options: EngineOptions, writer: RecordingWriter, about: RecordedAbout): RecordingEngine {
    const recorder = new Recorder(writer);
    writer.write(["session", headerOf(options, about)]);
    return new RecordingEngine(wrapped(options, recorder), recorder);
  }

  private constructor(options: EngineOptions, recorder: Recorder) {
    super(options);
    this.recorder = recorder;
    recorder.follow(this);
    this.inbox.onDenied = ({ order, denial }) => recorder.decided("deny", denial, ...recorder.order(order));
  }

  override drain(limit: number): number {
    const line = this.isInterrupted ? (["drain"] as const) : undefined;
    return this.recorder.input(line, () => super.drain(limit));
  }

  override settle(): void {
    this.recorder.input(["settle"], () => super.settle());
    if (this.clock.now < this.writeAt) return;
    this.writeAt = this.clock.now + WRITE_EVERY;
    this.recorder.writer.flush();
  }

  override restore(run: RestoredRun): number[] {
    return this.recorder.input(["restore", run], () => super.restore(run));
  }

  override advance(now: Instant): void {
    // A session lets time pass with every turn, mostly to where it is.
    if (now > this.clock.now) this.recorder.input(["advance", now], () => super.advance(now));
  }

  override hear(now: Instant, tell: () => void): void {
    this.recorder.input(["hear", now], () => super.hear(now, () => this.recorder.telling(tell)));
  }

  override connectionChanged(event: ConnectionEvent): void {
    this.recorder.input(["connection", event], () => super.connectionChanged(event));
  }

  override kill(reason: string, flatten = false): void {
    this.recorder.input(["kill", reason, flatten], () => super.kill(reason, flatten));
  }

  override closeDown(tag: string): void {
    this.recorder.input(["closeDown", tag], () => super.closeDown(tag));
  }

  override flatten(tag: string, instrument = -1): void {
    this.recorder.input(["flatten", tag, instrument], () => super.flatten(tag, instrument));
  }

  override adjust(instrument: number, report: FillReport, tag: string): void {
    this.recorder.input(["adjust", instrument, { ...report }, tag], () => super.adjust(instrument, report, tag));
  }

  override changeHours(instrument: number, sessions: Sessions): void {
    const line = ["hours", instrument, columnsOf(sessions)] as const;
    this.recorder.input(line, () => super.changeHours(instrument, sessions));
  }

  override release(): void {
    this.recorder.input(["release"], () => super.release());
  }

  override stopStrategy(error: unknown): void {
    const code = error instanceof SeatrialError ? error.code : "";
    this.recorder.input(["stop", code], () => super.stopStrategy(error));
  }

  override finish(): void {
    this.recorder.input(["finish"], () => super.finish());
    this.recorder.writer.flush();
  }
}
