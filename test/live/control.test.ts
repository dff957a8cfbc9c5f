import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command, viewOf } from "../../live/control/control-client.js";
import { ControlServer } from "../../live/control/control-server.js";
import type { ControlError } from "../../live/control/errors.js";
import { findSession } from "../../live/control/find-session.js";
import { readKillFile, removeKillFile, writeKillFile } from "../../live/control/kill-file.js";
import { KillWatch } from "../../live/control/kill-watch.js";
import { readSessionFile, writeSessionFile } from "../../live/control/session-file.js";
import { SessionFolder, sessionsIn } from "../../live/control/session-folder.js";
import { isHeld, SessionLock } from "../../live/control/session-lock.js";
import type { KillRequest } from "../../live/session-control.js";
import { projectRoot } from "../shared-data.js";
import { aSessionFile, aView, ScriptedSession } from "./a-session.js";
import { sessionsFolder } from "./session-places.js";

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: unknown) => (error as ControlError).code,
  );

async function running(name = "cross", sessions = sessionsFolder()) {
  const folder = new SessionFolder(sessions, name);
  const lock = await SessionLock.take(folder);
  const session = new ScriptedSession();
  const server = await ControlServer.listen(folder.controlPath, session);
  writeSessionFile(folder, aSessionFile(folder));
  const end = async (): Promise<void> => {
    await server.close();
    lock.release();
  };
  return { sessions, folder, lock, session, server, end };
}

describe("a running session", () => {
  it("shows itself to whoever asks, and the view survives the way", async () => {
    const { folder, end } = await running();
    expect(await viewOf(folder)).toEqual(aView());
    await end();
  });

  it("is asked for everything an operator may want, each with its own words", async () => {
    const { folder, session, end } = await running();
    expect(await command(folder, { command: "kill", reason: "news", flatten: true })).toBe("It was asked to kill.");
    await command(folder, { command: "releaseKill" });
    await command(folder, { command: "flatten" });
    await command(folder, { command: "adopt", symbol: "IBM" });
    await command(folder, { command: "adopt", ref: "hand-1" });
    await command(folder, { command: "reconcile" });
    await command(folder, { command: "nameDifference", symbol: "SPY", quantity: -60, as: "foreign" });
    await command(folder, { command: "stop", flatten: false });
    expect(session.asked).toEqual([
      ["kill", { reason: "news", flatten: true }],
      ["releaseKill", {}],
      ["flatten", {}],
      ["adopt", { symbol: "IBM" }],
      ["adopt", { ref: "hand-1" }],
      ["reconcile", {}],
      ["nameDifference", { symbol: "SPY", quantity: -60, as: "foreign" }],
      ["stop", { flatten: false }],
    ]);
    await end();
  });

  it("says in its own words what it cannot do", async () => {
    const { folder, end } = await running();
    const refused = command(folder, { command: "settle", ref: "cross-9", as: "gone" });
    await expect(refused).rejects.toThrow("There is no lost intent cross-9.");
    await end();
  });

  it("answers nonsense with an error, and goes on", async () => {
    const { folder, session, end } = await running();
    const socket = connect(folder.controlPath);
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    const nonsense = ["buy everything", "[]", '{"command":"sell"}', '{"command":"kill","reason":"","flatten":true}'];
    const more = [
      '{"command":"kill","reason":"x"}',
      '{"command":"settle","ref":"a","as":"filled","quantity":"1","price":2}',
      '{"command":"settle","ref":"a","as":"dead"}',
      '{"command":"nameDifference","symbol":"SPY","quantity":null,"as":"foreign"}',
      '{"command":"nameDifference","symbol":"SPY","quantity":1,"as":"mine"}',
      '{"command":"constructor"}',
      "null",
      '{"command":"adopt"}',
    ];
    const asked = [...nonsense, ...more];
    socket.write(`${asked.join("\n")}\n`);
    while (text.split("\n").length <= asked.length) await once(socket, "data");
    const answers = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { ok: boolean; code: string });
    expect(answers.map(({ ok, code }) => [ok, code])).toEqual(asked.map(() => [false, "CONTROL_REQUEST"]));
    expect(session.asked).toEqual([]);
    socket.end();
    expect((await viewOf(folder)).name).toBe("cross");
    await end();
  });

  it("drops who sends without end, and whoever leaves early harms nobody", async () => {
    const { folder, end } = await running();
    const greedy = connect(folder.controlPath);
    greedy.write("x".repeat(200_000));
    greedy.on("error", () => undefined);
    await new Promise((resolve) => greedy.once("close", resolve));
    const hasty = connect(folder.controlPath, () => {
      hasty.write('{"command":"view"}\n');
      hasty.destroy();
    });
    await once(hasty, "close");
    expect((await viewOf(folder)).name).toBe("cross");
    await end();
  });

  it("listens on a socket of its user alone, in a folder of its user alone", async () => {
    const { folder, end } = await running();
    expect(statSync(folder.controlPath).mode & 0o777).toBe(0o600);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    expect(statSync(folder.sessionFile).mode & 0o777).toBe(0o600);
    await end();
    expect(existsSync(folder.controlPath)).toBe(false);
  });

  it("answers a stop before it goes", async () => {
    const { folder, session, server, lock } = await running();
    session.stop = () => {
      void server.close();
      return Promise.resolve("It stops.");
    };
    expect(await command(folder, { command: "stop", flatten: false })).toBe("It stops.");
    lock.release();
  });

  it("is reached however long the path of its folder is", async () => {
    const deep = join(sessionsFolder(), "a".repeat(60), "b".repeat(60));
    mkdirSync(deep, { recursive: true });
    const { folder, end } = await running("cross", deep);
    expect(folder.controlPath.startsWith(folder.path)).toBe(false);
    expect((await viewOf(folder)).name).toBe("cross");
    expect(readSessionFile(folder)?.control).toBe(folder.controlPath);
    await end();
  });

  it("that does not answer in time is said to be silent, with its process", async () => {
    const { folder, session, end } = await running();
    session.reconcile = () => new Promise(() => undefined);
    const silent = command(folder, { command: "reconcile" }, 100);
    const means = process.platform === "win32" ? "the Task Manager" : `\`kill -9 ${process.pid}\``;
    await expect(silent).rejects.toThrow(`end its process (${process.pid}): only ${means} ends one whose strategy`);
    // What never answers would keep the server from closing.
    session.reconcile = () => Promise.resolve("");
    void end();
  });

  it("that ends in the middle of an answer is said to have gone", async () => {
    const sessions = sessionsFolder();
    const folder = new SessionFolder(sessions, "cross");
    folder.make();
    writeSessionFile(folder, aSessionFile(folder));
    const server = createServer((socket) => socket.on("data", () => socket.destroy())).listen(folder.controlPath);
    await once(server, "listening");
    expect(await codeOf(viewOf(folder))).toBe("SESSION_GONE");
    server.close();
  });
});

