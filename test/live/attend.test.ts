import { EventEmitter } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ABANDONED, attend, type Surroundings } from "../../live/attend/attend.js";
import { HeldSession } from "../../live/attend/held-session.js";
import { type Keys, STOP_QUESTION, STOP_QUESTION_SIMULATED } from "../../live/attend/stop-requests.js";
import { command, viewOf } from "../../live/control/control-client.js";
import { readKillFile, writeKillFile } from "../../live/control/kill-file.js";
import { readSessionFile, writeSessionFile } from "../../live/control/session-file.js";
import { SessionFolder } from "../../live/control/session-folder.js";
import { isHeld } from "../../live/control/session-lock.js";
import { LiveError } from "../../live/errors.js";
import type { SessionMode } from "../../live/session-view.js";
import { aSessionFile, aView, ScriptedSession } from "./a-session.js";
import { sessionsFolder } from "./session-places.js";

/** A keyboard whose keys are pressed by the test. */
class Keyboard extends EventEmitter implements Keys {
  isTTY = true;
  isRaw = false;
  setRawMode(raw: boolean): void {
    this.isRaw = raw;
  }
  resume(): void {}
  pause(): void {}
  press(key: string): void {
    this.emit("data", Buffer.from(key));
  }
}

class EndingSession extends ScriptedSession {
  end: (how: string) => void = () => undefined;
  fail: (error: Error) => void = () => undefined;
  readonly ended = new Promise<string>((resolve, reject) => {
    this.end = resolve;
    this.fail = reject;
  });
  override stop = (asked: unknown): Promise<string> => {
    this.asked.push(["stop", asked]);
    this.end("stopped");
    return Promise.resolve("It stops.");
  };
}

