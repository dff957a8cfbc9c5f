import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { ControlServer } from "../../live/control/control-server.js";
import { writeSessionFile } from "../../live/control/session-file.js";
import { SessionFolder } from "../../live/control/session-folder.js";
import { SessionLock } from "../../live/control/session-lock.js";
import { Journal } from "../../live/journal/journal.js";
import type { IntentEntry } from "../../live/ledger/entry.js";
import type { SessionMode } from "../../live/session-view.js";
import { aSessionFile, aView, ScriptedSession } from "../live/a-session.js";
import { COMMAND, folderWith, seatrial, start } from "./seatrial.js";

const SESSIONS = "seatrial-sessions";

/** A session that runs in this process, in a folder of its own, and what the command answers there. */
async function running(names: readonly string[] = ["cross"]) {
  const place = folderWith({});
  const all = [];
  for (const name of names) {
    const folder = new SessionFolder(join(place, SESSIONS), name);
    const lock = await SessionLock.take(folder);
    const session = new ScriptedSession();
    session.view = () => aView({ name });
    const server = await ControlServer.listen(folder.controlPath, session);
    writeSessionFile(folder, aSessionFile(folder));
    const end = async (): Promise<void> => {
      await server.close();
      lock.release();
    };
    all.push({ folder, session, end });
  }
  const run = (...args: string[]) => seatrial(args, place);
  return { place, run, ...all[0], all };
}

const AT = Date.UTC(2026, 0, 5, 15);

/** The journal of a session that ended with a position, a working exit and a lost order. */
async function stopped(changes: { readonly killed?: boolean; readonly mode?: SessionMode } = {}) {
  const place = folderWith({});
  const folder = new SessionFolder(join(place, SESSIONS), "cross");
  folder.make();
  const owner = { session: "cross", account: "DU1234567", clientId: 1, strategy: "SmaCross" };
  const journal = await Journal.open(folder.journal, owner, () => 0.5);
  const ledger = journal.openLedger();
  const intent = (id: number, given: Partial<IntentEntry>): IntentEntry => ({
    kind: "intent",
    at: AT,
    id,
    ref: ledger.refOf(id),
    orderId: id,
    clientId: 1,
    permId: 0,
    symbol: "SPY",
    conId: 756733,
    side: 1,
    type: "market",
    tif: "DAY",
    quantity: 100,
    limit: Number.NaN,
    stop: Number.NaN,
    trail: Number.NaN,
    isTrailFraction: false,
    limitOffset: Number.NaN,
    goodTill: Number.NaN,
    outsideRth: false,
    parent: 0,
    group: "",
    flags: 0,
    tag: "",
    madeAt: AT,
    filledBefore: 0,
    ...given,
  });
  const terms = { quantity: 100, limit: Number.NaN, stop: Number.NaN, trail: Number.NaN };
  for (const one of [
    intent(1, {}),
    intent(2, { side: -1, type: "stop", tif: "GTC", stop: 505, parent: 1 }),
    intent(3, { quantity: 10 }),
  ]) {
    ledger.note(one);
    const { id, quantity, stop } = one;
    ledger.note({ kind: "request", at: AT, intent: id, what: "order", ...terms, quantity, stop });
    ledger.note({ kind: "sent", at: AT, intent: id, what: "order", isWritten: true, reason: "" });
  }
  const execution = {
    base: "0001.01",
    revision: 1,
    intent: 1,
    symbol: "SPY",
    conId: 756733,
    orderId: 1,
    clientId: 1,
    permId: 9,
    cumulative: 100,
  };
  ledger.note({
    kind: "execution",
    at: AT,
    ...execution,
    orderRef: ledger.refOf(1),
    side: 1,
    quantity: 100,
    price: 511.2,
    time: "",
  });
  ledger.note({ kind: "commission", at: AT, base: "0001.01", revision: 1, amount: 1, currency: "USD" });
  const told = {
    kind: "status",
    at: AT,
    averagePrice: 0,
    permId: 10,
    whyHeld: "",
    said: "",
    quantity: 100,
    limit: 0,
    aux: 505,
  } as const;
  ledger.note({ ...told, intent: 1, source: "status", status: "Filled", filled: 100, averagePrice: 511.2, permId: 9 });
  ledger.note({ ...told, intent: 2, source: "status", status: "PreSubmitted", filled: 0 });
  ledger.note({
    kind: "verdict",
    at: AT,
    intent: 3,
    verdict: "lost",
    code: "LOST",
    text: "no trace",
    remedy: "",
    passes: 1,
  });
  ledger.note({
    kind: "block",
    at: AT,
    symbol: "SPY",
    why: "lost 3",
    isSet: true,
    difference: Number.NaN,
    detail: "no trace of it",
  });
  journal.putTrip({ at: AT, symbol: "SPY", denial: { code: "STALE_QUOTE", details: { age: "75s", limit: "60s" } } });
  if (changes.killed === true) journal.putKillSwitch({ isOn: true, reason: "news", flatten: false, since: AT });
  journal.commit();
  journal.close();
  const ended = { at: AT + 60_000, how: "stopped by Ctrl-C, positions kept" };
  writeSessionFile(folder, aSessionFile(folder, { ended, mode: changes.mode ?? "paper" }));
  return { place, folder, run: (...args: string[]) => seatrial(args, place) };
}

