import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { projectRoot } from "./project-root.js";

// Other frameworks live in a package of their own: nobody who installs or tests Seatrial needs them.
const folder = join(projectRoot, "bench", "peers");

/** What is used of grademark and of data-forge, on which it stands. */
export interface Peers {
  readonly DataFrame: new <Bar>(bars: readonly Bar[]) => PeerFrame<Bar>;
  backtest<In, Out>(strategy: PeerStrategy<In, Out>, bars: PeerFrame<In>): readonly unknown[];
}

export type PeerFrame<Bar> = Iterable<Bar>;

export interface GrademarkBar {
  readonly time: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

type Direction = "long" | "short";

export interface PeerStrategy<In, Out> {
  prepIndicators(args: { readonly inputSeries: PeerFrame<In> }): PeerFrame<Out>;
  entryRule(enter: (options: { direction: Direction }) => void, args: { readonly bar: Out }): void;
  exitRule(exit: () => void, args: { readonly bar: Out; readonly position: { readonly direction: Direction } }): void;
}

export function openPeers(): Peers {
  const load = createRequire(join(folder, "package.json"));
  const { DataFrame } = load("data-forge") as Pick<Peers, "DataFrame">;
  const { backtest } = load("grademark") as Pick<Peers, "backtest">;
  return { DataFrame, backtest };
}

/**
 * Installs the peers, in the versions their lockfile names, where they are not yet.
 * @throws Error when npm cannot.
 */
export function installPeers(): void {
  if (existsSync(join(folder, "node_modules", "grademark", "package.json"))) return;
  console.error("Installing the peers in bench/peers ...");
  const [command, ...first] = npmCommand();
  const npm = spawnSync(command, [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    encoding: "utf8",
    // Windows starts npm.cmd only through a shell; the arguments are all our own and need no quoting.
    shell: command.endsWith(".cmd"),
  });
  if (npm.status === 0) return;
  const reason = npm.error?.message ?? npm.stderr.split("\n").find((line) => line.includes("npm error")) ?? "no reason";
  throw new Error(`The peers could not be installed: ${reason.trim()}. Run \`npm ci\` in bench/peers.`);
}

/** npm as a command and its first arguments: the one that runs this script, or else the one on the path. */
function npmCommand(): string[] {
  const running = process.env.npm_execpath;
  if (running !== undefined && /^(npm|npx)-cli\.c?js$/.test(basename(running))) {
    return [process.execPath, join(running, "..", "npm-cli.js")];
  }
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}