async function attended(
  around: Partial<Surroundings> & { readonly isTTY?: boolean; readonly mode?: SessionMode } = {},
) {
  const folder = new SessionFolder(sessionsFolder(), "cross");
  const held = await HeldSession.take(folder, "paper");
  const session = new EndingSession();
  session.view = () => aView({ mode: around.mode ?? "paper" });
  const keys = new Keyboard();
  keys.isTTY = around.isTTY ?? true;
  const terminal = { isTTY: false, text: "", write: (text: string) => void (terminal.text += text) };
  const how = attend(session, held, { terminal, keys, ended: session.ended, ...around });
  await until(() => existsSync(folder.controlPath) && readSessionFile(folder) !== undefined);
  const log = (): string => readFileSync(folder.log, "utf8");
  return { folder, held, session, keys, terminal, how, log };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const interrupt = (): void => void process.emit("SIGINT");
const NEW_LISTENERS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR2"] as const;
const listeners = (): number[] => NEW_LISTENERS.map((signal) => process.listenerCount(signal));

describe("a session that is attended", () => {
  it("is told of in session.json while it runs and after, answers commands, and leaves nothing behind", async () => {
    const before = listeners();
    const { folder, held, session, how, log } = await attended();
    expect(readSessionFile(folder)).toMatchObject({
      name: "cross",
      mode: "paper",
      account: "DU0000001",
      pid: process.pid,
    });
    expect(readSessionFile(folder)?.ended).toBeUndefined();
    expect((await viewOf(folder)).name).toBe("cross");
    expect(await command(folder, { command: "flatten" })).toBe("It was asked to flatten.");
    expect(await isHeld(folder)).toBe(true);
    session.end("stopped");
    expect(await how).toBe("stopped");
    expect(readSessionFile(folder)?.ended).toMatchObject({ how: "stopped" });
    expect(existsSync(folder.controlPath)).toBe(false);
    expect(log()).toContain('"code":"SESSION_ENDED"');
    held.release();
    expect(await isHeld(folder)).toBe(false);
    expect(listeners()).toEqual(before);
  });

  it.each([
    ["SIGUSR2", [["kill", { reason: "signal SIGUSR2", flatten: false }]]],
    ["SIGTERM", [["stop", { flatten: false }]]],
    ["SIGINT", [["stop", { flatten: false }]]],
  ] as const)("hears the signal %s from the first moment, before it answers commands", async (signal, heard) => {
    const folder = new SessionFolder(sessionsFolder(), "cross");
    const held = await HeldSession.take(folder, "paper");
    const session = new EndingSession();
    const terminal = { isTTY: false, write: () => undefined };
    const keys = new Keyboard();
    keys.isTTY = false;
    const how = attend(session, held, { terminal, keys, ended: session.ended });
    expect(readSessionFile(folder)).toBeUndefined();
    process.emit(signal);
    expect(session.asked).toEqual(heard);
    session.end("stopped");
    expect(await how).toBe("stopped");
    held.release();
  });

  it("that cannot go on says why, in its file and in its log", async () => {
    const { folder, session, how, log } = await attended();
    session.fail(new Error("the journal is full"));
    await expect(how).rejects.toThrow("the journal is full");
    expect(readSessionFile(folder)?.ended?.how).toBe("the journal is full");
    expect(log()).toContain('"code":"SESSION_FAILED"');
  });

  it("hears of the file KILL, says what came of it, and a release removes it", async () => {
    const { folder, session, terminal, how } = await attended();
    writeKillFile(folder.killFile, { reason: "by hand", flatten: true });
    await until(() => terminal.text.includes("It was asked to kill.\n"));
    expect(session.asked).toEqual([["kill", { reason: "by hand", flatten: true }]]);
    await command(folder, { command: "releaseKill" });
    expect(existsSync(folder.killFile)).toBe(false);
    session.end("stopped");
    await how;
  });

  it.each(["the file KILL", "the signal SIGUSR2"])("is killed by %s at once behind a release too", async (by) => {
    const { folder, session, how } = await attended();
    const first = { reason: "by hand", flatten: false };
    writeKillFile(folder.killFile, first);
    await until(() => session.asked.length > 0);
    await command(folder, { command: "releaseKill" });
    const again = { reason: by === "the file KILL" ? "again" : "signal SIGUSR2", flatten: false };
    if (by === "the file KILL") writeKillFile(folder.killFile, again);
    else process.emit("SIGUSR2");
    await until(() => session.asked.length > 2);
    expect(session.asked).toEqual([["kill", first], ["releaseKill"], ["kill", again]]);
    expect(readKillFile(folder.killFile)).toEqual(again);
    session.end("stopped");
    await how;
  });

  it("leaves the file where the signal comes a moment behind its removal by hand", async () => {
    const { folder, session, how } = await attended();
    writeKillFile(folder.killFile, { reason: "by hand", flatten: false });
    await until(() => session.asked.length > 0);
    rmSync(folder.killFile);
    process.emit("SIGUSR2");
    expect(readKillFile(folder.killFile)?.reason).toBe("signal SIGUSR2");
    session.end("stopped");
    await how;
  });

  it("is killed by the signal where the file cannot be written", async () => {
    const { folder, session, how } = await attended();
    mkdirSync(`${folder.killFile}.${process.pid}.new`);
    process.emit("SIGUSR2");
    expect(session.asked).toEqual([
      [
        "kill",
        { reason: expect.stringContaining("signal SIGUSR2; the file KILL cannot be written: "), flatten: false },
      ],
    ]);
    session.end("stopped");
    await how;
  });

  it("closes its positions for a file that asks for it where a command came for less", async () => {
    const { folder, session, how } = await attended();
    writeKillFile(folder.killFile, { reason: "by hand", flatten: true });
    await command(folder, { command: "kill", reason: "by command", flatten: false });
    await until(() => session.asked.some((one) => JSON.stringify(one).includes('"flatten":true')));
    session.end("stopped");
    await how;
  });

  it("is killed once by a command that leaves the file as well", async () => {
    const { folder, session, how } = await attended();
    const asked = { reason: "by command", flatten: false };
    writeKillFile(folder.killFile, asked);
    await command(folder, { command: "kill", ...asked });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(session.asked).toEqual([["kill", asked]]);
    session.end("stopped");
    await how;
  });

  it("answers a command whose file was found before its words with what came of the file", async () => {
    const { folder, session, how } = await attended();
    const asked = { reason: "by command", flatten: false };
    writeKillFile(folder.killFile, asked);
    await until(() => session.asked.length > 0);
    expect(await command(folder, { command: "kill", ...asked })).toBe("It was asked to kill.");
    expect(session.asked).toEqual([["kill", asked]]);
    const another = { ...asked, reason: "another" };
    await command(folder, { command: "kill", ...another });
    expect(session.asked).toEqual([
      ["kill", asked],
      ["kill", another],
    ]);
    session.end("stopped");
    await how;
  });

  it("starts with the kill switch on where the file is there", async () => {
    const folder = new SessionFolder(sessionsFolder(), "cross");
    folder.make();
    writeFileSync(folder.killFile, "bad news\n");
    const held = await HeldSession.take(folder, "live");
    const session = new EndingSession();
    const terminal = { isTTY: false, write: () => undefined };
    const how = attend(session, held, { terminal, keys: new Keyboard(), ended: session.ended });
    await until(() => session.asked.length > 0);
    expect(session.asked).toEqual([["kill", { reason: "bad news", flatten: false }]]);
    session.end("stopped");
    await how;
  });
});

describe("Ctrl-C", () => {
  it("on a terminal asks once what becomes of the positions", async () => {
    for (const [key, flatten] of [
      ["k", false],
      ["F", true],
    ] as const) {
      const { session, keys, terminal, how } = await attended();
      interrupt();
      expect(terminal.text).toContain(STOP_QUESTION);
      expect(keys.isRaw).toBe(true);
      expect(session.asked).toEqual([]);
      keys.press("x");
      keys.press(key);
      await how;
      expect(session.asked).toEqual([["stop", { flatten }]]);
      expect(keys.isRaw).toBe(false);
    }
  });

  it("does not speak of what stays where the session is simulated, and its gateway ends with it", async () => {
    const { terminal, how } = await attended({ mode: "simulated" });
    interrupt();
    expect(terminal.text).toContain(STOP_QUESTION_SIMULATED);
    interrupt();
    expect(terminal.text).toContain("It stops, and its simulated gateway with it.");
    await how;
    expect(terminal.text).not.toContain("stay");
  });

  it("is taken back by going on", async () => {
    const { session, keys, how } = await attended();
    for (const key of ["g", "\u001b"]) {
      interrupt();
      keys.press(key);
      expect(keys.isRaw).toBe(false);
    }
    keys.press("f");
    expect(session.asked).toEqual([]);
    session.end("stopped");
    await how;
  });

  it("a second time stops and keeps, as a key too", async () => {
    for (const again of [interrupt, undefined]) {
      const { session, keys, how } = await attended();
      interrupt();
      if (again === undefined) keys.press("\u0003");
      else again();
      await how;
      expect(session.asked).toEqual([["stop", { flatten: false }]]);
    }
  });

  it("while it stops ends it where it stands", async () => {
    const { folder, session, keys, how, terminal } = await attended();
    session.stop = (asked) => {
      session.asked.push(["stop", asked]);
      return new Promise(() => undefined);
    };
    interrupt();
    keys.press("f");
    expect(terminal.text).toContain("It closes its positions and stops.");
    interrupt();
    expect(await how).toBe(ABANDONED);
    expect(readSessionFile(folder)?.ended?.how).toBe(ABANDONED);
  });

  it("asks nobody where it was said before, or where there is no terminal", async () => {
    for (const [around, flatten] of [
      [{ onStop: "flatten" }, true],
      [{ onStop: "keep" }, false],
      [{ isTTY: false }, false],
    ] as const) {
      const { session, how, terminal } = await attended(around);
      interrupt();
      await how;
      expect(session.asked).toEqual([["stop", { flatten }]]);
      expect(terminal.text).not.toContain(STOP_QUESTION);
    }
  });

  it("and SIGTERM are the same without a question", async () => {
    const { session, how, terminal } = await attended();
    process.emit("SIGTERM");
    await how;
    expect(session.asked).toEqual([["stop", { flatten: false }]]);
    expect(terminal.text).not.toContain(STOP_QUESTION);
  });

  it("that closes the positions says at the end what came of it", async () => {
    const { session, terminal, how, log } = await attended({ onStop: "flatten" });
    interrupt();
    expect(await how).toBe("stopped");
    expect(session.asked).toEqual([["stop", { flatten: true }]]);
    expect(terminal.text.endsWith("It stops.\n")).toBe(true);
    expect(log()).toContain("It stops.");
  });

  it("that cannot be done is said, and the session goes on", async () => {
    const { session, how, terminal, log } = await attended({ isTTY: false });
    session.stop = () => Promise.reject(new Error("the broker does not answer"));
    interrupt();
    await until(() => terminal.text.includes("It could not stop: the broker does not answer"));
    expect(log()).toContain("COMMAND_FAILED");
    session.end("stopped");
    await how;
  });
});

describe("a stop that has to wait for closing orders", () => {
  it("is said, and may be asked for again", async () => {
    const { session, how, terminal } = await attended({ onStop: "flatten" });
    const { stop } = session;
    const what = "100 SPY are still held";
    session.stop = () => Promise.reject(new LiveError("STOP_UNFINISHED", { what }));
    interrupt();
    await until(() => terminal.text.includes("The session goes on, for it has not closed its positions yet"));
    session.stop = stop;
    interrupt();
    expect(await how).not.toBe(ABANDONED);
    expect(session.asked).toEqual([["stop", { flatten: true }]]);
  });
});

/** What a start leaves in place of what was there. */
function begun(held: HeldSession, path: string): void {
  held.makeWay();
  for (const name of ["journal.sqlite", "journal.sqlite-shm"]) writeFileSync(join(path, name), "new");
}

describe("the folder of a session", () => {
  it("is not taken twice, nor by another kind of trading", async () => {
    const folder = new SessionFolder(sessionsFolder(), "cross");
    const held = await HeldSession.take(folder, "paper");
    await expect(HeldSession.take(folder, "paper")).rejects.toThrow("runs already");
    writeSessionFile(folder, aSessionFile(folder));
    writeFileSync(folder.journal, "x");
    held.release();
    await expect(HeldSession.take(folder, "live")).rejects.toThrow('The session "cross" belongs to paper trading.');
    const again = await HeldSession.take(folder, "paper");
    expect(again.wasCut).toBe(true);
    writeSessionFile(folder, aSessionFile(folder, { ended: { at: 0, how: "stopped" } }));
    again.release();
    const third = await HeldSession.take(folder, "paper");
    expect(third.wasCut).toBe(false);
    third.release();
  });

  it("is not taken where it has run and its journal is gone or empty, but for a simulated session", async () => {
    for (const [left, sentence] of [
      [undefined, "The session cross has run, and its journal"],
      ["", "is damaged: it is empty. Keep the file."],
    ] as const) {
      for (const mode of ["paper", "live", "simulated"] as const) {
        const folder = new SessionFolder(sessionsFolder(), "cross");
        folder.make();
        writeSessionFile(folder, { ...aSessionFile(folder), mode });
        if (left !== undefined) writeFileSync(folder.journal, left);
        const held = HeldSession.take(folder, mode);
        if (mode === "simulated") (await held).release();
        else await expect(held, mode).rejects.toThrow(sentence);
        expect(await isHeld(folder)).toBe(false);
      }
    }
  });

  const JOURNAL = ["journal.sqlite", "journal.sqlite-wal", "journal-archive.sqlite"];

  function left(mode: SessionMode): SessionFolder {
    const folder = new SessionFolder(sessionsFolder(), "cross");
    folder.make();
    for (const name of [...JOURNAL, "KILL"]) writeFileSync(join(folder.path, name), "x");
    writeSessionFile(folder, { ...aSessionFile(folder), mode });
    return folder;
  }

  it("keeps its journal, but that of a simulated session, whose gateway is gone, once another has come up", async () => {
    for (const [mode, stays] of [
      ["paper", true],
      ["simulated", false],
    ] as const) {
      const folder = left(mode);
      const held = await HeldSession.take(folder, mode);
      if (mode === "simulated") held.makeWay();
      held.cameUp();
      held.release();
      for (const name of JOURNAL) {
        expect(existsSync(join(folder.path, name)), name).toBe(stays);
      }
      // Of a start that comes no further nobody is told that its journal is lost.
      expect(folder.exists).toBe(stays);
      // A kill switch outlives a restart of any session.
      expect(existsSync(folder.killFile)).toBe(true);
    }
  });

  it.each(["before", "set-aside"])("of an account keeps its journal beside a folder called %s", async (name) => {
    for (const mode of ["paper", "live"] as const) {
      const folder = left(mode);
      mkdirSync(join(folder.path, name));
      for (const file of [...JOURNAL, "session.json"]) writeFileSync(join(folder.path, name, file), "a copy");
      await HeldSession.take(folder, mode).then(
        (held) => held.release(),
        () => undefined,
      );
      for (const file of JOURNAL) expect(readFileSync(join(folder.path, file), "utf8"), file).toBe("x");
      expect(readSessionFile(folder)?.mode).toBe(mode);
      expect(readdirSync(join(folder.path, name))).toHaveLength(4);
    }
  });

  it("of an account is not begun over the files of a simulated start that was killed", async () => {
    const folder = left("simulated");
    const held = await HeldSession.take(folder, "simulated");
    held.makeWay();
    held.leaveAside();
    held.release();
    await expect(HeldSession.take(folder, "paper")).rejects.toThrow(
      'The session "cross" belongs to simulated trading.',
    );
    expect(await isHeld(folder)).toBe(false);
    (await HeldSession.take(folder, "simulated")).release();
    expect(readFileSync(folder.journal, "utf8")).toBe("x");
  });

  it.each([
    ["before its journal is opened", () => undefined],
    ["behind that", (held: HeldSession, { path }: SessionFolder) => begun(held, path)],
    [
      "by the end of its process",
      (held: HeldSession, { path }: SessionFolder) => {
        begun(held, path);
        held.leaveAside();
      },
    ],
    [
      "by the end of its process while files of the session before are put aside",
      (held: HeldSession, { path }: SessionFolder) => {
        mkdirSync(join(path, "set-aside.part"));
        renameSync(join(path, JOURNAL[0]), join(path, "set-aside.part", JOURNAL[0]));
        held.leaveAside();
      },
    ],
    [
      "by the end of its process while they are put back",
      (held: HeldSession, { path }: SessionFolder) => {
        begun(held, path);
        for (const name of readdirSync(path).filter((one) => one.startsWith("journal"))) rmSync(join(path, name));
        renameSync(join(path, "set-aside"), join(path, "set-aside.part"));
        renameSync(join(path, "set-aside.part", JOURNAL[1]), join(path, JOURNAL[1]));
        held.leaveAside();
      },
    ],
  ])("has what the simulated session before has left where a start is refused %s", async (_when, refused) => {
    const folder = left("simulated");
    const held = await HeldSession.take(folder, "simulated");
    refused(held, folder);
    held.release();
    (await HeldSession.take(folder, "simulated")).release();
    for (const name of JOURNAL) expect(readFileSync(join(folder.path, name), "utf8"), name).toBe("x");
    expect(readSessionFile(folder)?.mode).toBe("simulated");
    expect(readdirSync(folder.path).filter((name) => name.startsWith("set-aside"))).toEqual([]);
  });

  it("of a simulated session that has come up has nothing of the one before, wherever the process ended", async () => {
    const folder = left("simulated");
    const held = await HeldSession.take(folder, "simulated");
    begun(held, folder.path);
    renameSync(join(folder.path, "set-aside"), join(folder.path, "set-aside.gone"));
    held.leaveAside();
    held.release();
    (await HeldSession.take(folder, "simulated")).release();
    expect(readFileSync(folder.journal, "utf8")).toBe("new");
    expect(existsSync(join(folder.path, JOURNAL[2]))).toBe(false);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("set-aside"))).toEqual([]);
  });
});
