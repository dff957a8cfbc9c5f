import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, folderWith, SMA_CROSS, seatrial, start } from "./seatrial.js";

const DATA = ["--data", "synthetic:seed=7,bars=300,bar=5min"];
const NAME = "cross-sim";

/** Whether this user may make a small disk. */
function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const place = mkdtempSync(join(tmpdir(), "seatrial-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", place], { stdio: "ignore" });
    execFileSync("umount", [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(place);
  }
}

describe("seatrial paper without a gateway", () => {
  it("trades over a socket to the end of the data, and leaves a journal, a log and no socket", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const { code, stdout, stderr } = await seatrial(["paper", "cross.ts", "--speed", "max", ...DATA], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^cross-sim starts; its journal and log are in .*cross-sim\.\n/);
    expect(stdout).toMatch(/fill: buy 50 SYN1 at [\d.]+, fee 1\.00\n/);
    expect(stdout).toContain("cross-sim has ended: the data of its gateway has ended.\n");
    const place = join(folder, "seatrial-sessions", NAME);
    expect(filesIn(place)).toEqual(expect.arrayContaining(["journal.sqlite", "session.json", "session.log"]));
    expect(filesIn(place)).not.toContain("control.sock");
    expect(readFileSync(join(place, "session.log"), "utf8")).not.toMatch(/DU1234567/);
    const status = await seatrial(["status"], folder);
    expect(status.stdout).toContain("cross-sim  SIMULATED  DU0000001  does not run");
    expect(status.stdout).toContain("the data of its gateway has ended");
    // Once more from the beginning: the gateway that its journal was true of is gone.
    const again = await seatrial(["paper", "cross.ts", "--speed", "max", ...DATA], folder);
    const fills = (text: string): string[] => text.match(/fill: .*/g) ?? [];
    expect(fills(again.stdout)).toEqual(fills(stdout));
  });

  it.each([
    ["at once", ["--from", "1999-01-01"], undefined],
    ["behind the opening of its journal", ["--faults", "read-only.json"], undefined],
    ["by Ctrl-C while it is brought up", ["--faults", "silent.json"], /starts; its journal/],
  ] as const)("whose start is refused %s loses nothing of the session before", async (_when, args, interrupted) => {
    const folder = folderWith({
      "cross.ts": SMA_CROSS,
      "read-only.json": JSON.stringify([{ on: "contractDetails", fault: "read-only" }]),
      "silent.json": JSON.stringify([
        { on: "openOrders", fault: "silence" },
        { on: "allOpenOrders", fault: "silence" },
      ]),
    });
    await seatrial(["paper", "cross.ts", "--speed", "max", ...DATA], folder);
    const place = join(folder, "seatrial-sessions", NAME);
    const kept = (): unknown[] =>
      filesIn(place)
        .filter((name) => name !== "lock.sqlite" && !name.startsWith("session.log") && !name.includes("lock"))
        .map((name) => [name, statSync(join(place, name)).isFile() ? readFileSync(join(place, name), "base64") : ""]);
    const before = kept();
    expect(before.map((one) => (one as string[])[0])).toContain("journal.sqlite");
    const session = start(["paper", "cross.ts", "--speed", "max", ...DATA, ...args], folder);
    if (interrupted !== undefined) {
      await session.printed(interrupted);
      // The account is asked for when the journal is open.
      while (!existsSync(join(place, "set-aside"))) await new Promise(setImmediate);
      session.interrupt();
    }
    const { code, stderr } = await session.ended;
    expect([code === 0, stderr === ""]).toEqual([false, false]);
    expect(kept()).toEqual(before);
  });

  it("is seen, killed and stopped by commands while it runs, and is started once", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const session = start(["paper", "cross.ts", "--speed", "60", ...DATA], folder);
    await session.printed(/cross-sim|is running/);
    await session.printed(/is running/);
    const twice = await seatrial(["paper", "cross.ts", ...DATA], folder);
    expect(twice.code).toBe(1);
    expect(twice.stderr).toMatch(/^The session "cross-sim" runs already, in the process \d+ since /);
    const status = JSON.parse((await seatrial(["status", "--json"], folder)).stdout);
    expect(status).toMatchObject({
      running: true,
      name: NAME,
      mode: "simulated",
      state: "running",
      account: "DU0000001",
    });
    expect(status.strategy).toMatchObject({ name: "SmaCross", params: { fast: 10, slow: 30, quantity: 50 } });
    expect((await seatrial(["kill", "--reason", "a test"], folder)).stdout).toContain("The kill switch is on: a test.");
    await session.printed(/KILL_SWITCH_ON: The kill switch is on: a test\./);
    expect((await seatrial(["stop"], folder)).code).toBe(0);
    expect(await session.ended).toMatchObject({ code: 0, stderr: "" });
    // The switch outlives the session.
    const next = start(["paper", "cross.ts", "--speed", "60", ...DATA], folder);
    await next.printed(/KILL_SWITCH_ON: The kill switch is on: a test\./);
    expect((await seatrial(["kill", "--release"], folder)).code).toBe(0);
    next.interrupt();
    const ended = await next.ended;
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain("cross-sim has ended: stopped.\n");
    expect(readdirSync(join(folder, "seatrial-sessions", NAME))).not.toContain("KILL");
  });

  it("says of a strategy that has failed so, where and why, and ends with 1", async () => {
    const fails = `import { Strategy } from "seatrial";
export default class Fails extends Strategy {
  private bars = 0;
  override onBar(): void {
    if (++this.bars === 20) throw new Error("kaboom.");
  }
}
`;
    const folder = folderWith({ "fails.ts": fails });
    const { code, stdout, stderr } = await seatrial(["paper", "fails.ts", "--speed", "max", ...DATA], folder);
    const failure = "onBar of Fails failed: kaboom (fails.ts:5:35).";
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${failure}\n` });
    expect(stdout).toContain(`STRATEGY_FAILED: ${failure}\n`);
    expect(stdout).toContain("fails-sim has ended: the data of its gateway has ended.\n");
    const status = await seatrial(["status"], folder);
    expect(status.stdout).toContain(`STRATEGY FAILED: ${failure}`);
    expect(JSON.parse((await seatrial(["status", "--json"], folder)).stdout)).toMatchObject({ failure });
  });

  it.each([
    ["a promise", 'void Promise.reject(new Error("adrift."))', "adrift (drifts.ts:5:49)"],
    ["a timer", 'setTimeout(() => { throw new Error("adrift."); })', "adrift (drifts.ts:5:53)"],
    ["a promise that brings no error", 'void Promise.reject("adrift")', "adrift"],
  ])("goes on without a strategy whose error escapes outside of any handler: of %s", async (_of, code, said) => {
    const drifts = `import { Strategy } from "seatrial";
export default class Drifts extends Strategy {
  private bars = 0;
  override onBar(): void {
    if (++this.bars === 20) ${code};
  }
}
`;
    const folder = folderWith({ "drifts.ts": drifts });
    const ended = await seatrial(["paper", "drifts.ts", "--speed", "max", ...DATA], folder);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^Code outside of any handler of Drifts failed: .*\.\n$/);
    expect(ended.stderr).toContain(said);
    expect(ended.stdout).toContain(`STRATEGY_FAILED: ${ended.stderr}`);
    expect(ended.stdout).toContain("drifts-sim has ended: the data of its gateway has ended.\n");
    const log = readFileSync(join(folder, "seatrial-sessions", "drifts-sim", "session.log"), "utf8");
    expect(log.match(/"code":"STRATEGY_FAILED"/g)).toHaveLength(1);
  });

  it.runIf(canMount())("ends with the sentence of its journal where the disk is full", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const disk = join(folder, "small");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
    const session = start(["paper", "cross.ts", "--sessions", disk, "--speed", "60", ...DATA], folder);
    try {
      await session.printed(/is running/);
      // Who answers has taken Ctrl-C over.
      expect((await seatrial(["status", "--sessions", disk], folder)).code).toBe(0);
      expect(() => writeFileSync(join(disk, "filler"), Buffer.alloc(2 * 1024 * 1024))).toThrow("ENOSPC");
      session.interrupt();
      const { code, stderr } = await session.ended;
      expect(code).toBe(1);
      expect(stderr.trimEnd().split("\n").at(-1)).toMatch(
        /^The journal \S.*journal\.sqlite cannot be written: .*\. Nothing was sent that is not in it\. .* start the session again\.$/,
      );
      expect(stderr).not.toContain("bug in Seatrial");
    } finally {
      session.kill();
      execFileSync("umount", ["-l", disk]);
    }
  });

  it("takes what goes wrong at its gateway from a file", async () => {
    const faults = JSON.stringify([{ fault: "no such" }]);
    const folder = folderWith({ "cross.ts": SMA_CROSS, "faults.json": faults });
    const refused = await seatrial(["paper", "cross.ts", "--faults", "faults.json", ...DATA], folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it.each(["7x", "500tick"])("ends at once where bars of %s are asked for, and leaves nothing", async (size) => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const before = filesIn(folder);
    const { code, stdout, stderr } = await seatrial(["paper", "cross.ts", "--bar", size], folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^.*${size}.*\n$`));
    expect(filesIn(folder)).toEqual(before);
  });
});