describe("a running session", () => {
  it("is shown as it stands, in words and as JSON", async () => {
    const { run, end } = await running();
    const { code, stdout, stderr } = await run("status");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("cross  PAPER  DU0000001");
    expect(stdout).toContain("SPY        sell 100 stop 505.00");
    expect(JSON.parse((await run("status", "cross", "--json")).stdout)).toEqual({ running: true, ...aView() });
    expect((await run("orders")).stdout).toMatch(/^ORDERS .*\nSPY .*cross-17 {2}exit\n$/);
    expect((await run("positions")).stdout).toMatch(/^POSITIONS .*\nSPY .*\nIBM .*foreign\n$/);
    expect(JSON.parse((await run("positions", "--json")).stdout)).toEqual({
      name: "cross",
      running: true,
      positions: aView().positions,
      foreign: aView().foreign,
    });
    await end();
  });

  it("is shown with what it has and its run does not trade, marked", async () => {
    const { run, session, end } = await running();
    const [position] = aView().positions;
    const [order] = aView().orders;
    const other = { symbol: "QQQ", isUntraded: true } as const;
    session.view = () =>
      aView({
        name: "cross",
        positions: [position, { ...position, ...other, mark: null, unrealised: null, realised: null }],
        orders: [order, { ...order, ...other }],
      });
    expect((await run("positions")).stdout).toMatch(/\nSPY .*-20\.50\nQQQ .* not traded by this run\nIBM .*foreign\n$/);
    expect((await run("orders")).stdout).toMatch(/\nSPY .* {2}exit\nQQQ .* {2}not traded by this run, exit\n$/);
    const { orders } = JSON.parse((await run("orders", "--json")).stdout);
    expect(orders).toMatchObject([{ isUntraded: false }, { symbol: "QQQ", isUntraded: true }]);
    await end();
  });

  it("is killed with a reason that a restart finds, and released", async () => {
    const { run, session, folder, end } = await running();
    const killed = await run("kill", "--flatten", "--reason", "bad news");
    // Its answer is not that all is closed.
    expect(killed).toEqual({ code: 1, stdout: "cross: It was asked to kill.\n", stderr: "" });
    expect(readFileSync(folder.killFile, "utf8")).toBe("bad news\nflatten\n");
    expect((await run("kill", "--release")).stdout).toBe("cross: It was asked to releaseKill.\n");
    expect(existsSync(folder.killFile)).toBe(false);
    expect(session.asked).toEqual([
      ["kill", { reason: "bad news", flatten: true }],
      ["releaseKill", {}],
    ]);
    await end();
  });

  it("that stands still is said to do so long before a command gives up", { timeout: 30_000 }, async () => {
    const { place, folder, end } = await running();
    await end();
    const lock = await SessionLock.take(folder);
    const silent = createServer().listen(folder.controlPath);
    await once(silent, "listening");
    const killing = start(["kill", "cross"], place);
    await killing.said('The session "cross" has not answered within 5 seconds.');
    await killing.said("only `kill -9");
    await killing.said("This command goes on waiting");
    expect(readFileSync(folder.killFile, "utf8")).toBe("by command\n");
    killing.interrupt();
    await killing.ended;
    silent.close();
    lock.release();
  });

  it("is told to flatten, to adopt, to reconcile, to settle and to stop", async () => {
    const { run, session, end } = await running();
    expect((await run("flatten", "cross")).stdout).toBe("cross: It was asked to flatten.\n");
    await run("adopt", "IBM");
    await run("adopt", "hand-1", "cross", "--order");
    // Its answer is not that the books agree.
    expect((await run("reconcile")).code).toBe(3);
    await run("reconcile", "--difference", "SPY", "--as", "foreign", "--quantity", "-60");
    await run("stop", "--flatten");
    expect(session.asked).toEqual([
      ["flatten", {}],
      ["adopt", { symbol: "IBM" }],
      ["adopt", { ref: "hand-1" }],
      ["reconcile", {}],
      ["nameDifference", { symbol: "SPY", as: "foreign", quantity: -60 }],
      ["stop", { flatten: true }],
    ]);
    expect(
      await run("reconcile", "--settle", "cross-9", "--as", "filled", "--quantity", "5", "--price", "101.5"),
    ).toEqual({
      code: 1,
      stdout: "",
      stderr: "There is no lost intent cross-9.\n",
    });
    expect(session.asked.at(-1)).toEqual(["settle", { ref: "cross-9", as: "filled", quantity: 5, price: 101.5 }]);
    await end();
  });

  it("has to be named where several run", async () => {
    const { run, all } = await running(["one", "two"]);
    const { code, stdout, stderr } = await run("kill");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("There are several sessions in seatrial-sessions: one (running), two (running).");
    expect((await run("status", "two")).stdout).toContain("two  PAPER");
    expect((await run("status", "tow")).stderr).toContain("Did you mean two?");
    for (const { end, session } of all) {
      expect(session.asked).toEqual([]);
      await end();
    }
  });

  it("is found where --sessions or the configuration says", async () => {
    const { place, run, end } = await running();
    const elsewhere = folderWith({ "seatrial.config.json": JSON.stringify({ sessions: join(place, SESSIONS) }) });
    expect((await seatrial(["positions"], elsewhere)).code).toBe(0);
    expect((await seatrial(["positions", "--sessions", join(place, SESSIONS)], folderWith({}))).code).toBe(0);
    expect((await run("positions", "--sessions", "nowhere")).stderr).toContain("There is no session in nowhere.");
    await end();
  });
});

