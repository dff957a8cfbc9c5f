import { ALERTS } from "../live/alerts.js";
import { ABANDONED, attend } from "../live/attend/attend.js";
import { HeldSession } from "../live/attend/held-session.js";
import { isOfStrategy } from "../live/failed-place.js";
import { Ladder } from "../live/ladder/ladder.js";
import { PaperDays } from "../live/ladder/paper-days.js";
import { compileEarly } from "../live/session/compile-early.js";
import { Lockstep } from "../live/session/lockstep.js";
import { openSession } from "../live/session/open-session.js";
import type { Session } from "../live/session/session.js";
import type { SessionNote } from "../live/session/session-news.js";
import { SessionOperator } from "../live/session/session-operator.js";
import { SessionViewer } from "../live/session/session-viewer.js";
import type { SessionView } from "../live/session-view.js";
import { outliveReaders } from "./closed-outputs.js";
import { CliError } from "./errors.js";
import { takeEscapedErrors } from "./escaped-errors.js";
import { DONE, FAILED } from "./exit-code.js";
import { Interruption, orInterrupted } from "./interruption.js";
import { sentenceOf } from "./print-error.js";
import type { SessionChoice } from "./session-choice.js";
import { prepareSession } from "./session-setup.js";
import { writeStandardError } from "./standard-error.js";

const SECOND = 1_000;
/** Milliseconds that a start which was interrupted has to end. */
const END_WAIT = 1_000;
/** What a session takes for a request to stop, and what therefore ends its start as well. */
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs the session that was chosen until it ends; answers the exit code. */
export async function runSession(choice: SessionChoice): Promise<number> {
  const { folder, mode, logLevel, onStop } = choice;
  const isSimulated = mode === "simulated";
  const held = await HeldSession.take(folder, mode, logLevel);
  const { log } = held;
  const { stdout, stdin } = process;
  let opening: Promise<Session> | undefined;
  let running: Session | undefined;
  const tell = ({ level, event, text, data }: SessionNote): void => {
    log.event(level, event.toUpperCase().replaceAll(/[ -]/g, "_"), text, data);
    // A start may wait for minutes, and takes up what has happened since the last end: who looks on is to see both.
    // Alerts are shown as soon as there is a screen.
    const isShown = level === "warn" || level === "error" || event === "FILL" || event.startsWith("ORDER_");
    if (running === undefined && isShown && !(event in ALERTS)) stdout.write(`${text}\n`);
  };
  let isHeld = true;
  outliveReaders((stream, error) => {
    if (isHeld) log.event("warn", "OUTPUT_LOST", `${stream} is gone, and the session goes on: ${error.message}`);
  });
  const leaveErrors = takeEscapedErrors((error, origin) => {
    try {
      if (running !== undefined && isOfStrategy(error, origin)) {
        running.strategyEscaped(error);
        return true;
      }
    } catch (further) {
      log.event("error", "SESSION_FAILED", sentenceOf(further), { error: further });
    }
    // The process ends with it: nobody but the log tells so where no one looks.
    log.event("error", "SESSION_FAILED", sentenceOf(error), { error });
    return false;
  });
  compileEarly();
  const start = new Interruption(STOP_SIGNALS);
  try {
    log.event("info", "START", `${choice.strategy.name} starts, ${mode}`, {
      file: choice.file,
      hash: choice.hash,
      params: choice.params,
      ...(held.wasCut && { before: "the start before did not end in order" }),
    });
    stdout.write(`${folder.name} starts; its journal and log are in ${folder.path}.\n`);
    const prepared = await orInterrupted(prepareSession(choice, held), start.signal);
    for (const note of prepared.notes) log.event("info", "NOTE", note);
    try {
      opening = openSession({ ...prepared.setup, atStart: start }, tell);
      const session = await orInterrupted(opening, start.signal);
      const days = mode === "paper" ? watchDays(session, choice) : undefined;
      const viewer = new SessionViewer(session, Date.now());
      const { ended, over, latest } = endOf(session, viewer);
      const operator = new Operator(session, viewer, () => over("stopped"));
      operator.latest = latest;
      await start.heard();
      held.cameUp();
      try {
        start.apart(() => session.begin());
      } catch (error) {
        if (start.signal.aborted) endInStrategy(choice, held);
        throw error;
      }
      running = session;
      try {
        const attended = attend(operator, held, {
          ended,
          terminal: stdout,
          keys: stdin,
          ...(onStop !== undefined && { onStop }),
        });
        // Not before they listen who attend to it: a signal that has come and was not told yet is theirs.
        start.end();
        const how = await attended;
        if (how === ABANDONED) {
          session.abandon();
          const next = isSimulated ? "its simulated gateway ended with it" : "its next start takes up where it was";
          stdout.write(`It was ended at once; ${next}.\n`);
          endAtOnce();
          return FAILED;
        }
        const { failure } = session.parts.journal;
        if (failure !== undefined) throw failure;
        stdout.write(`${folder.name} has ended: ${how}.\n`);
        if (session.failure === undefined) return DONE;
        writeStandardError(`${session.failure}\n`);
        return FAILED;
      } catch (error) {
        // A disk that is full fails everything that is written to it; it is the journal that counts.
        throw session.parts.journal.failure ?? error;
      } finally {
        clearInterval(days);
        session.stop();
      }
    } finally {
      await prepared.close();
    }
  } catch (error) {
    // While the journal of this start is open, that of before cannot come back.
    if (isSimulated && running === undefined && !(await hasEnded(opening))) held.leaveAside();
    if (running === undefined && start.signal.aborted) {
      const next = isSimulated
        ? "Its simulated gateway ended with it, and its next start begins anew."
        : "What its orders and positions at the broker are, its next start takes up.";
      const { code, message } = new CliError("START_INTERRUPTED", { name: folder.name, next });
      log.event("info", code, message);
      writeStandardError(`${message}\n`);
      endAtOnce();
      return FAILED;
    }
    log.event("error", "SESSION_FAILED", error instanceof Error ? error.message : String(error), { error });
    throw error;
  } finally {
    start.end();
    leaveErrors();
    isHeld = false;
    held.release();
  }
}