describe("a session that does not run", () => {
  it("is told apart from one that does, with or without a socket left behind", async () => {
    const { folder, end } = await running();
    await end();
    expect(await codeOf(viewOf(folder))).toBe("SESSION_STOPPED");
    // A process that was killed leaves its socket.
    const child = spawn(process.execPath, [
      "-e",
      `require("net").createServer().listen(${JSON.stringify(folder.controlPath)},()=>console.log("up"))`,
    ]);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(folder.controlPath)).toBe(true);
    expect(await codeOf(viewOf(folder))).toBe("SESSION_STOPPED");
    const again = await ControlServer.listen(folder.controlPath, new ScriptedSession());
    expect((await viewOf(folder)).name).toBe("cross");
    await again.close();
  });

  it("whose session.json is damaged says so with the file", async () => {
    const folder = new SessionFolder(sessionsFolder(), "cross");
    folder.make();
    writeFileSync(folder.sessionFile, "{");
    expect(() => readSessionFile(folder)).toThrow(folder.sessionFile);
  });
});

describe("the lock of a session", () => {
  it("lets one process in and names it to the second", async () => {
    const { folder, end } = await running();
    expect(await isHeld(folder)).toBe(true);
    await expect(SessionLock.take(folder, 0)).rejects.toThrow(
      `runs already, in the process ${process.pid} since 2026-01-05`,
    );
    await end();
    expect(await isHeld(folder)).toBe(false);
    (await SessionLock.take(folder)).release();
  });

  it("waits for whoever only looks", async () => {
    const folder = new SessionFolder(sessionsFolder(), "cross");
    const looking = await SessionLock.take(folder);
    const child = spawn(process.execPath, [
      "-e",
      `const D=require(${JSON.stringify(join(projectRoot, "node_modules/better-sqlite3"))});
       const d=new D(${JSON.stringify(folder.lockFile)},{timeout:5000});
       console.log("waits");
       d.exec("BEGIN IMMEDIATE");
       console.log("has it")`,
    ]);
    await once(child.stdout, "data");
    looking.release();
    const [text] = (await once(child.stdout, "data")) as [Buffer];
    expect(String(text)).toContain("has it");
    await once(child, "exit");
  });

  it("ends with its process, killed or not", async () => {
    const folder = new SessionFolder(sessionsFolder(), "cross");
    folder.make();
    const child = spawn(process.execPath, [
      "-e",
      `const D=require(${JSON.stringify(join(projectRoot, "node_modules/better-sqlite3"))});
       const d=new D(${JSON.stringify(folder.lockFile)});
       d.pragma("journal_mode = WAL");d.exec("BEGIN IMMEDIATE");console.log("held");setInterval(()=>0,1000)`,
    ]);
    await once(child.stdout, "data");
    expect(await isHeld(folder)).toBe(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isHeld(folder)).toBe(false);
  });
});