describe("a simulated session that has ended", () => {
  it("has ages by the time of its market, and no broker that would still have its orders", async () => {
    const { run } = await stopped({ mode: "simulated" });
    const { stdout } = await run("status");
    expect(stdout).toContain(
      "This is how it stood at Mon 2026-01-05 15:00:00 UTC; its simulated gateway, orders and positions ended with it.",
    );
    expect(stdout).toMatch(/\nSPY +sell 100 stop 505\.00 +0 +accepted +0\.0 s /);
    expect(stdout).toMatch(/\nFILLS .*\nSPY +15:00:00 /);
    expect(stdout).not.toContain("broker may");
    expect((await run("orders")).stdout).toMatch(
      /^cross does not run; it was simulated, and this is how it stood at its end\.\nORDERS .*\nSPY .* 0\.0 s /,
    );
    expect(JSON.parse((await run("orders", "--json")).stdout).orders).toMatchObject([{ age: 0 }, { age: 0 }]);
  });

  it("can be told nothing that would need a broker", async () => {
    const { run } = await stopped({ mode: "simulated" });
    for (const args of [["flatten"], ["adopt", "IBM"], ["reconcile"], ["stop"]]) {
      expect(await run(...args)).toEqual({
        code: 1,
        stdout: "",
        stderr:
          'The session "cross" does not run. It was simulated: its gateway, orders and positions ended with it, and its next start begins anew.\n',
      });
    }
    expect((await run("kill")).stdout).toBe("cross does not run; its kill switch is on from its next start.\n");
  });
});

describe("a session that does not run", () => {
  it("is shown as its journal has it", async () => {
    const { run } = await stopped();
    const { code, stdout, stderr } = await run("status");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const part of [
      "cross  PAPER  DU0000001  does not run",
      "stopped by Ctrl-C, positions kept",
      "BLOCKED SPY: lost 3: no trace of it",
      "buy 10 SPY: the broker has no trace of it",
      "sell 100 stop 505.00",
      "STALE_QUOTE",
      "511.20",
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout).not.toContain("DU1234567");
    const json = JSON.parse((await run("status", "--json")).stdout);
    expect(json).toMatchObject({
      running: false,
      positions: [{ symbol: "SPY", quantity: 100, averagePrice: 511.2, mark: null }],
      orders: [{ status: "accepted", isExit: true, stop: 505 }, { status: "unknown" }],
      fills: [{ price: 511.2, fee: 1 }],
      trips: [{ code: "STALE_QUOTE", count: 1 }],
      killSwitch: { isOn: false },
    });
    expect((await run("orders")).stdout).toMatch(/^cross does not run; this is what its journal has\.\nORDERS/);
    expect((await run("positions")).stdout).toContain("SPY             100   511.20");
  });

  it("has its kill switch on from its next start, and off again", async () => {
    const { run, folder } = await stopped();
    expect((await run("kill", "--reason", "bad news")).stdout).toContain("cross does not run; its kill switch is on");
    expect(readFileSync(folder.killFile, "utf8")).toBe("bad news\n");
    utimesSync(folder.killFile, new Date(AT), new Date(AT));
    expect((await run("status")).stdout).toContain("KILL SWITCH ON since 2026-01-05 15:00:00: bad news");
    expect((await run("kill", "--release")).stdout).toBe(
      "cross does not run; its kill switch is off for its next start.\n",
    );
    expect((await run("kill", "--release")).stdout).toBe("cross does not run; its kill switch was not on.\n");
    const killed = await stopped({ killed: true });
    expect((await killed.run("status")).stdout).toContain("KILL SWITCH ON since 2026-01-05 15:00:00: news");
    expect((await killed.run("kill", "--release")).stdout).toContain("is off");
    expect((await killed.run("status")).stdout).not.toContain("KILL SWITCH");
  });

  it("says in a sentence what to do instead", async () => {
    const { run } = await stopped();
    for (const [args, sentence] of [
      [["flatten"], 'The session "cross" does not run. Start it and flatten it then, or close its positions in TWS;'],
      [["adopt", "IBM"], 'The session "cross" does not run. Start it, and adopt then'],
      [["reconcile"], 'The session "cross" does not run. It reconciles by itself'],
      [["stop"], 'The session "cross" does not run. There is nothing to stop.'],
    ] as const) {
      const { code, stdout, stderr } = await run(...args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr.startsWith(sentence)).toBe(true);
    }
  });

  it("whose journal is gone is not said to hold nothing", async () => {
    const { run, folder } = await stopped();
    rmSync(folder.journal);
    for (const command of ["status", "orders", "positions"]) {
      const { code, stdout, stderr } = await run(command);
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("The session cross has run, and its journal ");
      expect(stderr).toContain("journal.sqlite is not there any more. Look at orders and positions in TWS;");
    }
  });

  it("whose journal is none is said to have none, and nothing is changed", async () => {
    const { run, folder } = await stopped();
    writeFileSync(folder.journal, "not a database at all, by no means");
    const { code, stderr } = await run("status");
    expect(code).toBe(1);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(readFileSync(folder.journal, "utf8")).toBe("not a database at all, by no means");
  });
});

