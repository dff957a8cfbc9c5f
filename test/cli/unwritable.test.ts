import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Ended, folderWith, SMA_CROSS, seatrial, start } from "./seatrial.js";

const BARS = "date,open,high,low,close,volume\n2024-01-02,1,2,1,2,100\n2024-01-03,1,2,1,2,100\n";
const FILES = { "cross.ts": SMA_CROSS, "spy.csv": BARS, taken: "mine" };

/** The only sentence of a command that has failed. */
function sentenceOf({ code, stderr }: Ended): string {
  expect({ code, lines: stderr.trimEnd().split("\n").length }, stderr).toEqual({ code: 1, lines: 1 });
  expect(stderr).not.toMatch(/\bbug\b|\bE[A-Z]{3,}\b/);
  return stderr.trimEnd();
}

/** A small disk of its own in a folder; undefined where none can be made. */
function disk(folder: string): { full(): void; readOnly(): void; away(): void } | undefined {
  const place = join(folder, "disk");
  const mount = (...args: string[]): void => void execFileSync("mount", args, { stdio: "ignore" });
  mkdirSync(place);
  try {
    mount("-t", "tmpfs", "-o", "size=12m", "tmpfs", place);
  } catch {
    return undefined;
  }
  return {
    full: () => {
      try {
        for (let i = 0; ; i++) writeFileSync(join(place, `fill-${i}`), new Uint8Array(4_096));
      } catch {
        // Nothing goes in any more.
      }
    },
    readOnly: () => mount("-o", "remount,ro", place),
    away: () => void execFileSync("umount", [place]),
  };
}

describe.concurrent("a place in which nothing can be made", () => {
  it.each([
    ["taken", "is a file"],
    ["taken/deep", "is a file"],
    ...(process.platform === "linux" ? [["/proc/seatrial", "no such file or directory"]] : []),
  ])("for sessions, %s, is named with what is wrong with it, and does not hang", async (place, reason) => {
    const said = sentenceOf(await seatrial(["paper", "cross.ts", "--sessions", place], folderWith(FILES)));
    expect(said).toMatch(/^The session's folder \/.*cross-sim cannot be used: /);
    expect(said).toContain(`${reason}. Name another with --sessions, or make room and rights in this one.`);
  });

  it("for a store or an export is named with what is wrong with it", async () => {
    const folder = folderWith(FILES);
    const data = (...args: string[]): Promise<Ended> => seatrial(["data", ...args], folder);
    expect(sentenceOf(await data("import", "spy.csv", "--store", "taken/s.db"))).toBe(
      "The database taken/s.db cannot be opened: unable to open database file. taken is a file; name another place.",
    );
    expect(await data("import", "spy.csv", "--store", "s.db")).toMatchObject({ code: 0 });
    expect(sentenceOf(await data("export", "SPY", "--store", "s.db", "--out", "taken/spy.csv"))).toBe(
      "taken/spy.csv cannot be written: not a directory. Name another place, or make room and rights in this one.",
    );
  });
});

describe.skipIf(process.platform !== "linux")("a disk that takes nothing any more", () => {
  it.for([
    ["full", "no space left on device"],
    ["readOnly", "read-only file system"],
  ] as const)("%s: what needs it says so in a sentence", { timeout: 120_000 }, async ([how, reason], { skip }) => {
    const folder = folderWith(FILES);
    const made = disk(folder);
    if (made === undefined) return skip("a small disk cannot be made here");
    try {
      const sessions = ["--sessions", "disk"];
      // Three simulated days that nothing trades in.
      const paper = ["paper", "cross.ts", "--data", "synthetic:bars=1500,bar=1min", "--speed", "max", ...sessions];
      expect(await seatrial(paper, folder)).toMatchObject({ code: 0, stderr: "" });
      made[how]();
      const unusable = `The session's folder ${join(folder, "disk", "cross-sim")} cannot be used: ${reason}. Name another with --sessions, or make room and rights in this one.`;
      for (const args of [["status"], ["orders"], ["kill"], ["kill", "--release"], ["stop"]]) {
        expect(sentenceOf(await seatrial([...args, ...sessions], folder))).toBe(unusable);
      }
      expect(sentenceOf(await seatrial(paper, folder))).toBe(unusable);
      expect(sentenceOf(await seatrial(["backtest", "cross.ts", "--data", "sample", "--out", "disk/x"], folder))).toBe(
        `The folder disk/x cannot be written: ${reason}. Name another folder for the output, or make room and rights in this one; nothing in it was changed.`,
      );
      expect(sentenceOf(await seatrial(["data", "import", "spy.csv", "--store", "disk/s.db"], folder))).toContain(
        `Its folder cannot be written: ${reason}. Make room and rights there, or name another.`,
      );
    } finally {
      made.away();
    }
  });

  it("keeps no session that runs from being seen, killed and stopped", { timeout: 120_000 }, async ({ skip }) => {
    const folder = folderWith(FILES);
    const made = disk(folder);
    if (made === undefined) return skip("a small disk cannot be made here");
    try {
      const sessions = ["--sessions", "disk"];
      const session = start(["paper", "cross.ts", "--speed", "60", ...sessions], folder);
      await session.printed(/journal and broker agree/);
      made.full();
      expect((await seatrial(["status", ...sessions], folder)).stdout).toContain("SmaCross running");
      const killed = await seatrial(["kill", ...sessions], folder);
      expect(sentenceOf(killed)).toBe(
        `The file ${join(folder, "disk", "cross-sim", "KILL")} cannot be written: no space left on device. The session that runs is told all the same; a restart may not know of it. Make room and rights there, then run \`seatrial kill cross-sim\` again.`,
      );
      expect(killed.stdout).toContain("cross-sim: The kill switch is on: by command.");
      expect((await seatrial(["stop", ...sessions], folder)).code).toBe(0);
      const { code, stderr } = await session.ended;
      // Its log may have lost lines as well, which Node tells as a warning.
      expect({ code, said: stderr }).toEqual({
        code: 1,
        said: expect.stringMatching(/^The journal .* cannot be written: .*Make room or mend the disk/m),
      });
      expect(stderr).not.toMatch(/\bbug\b|\bE[A-Z]{3,}\b/);
    } finally {
      made.away();
    }
  });
});
