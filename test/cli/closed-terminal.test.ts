import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMAND, folderWith, seatrial } from "./seatrial.js";

const PLACE = ["seatrial-sessions", "holds-sim"];

/** Buys at once and protects it on both sides: it has a position to close and orders at the broker. */
const HOLDS = `import { type Bar, Strategy } from "seatrial";

export default class Holds extends Strategy {
  private isIn = false;

  override onBar({ instrument, close }: Bar): void {
    if (this.isIn) return;
    this.isIn = true;
    this.bracket(instrument, "buy", 50, { stopLoss: close * 0.5, takeProfit: close * 2 });
  }
}
`;
const PAPER = [
  "paper",
  "holds.ts",
  "--on-stop",
  "flatten",
  "--speed",
  "600",
  "--data",
  "synthetic:seed=7,bars=300,bar=5min",
];
const ENV = { ...process.env, NO_COLOR: "1", TERM: "xterm" };

function session() {
  const folder = folderWith({ "holds.ts": HOLDS });
  const log = (): string => {
    try {
      return readFileSync(join(folder, ...PLACE, "session.log"), "utf8");
    } catch {
      return "";
    }
  };
  /** Nothing is left of it at the broker, and it has ended as it should. */
  const expectFlat = async (): Promise<void> => {
    expect(log()).toContain('"code":"SESSION_ENDED"');
    const { stdout } = await seatrial(["status", "--json"], folder);
    expect(JSON.parse(stdout)).toMatchObject({ running: false, positions: [], orders: [] });
  };
  /** Resolves when it has a position, as its commands tell. */
  const holds = async (): Promise<void> => {
    for (;;) {
      const { stdout } = await seatrial(["positions", "--json"], folder);
      if (stdout.includes('"quantity":50') || stdout.includes('"quantity": 50')) return;
    }
  };
  return { folder, log, expectFlat, holds };
}

/** Runs a command at a terminal, closes that when it is told to, and prints the exit code, or the signal below 0. */
const AT_TERMINAL = `
import os, pty, select, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    ready, _, _ = select.select([terminal, 0], [], [])
    if 0 in ready: break
    os.read(terminal, 65536)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

describe("a session that nobody reads any more", () => {
  it("closes its positions and ends in order when its terminal is closed", async () => {
    const { folder, log, expectFlat, holds } = session();
    const child = spawn("python3", ["-c", AT_TERMINAL, process.execPath, COMMAND, ...PAPER], { cwd: folder, env: ENV });
    let told = "";
    child.stdout.on("data", (text: Buffer) => {
      told += String(text);
    });
    const ended = new Promise((resolve) => child.on("close", resolve));
    await holds();
    child.stdin.end();
    await ended;
    expect(told.trim()).toBe("0");
    await expectFlat();
    expect(log().match(/"code":"OUTPUT_LOST"/g)).toHaveLength(1);
  });

  it("closes its positions and ends in order when it is told to stop after its reader has gone", async () => {
    const { folder, log, expectFlat, holds } = session();
    const child = spawn(process.execPath, [COMMAND, ...PAPER], { cwd: folder, env: ENV });
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.stdout.once("data", () => child.stdout.destroy());
    child.stderr.destroy();
    await holds();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    await expectFlat();
    expect(log().match(/stdout is gone, and the session goes on/g)).toHaveLength(1);
  });

  it("trades on to the end of its data", async () => {
    const { folder, log } = session();
    const args = PAPER.map((word) => (word === "600" ? "max" : word));
    const child = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, env: ENV });
    const ended = new Promise((resolve) => child.on("close", resolve));
    child.stdout.once("data", () => child.stdout.destroy());
    expect(await ended).toBe(0);
    expect(log()).toContain("the data of its gateway has ended");
  });
});