describe("which session is meant", () => {
  it("is the only one, or the only one that runs, without its name", async () => {
    const sessions = sessionsFolder();
    const one = await running("one", sessions);
    await one.end();
    expect((await findSession(sessions, undefined, "status")).folder.name).toBe("one");
    const two = await running("two", sessions);
    expect(await findSession(sessions, undefined, "status")).toMatchObject({
      folder: { name: "two" },
      isRunning: true,
    });
    expect(await findSession(sessions, "one", "status")).toMatchObject({ folder: { name: "one" }, isRunning: false });
    await two.end();
  });

  it("has to be said where several are meant, and the sentence lists them", async () => {
    const sessions = sessionsFolder();
    const one = await running("one", sessions);
    const two = await running("two", sessions);
    const three = await running("three", sessions);
    await three.end();
    await expect(findSession(sessions, undefined, "kill")).rejects.toThrow(
      `There are several sessions in ${sessions}: one (running), three, two (running). Name the one that is meant, as in \`seatrial kill one\`.`,
    );
    await one.end();
    await two.end();
    await expect(findSession(sessions, undefined, "kill")).rejects.toThrow("one, three, two");
    expect(sessionsIn(sessions).map(({ name }) => name)).toEqual(["one", "three", "two"]);
  });

  it("is not there: the nearest one is named, or how to start one", async () => {
    const sessions = sessionsFolder();
    expect(await codeOf(findSession(sessions, undefined, "status"))).toBe("SESSIONS_NONE");
    expect(await codeOf(findSession(join(sessions, "none"), "x", "status"))).toBe("SESSIONS_NONE");
    const one = await running("cross", sessions);
    await one.end();
    await expect(findSession(sessions, "crss", "status")).rejects.toThrow("Did you mean cross? There is cross.");
    for (const name of ["../cross", "", ".", "a/b", "a\nb", "x".repeat(65)]) {
      expect(await codeOf(findSession(sessions, name, "status"))).toBe("SESSION_NAME");
    }
  });
});

describe("the file KILL", () => {
  const kill = (flatten: boolean, reason = "news"): KillRequest => ({ reason, flatten });

  it("keeps the reason, and whether to flatten", () => {
    const path = join(sessionsFolder(), "KILL");
    expect(readKillFile(path)).toBeUndefined();
    for (const asked of [kill(false), kill(true), kill(true, "a long\nreason")]) {
      writeKillFile(path, asked);
      expect(readKillFile(path)).toEqual({ ...asked, reason: asked.reason.replace("\n", " ") });
    }
    expect(removeKillFile(path)).toBe(true);
    expect(removeKillFile(path)).toBe(false);
  });

  it("stays a flattening where somebody asks for less behind it", () => {
    const path = join(sessionsFolder(), "KILL");
    writeKillFile(path, kill(true));
    writeKillFile(path, kill(false, "by command"));
    expect(readKillFile(path)).toEqual(kill(true, "by command"));
  });

  it("takes no reason for an order to close positions", () => {
    const path = join(sessionsFolder(), "KILL");
    writeKillFile(path, kill(false, "flatten"));
    expect(readKillFile(path)).toEqual(kill(false, '"flatten"'));
  });

  it("is not taken for a new one where a command asks for less behind it", () => {
    const path = join(sessionsFolder(), "KILL");
    const asked: KillRequest[] = [];
    writeKillFile(path, kill(true));
    const watch = new KillWatch(path, (one) => asked.push(one));
    watch.skip(kill(false, "by command"));
    writeKillFile(path, kill(false, "by command"));
    process.emit("SIGUSR2");
    watch.close();
    expect(asked).toEqual([kill(true)]);
  });

  it("counts without a word in it, and when it cannot be read", () => {
    const path = join(sessionsFolder(), "KILL");
    writeFileSync(path, "");
    expect(readKillFile(path)).toEqual({ reason: "the file KILL is there", flatten: false });
    writeFileSync(path, "flatten\n");
    expect(readKillFile(path)?.flatten).toBe(true);
    const folder = join(sessionsFolder(), "KILL");
    mkdirSync(folder);
    expect(readKillFile(folder)?.reason).toContain("cannot be read");
  });

  it("turns the switch on in a session that starts, in one that runs, and by the signal; once each", async () => {
    const path = join(sessionsFolder(), "KILL");
    const asked: KillRequest[] = [];
    const until = async (count: number): Promise<void> => {
      while (asked.length < count) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    writeKillFile(path, kill(false));
    const atStart = new KillWatch(path, (one) => asked.push(one));
    expect(asked).toEqual([kill(false)]);
    writeKillFile(path, kill(true));
    await until(2);
    atStart.close();
    removeKillFile(path);
    const whileRunning = new KillWatch(path, (one) => asked.push(one));
    expect(asked).toHaveLength(2);
    writeKillFile(path, kill(false, "by hand"));
    await until(3);
    removeKillFile(path);
    await new Promise((resolve) => setTimeout(resolve, 700));
    process.kill(process.pid, "SIGUSR2");
    await until(4);
    whileRunning.close();
    expect(asked.slice(1)).toEqual([kill(true), kill(false, "by hand"), kill(false, "signal SIGUSR2")]);
    expect(readFileSync(path, "utf8")).toBe("signal SIGUSR2\n");
  });
});