describe("a command that cannot be meant", () => {
  it.each<[readonly string[], string]>([
    [["status"], "There is no session in seatrial-sessions. Start one with `seatrial paper`"],
    [["status", "a", "b"], '"b" is one argument too many.'],
    [["status", "--jsn"], "There is no flag --jsn. Did you mean --json?"],
    [["adopt"], "`seatrial adopt` needs the symbol of a position, or --order and a ref."],
    [["kill", "--release", "--flatten"], "--release and --flatten are two things."],
    [["reconcile", "--as", "gone"], "--as needs --settle or --difference beside it."],
    [["reconcile", "--settle", "a"], "--settle needs --as beside it."],
    [["reconcile", "--settle", "a", "--as", "filled", "--price", "5"], "--as filled needs --quantity beside it."],
    [
      ["reconcile", "--settle", "a", "--as", "gone", "--quantity", "5"],
      "--quantity says how a fill was, and --as gone is none.",
    ],
    [["reconcile", "--settle", "a", "--difference", "SPY"], "--settle and --difference are two things."],
    [["reconcile", "--difference", "SPY", "--as", "mine"], '--as is "mine"; it must be one of foreign, exercise'],
    [["kill", "../x"], '"../x" cannot be the name of a session.'],
  ])("is refused in a sentence: %j", async (args, sentence) => {
    const { code, stdout, stderr } = await seatrial(args, folderWith({}));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.startsWith(sentence), stderr).toBe(true);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("a kill whose file cannot be written", () => {
  it("reaches a session that runs all the same, and says what its next start will not know", async () => {
    const { folder, run, session, end } = await running();
    // In the way of the file, whoever the user is.
    mkdirSync(join(folder.killFile, "in the way"), { recursive: true });
    const { code, stdout, stderr } = await run("kill");
    expect(session.asked).toEqual([["kill", { reason: "by command", flatten: false }]]);
    expect(stdout).toContain("It was asked to kill.");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The file \/.*cross\/KILL cannot be written: .* a restart may not know of it\. Make room/);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    await end();
  });
});

describe("a session of another user", () => {
  const isRoot = process.getuid?.() === 0;

  it.runIf(isRoot).each(["the folder of all sessions", "the folder of the session"])(
    "is told to be one where %s is closed",
    async (closed) => {
      const place = folderWith({ "seatrial-sessions/k1/session.json": "{}" });
      chmodSync(place, 0o755);
      const all = join(place, SESSIONS);
      chmodSync(closed === "the folder of all sessions" ? all : join(all, "k1"), 0o700);
      const nobody = 65_534;
      const script = `process.setgroups([]); process.setgid(${nobody}); process.setuid(${nobody});
        process.argv.splice(1, 0, "seatrial"); await import(${JSON.stringify(pathToFileURL(COMMAND).href)});`;
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["--input-type=module", "--eval", script, "--", "status", "k1"],
        { cwd: place, encoding: "utf8" },
      );
      expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
      expect(stderr).toMatch(
        /^The folder .*seatrial-sessions\S* belongs to another user\. Run the command as the user who started the session: .*\n$/,
      );
    },
  );
});