describe("seatrial paper and live at a gateway", () => {
  const TRADED = ["--symbols", "SPY", "--bar", "5min"];

  it.each<[readonly string[], string]>([
    [
      ["paper", "cross.ts", "--port", "7496", ...TRADED],
      "At the port 7496 listens what is logged in to a live account",
    ],
    [
      ["paper", "cross.ts", "--tws-paper", "--account", "U1234567", ...TRADED],
      "U…67 is a live account, and `seatrial paper` trades none.",
    ],
    [["live", "cross.ts", "--tws-live", ...TRADED], "No account is typed in."],
    [["live", "cross.ts", "--tws-live", "--account", "DU1234567", ...TRADED], "DU…67 is a paper account"],
    [
      ["live", "cross.ts", "--port", "4002", "--account", "U1234567", ...TRADED],
      "At the port 4002 listens what is logged in to a paper account",
    ],
    [
      ["live", "cross.ts", "--tws-live", "--account", "U1234567", ...TRADED],
      "Live trading does not start without caps of its own",
    ],
  ])("are refused before anybody connects: %j", async (args, sentence) => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const before = filesIn(folder);
    const { code, stdout, stderr } = await seatrial(args, folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.startsWith(sentence), stderr).toBe(true);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(filesIn(folder)).toEqual(before);
  });

  it("live lists the rungs that are missing, and goes on past them for a reason", async () => {
    const guards = { orderSize: 10, orderValue: 1_000, position: 10, exposure: 5_000, openOrders: 3 };
    const config = JSON.stringify({ guards, live: { port: 1, symbols: "SPY", bar: "5min" } });
    const folder = folderWith({ "cross.ts": SMA_CROSS, "seatrial.config.json": config });
    const env = { SEATRIAL_STATE: join(folder, "state") };
    mkdirSync(env.SEATRIAL_STATE);
    const live = (...more: string[]) => seatrial(["live", "cross.ts", "--account", "U1234567", ...more], folder, env);
    const refused = await live();
    expect(refused.code).toBe(2);
    for (const part of ["no backtest of it is on record", "0 of 5 trading days", "no drill is on record"]) {
      expect(refused.stderr).toContain(part);
    }
    const data = ["--data", "sample", "--no-report"];
    expect((await seatrial(["backtest", "cross.ts", ...data], folder, env)).stderr).toBe("");
    expect((await live()).stderr).not.toContain("backtest");
    // Another parameter is another version, and what is to be run says so.
    const other = /`seatrial (backtest cross\.ts --param fast=5)`/.exec((await live("--fast", "5")).stderr)?.[1] ?? "";
    expect((await seatrial([...other.split(" "), ...data], folder, env)).stderr).toBe("");
    expect((await live("--fast", "5")).stderr).not.toContain("backtest");
    // What a configuration has says every command, unless its own flags say otherwise.
    const own = JSON.stringify({ ...JSON.parse(config), params: { fast: 7 } });
    writeFileSync(join(folder, "seatrial.config.json"), own);
    expect((await live("--fast", "5")).stderr).not.toContain("backtest");
    expect((await live("--fast", "10")).stderr).toContain("`seatrial drill cross.ts --param fast=10`");
    expect((await live("--fast", "6")).stderr).toContain("`seatrial drill cross.ts --param fast=6`");
    // Nothing listens there: it got past the ladder, and that is on record.
    const passed = await live("--override", "a test of the override");
    expect(passed.code).toBe(1);
    expect(passed.stderr).toContain("It starts although no drill is on record; that is on record.");
    const ladder = join(folder, "state", "ladder");
    const records = readdirSync(ladder).map((file) => readFileSync(join(ladder, file), "utf8"));
    expect(records.join("")).toContain('"reason":"a test of the override"');
  });

  it("say in a sentence that nobody listens, and hold nothing after it", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    writeFileSync(join(folder, "note.txt"), "");
    const run = () => seatrial(["paper", "cross.ts", "--port", "1", ...TRADED], folder);
    for (const { code, stderr } of [await run(), await run()]) {
      expect(code).toBe(1);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
    expect(statSync(join(folder, "seatrial-sessions", "cross-paper", "session.log")).size).toBeGreaterThan(0);
  });
});