/** Whether nothing of a start that was interrupted is open any more. One that has come up by then is dropped. */
async function hasEnded(opening: Promise<Session> | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), END_WAIT);
  });
  const ended = opening?.then(
    (session) => session.abandon(),
    () => undefined,
  );
  try {
    return await Promise.race([late, Promise.resolve(ended).then(() => true)]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * A handler was broken off that may never have returned, anywhere in what it has led to: nothing more is done with the
 * session, and the next start takes it for one whose process was killed.
 */
function endInStrategy({ folder, mode }: SessionChoice, { log }: HeldSession): never {
  const next =
    mode === "simulated"
      ? "Its simulated gateway ended with it, and its next start begins anew."
      : "Its next start takes up where it was; what works at the broker works on.";
  const { code, message } = new CliError("STRATEGY_INTERRUPTED", { name: folder.name, next });
  log.event("error", code, message);
  writeStandardError(`${message}\n`);
  process.exit(FAILED);
}

/** Whoever waits for an answer of the broker waits no longer. */
function endAtOnce(): void {
  setImmediate(() => process.exit(FAILED));
}

interface End {
  readonly ended: Promise<string>;
  readonly over: (how: string) => void;
  /** The last view of a session that has ended: its journal is closed. */
  readonly latest: () => SessionView | undefined;
}

/** The operator of a session that can still be looked at when it has ended. */
class Operator extends SessionOperator {
  latest: () => SessionView | undefined = () => undefined;

  override view(): SessionView {
    return this.latest() ?? super.view();
  }
}

/** How the session ends: by its operator, or with the data of its gateway. */
function endOf(session: Session, viewer: SessionViewer): End {
  let over!: End["over"];
  let latest: SessionView | undefined;
  const ended = new Promise<string>((resolve) => {
    over = (how) => {
      latest ??= { ...viewer.view(), state: "stopped" };
      session.stop();
      resolve(how);
    };
  });
  const { time } = session.parts;
  if (time instanceof Lockstep) time.onOver = () => over("the data of its gateway has ended");
  return { ended, over, latest: () => latest };
}

/** Puts the trading days of a paper session on record for the launch ladder as they end. */
function watchDays(session: Session, { hash, file, folder }: SessionChoice): NodeJS.Timeout {
  const { connection, news, hours } = session.parts;
  const days = new PaperDays(hours.tables[0], hours.datesOf(0));
  const ladder = new Ladder();
  const look = (): void => {
    const day = days.look(session.now, connection.state === "ready" && session.isReconciled);
    if (day === undefined) return;
    try {
      ladder.record(hash, { rung: "paper", at: Date.now(), file, session: folder.name, day });
    } catch (error) {
      // The session goes on; the day is missing on the ladder, and the log says why.
      news.note("ladder", error instanceof Error ? error.message : String(error), undefined, "error");
    }
  };
  return setInterval(look, SECOND).unref();
}
