import { SECOND } from "../../core/market/bar-size.js";
import { ControlServer } from "../control/control-server.js";
import { KillWatch } from "../control/kill-watch.js";
import { writeSessionFile } from "../control/session-file.js";
import { LiveError } from "../errors.js";
import { SessionDisplay, type Terminal } from "../screen/session-display.js";
import type { KillRequest, SessionControl } from "../session-control.js";
import { HangWatch } from "./hang-watch.js";
import type { HeldSession } from "./held-session.js";
import { type Keys, StopRequests } from "./stop-requests.js";

export interface Surroundings {
  /** Resolves when the session has ended, in words such as "stopped"; rejects where it cannot go on. */
  readonly ended: Promise<string>;
  readonly terminal: Terminal;
  readonly keys: Keys;
  /** What becomes of positions at the end, where that is not to be asked. */
  readonly onStop?: "keep" | "flatten";
}

/** It was ended where it stood: what was sent is in the journal, and the next start takes it up. */
export const ABANDONED = "ended at once";

/**
 * Stays with a session until it has ended: tells what it is in session.json, answers commands, watches for the kill
 * switch, shows it, and takes Ctrl-C. Answers how it ended. However that is, nothing of this is left behind.
 * @throws ControlError SESSION_FOLDER, and whatever the session cannot go on for
 */
export async function attend(session: SessionControl, held: HeldSession, around: Surroundings): Promise<string> {
  const { folder, log } = held;
  const { name, mode, strategy, account, connection, startedAt } = session.view();
  const file = { name, mode, strategy, account, place: connection.place, pid: process.pid, startedAt };
  const known = { ...file, control: folder.controlPath };
  held.sessionTime = () => session.view().now;
  let watch: KillWatch | undefined;
  /** What the file KILL has asked for, until the command that has left it asks for the same. */
  let byFile: KilledByFile | undefined;
  const control = withKillFile(
    session,
    () => watch,
    () => {
      const found = byFile;
      byFile = undefined;
      return found;
    },
  );
  let isShown = true;
  const display = new SessionDisplay(
    () => session.view(),
    around.terminal,
    (error) => {
      // Once is enough: it would be said every second.
      if (isShown) log.event("error", "NOT_SHOWN", error instanceof Error ? error.message : String(error), { error });
      isShown = false;
    },
  );
  const failed = (what: string) => (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    log.event("error", "COMMAND_FAILED", `${what}: ${message}`, { error });
    display.say(`It could not ${what}: ${message}`);
  };
  watch = new KillWatch(folder.killFile, (asked) => {
    log.event("warn", "KILL_SWITCH", asked.reason, asked);
    const told = (answer: string): void => {
      log.event("info", "KILL_SWITCH", answer);
      display.say(answer);
    };
    const answer = session.kill(asked);
    byFile = { asked, answer, at: performance.now() };
    answer.then(told, failed("turn the kill switch on"));
  });
  /** What is left standing when the session has ended. */
  let last = "";
  let abandon: (how: string) => void = () => undefined;
  const abandoned = new Promise<string>((resolve) => {
    abandon = resolve;
  });
  const stops = new StopRequests({
    keys: around.keys,
    say: (text) => display.say(text),
    stop: (asked) => {
      log.event("info", "STOP", asked.flatten ? "stops and flattens" : "stops and keeps positions");
      const told = (answer: string): void => {
        log.event("info", "STOP", answer);
        last = answer;
      };
      session.stop(asked).then(told, (error: unknown) => {
        failed("stop")(error);
        if (error instanceof LiveError && error.code === "STOP_UNFINISHED") stops.goOn();
      });
    },
    abandon: () => abandon(ABANDONED),
    isSimulated: mode === "simulated",
    ...(around.onStop !== undefined && { onStop: around.onStop }),
  });
  const hang = new HangWatch({
    session: name,
    strategy: strategy.name,
    log: folder.log,
    isSimulated: mode === "simulated",
  });
  let server: ControlServer | undefined;
  let how = "failed";
  try {
    // Signals are heard by now: the session trades already, and SIGUSR2 would end the process instead of turning it off.
    server = await ControlServer.listen(folder.controlPath, control);
    writeSessionFile(folder, known);
    how = await Promise.race([around.ended, abandoned]);
    return how;
  } catch (error) {
    how = error instanceof Error ? error.message : String(error);
    log.event("error", "SESSION_FAILED", how, { error });
    throw error;
  } finally {
    stops.end();
    hang.close();
    watch.close();
    display.end();
    if (last !== "") around.terminal.write(`${last}\n`);
    if (how !== ABANDONED) await server?.close();
    if (server !== undefined) writeSessionFile(folder, { ...known, ended: { at: Date.now(), how } });
    log.event("info", "SESSION_ENDED", how);
  }
}

interface KilledByFile {
  readonly asked: KillRequest;
  readonly answer: Promise<string>;
  /** Milliseconds that never fall. */
  readonly at: number;
}

/** How far a command's own words may be behind the file that it leaves: what comes later is asked for anew. */
const SAME_COMMAND = 2 * SECOND;

/**
 * The same session, which takes the file KILL that comes with a kill for its own, and leaves none behind a release.
 * @param takeFound what the file has asked for, told once: a command leaves it in front of its own words, and where it was
 * found before these its answer is theirs
 */
function withKillFile(
  session: SessionControl,
  watch: () => KillWatch | undefined,
  takeFound: () => KilledByFile | undefined,
): SessionControl {
  return {
    view: () => session.view(),
    kill: (asked) => {
      watch()?.skip(asked);
      const found = takeFound();
      const isIt = found?.asked.reason === asked.reason && found.asked.flatten === asked.flatten;
      if (isIt && performance.now() - found.at < SAME_COMMAND) return found.answer;
      return session.kill(asked);
    },
    releaseKill: () => {
      watch()?.clear();
      takeFound();
      return session.releaseKill();
    },
    flatten: () => session.flatten(),
    adopt: (asked) => session.adopt(asked),
    reconcile: () => session.reconcile(),
    settle: (asked) => session.settle(asked),
    nameDifference: (asked) => session.nameDifference(asked),
    stop: (asked) => session.stop(asked),
  };
}
