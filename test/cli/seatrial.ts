import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { projectRoot } from "../shared-data.js";

export const COMMAND = join(projectRoot, "bin", "seatrial.js");

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder outside of any package with these files in it, gone when the tests of this file are. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "seatrial cli ")));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The names of everything in a folder, hidden files too. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly ended: Promise<Ended>;
  /** Resolves when the command has said this on stderr. */
  readonly said: (text: string) => Promise<void>;
  /** Resolves when the command has printed something like this on stdout. */
  readonly printed: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly interrupt: () => void;
  /** Asks it to end, as a system that shuts down does. */
  readonly terminate: () => void;
  /** Ends it without a chance to do anything. */
  readonly kill: () => void;
}

/** Starts the built command in a folder. */
export function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: {
      ...process.env,
      NO_COLOR: "1",
      XDG_CACHE_HOME: join(tmpdir(), "seatrial-cli-tests"),
      SEATRIAL_STATE: join(tmpdir(), "seatrial-cli-tests", "state"),
      ...env,
    },
  });
  let stdout = "";
  let stderr = "";
  const waiting: (() => void)[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(text)) resolve();
      };
      waiting.push(look);
      look();
      void ended.then(() => reject(new Error(`It ended without saying "${text}", but: ${stderr}`)));
    });
  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(stdout);
        if (match !== null) resolve(match);
      };
      waiting.push(look);
      look();
      void ended.then(() => reject(new Error(`It ended without printing ${String(pattern)}, but: ${stdout}${stderr}`)));
    });
  const interrupt = (): void => void child.kill("SIGINT");
  const terminate = (): void => void child.kill("SIGTERM");
  return { ended, said, printed, interrupt, terminate, kill: () => void child.kill("SIGKILL") };
}

/** Runs the built command in a folder to its end. */
export function seatrial(args: readonly string[], cwd: string, env?: Readonly<Record<string, string>>): Promise<Ended> {
  return start(args, cwd, env).ended;
}

/** A strategy with this body. */
export function strategyWith(body: string, imports = "type Bar, Strategy"): string {
  return `import { ${imports} } from "seatrial";\n\nexport default class Broken extends Strategy {\n${body}\n}\n`;
}

export const SMA_CROSS = `import { type Bar, int, Strategy, sma } from "seatrial";

interface Note {
  readonly close: number;
}

export default class SmaCross extends Strategy.with({ fast: int(10, { min: 2, max: 200 }), slow: 30, quantity: 50 }) {
  private readonly fast = this.indicator(sma(this.params.fast));
  private readonly slow = this.indicator(sma(this.params.slow));

  override onBar(bar: Bar): void {
    const note: Note = { close: bar.close };
    if (this.fast.crossedAbove(this.slow)) {
      this.log.info("up", note);
      this.target(bar.instrument, this.params.quantity);
    }
    if (this.fast.crossedBelow(this.slow)) this.target(bar.instrument, 0);
  }
}
`;

/** Daily bars from a Monday on; a row may be put in place of one of them. */
export function pricesCsv(rows: number, instead: Readonly<Record<number, string>> = {}): string {
  const lines = ["date,open,high,low,close,volume"];
  for (let row = 0; row < rows; row++) {
    const day = new Date(Date.UTC(2024, 0, 1 + row + 2 * Math.floor(row / 5))).toISOString().slice(0, 10);
    const close = 100 + 10 * Math.sin(row / 7);
    lines.push(
      instead[row] ??
        `${day},${close.toFixed(2)},${(close + 1).toFixed(2)},${(close - 1).toFixed(2)},${close.toFixed(2)},1000`,
    );
  }
  return `${lines.join("\n")}\n`;
}
