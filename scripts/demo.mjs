// `npm run demo`: from a bare clone to a backtest's result, with Node and npm alone. What an earlier run has done is
// not done again. SQLite comes last: its compiler takes a minute, and a backtest on the bundled bars needs none.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join("seatrial-out", "demo");
const begun = performance.now();

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Seatrial needs Node 20.19 or later; this is ${process.versions.node}.`);

if (!installed()) {
  say("Installing the packages, without compiling anything yet ...");
  if (npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]) !== 0) {
    fail("The packages could not be installed: look at npm's message above, and run `npm run demo` again.");
  }
}
if (!built()) {
  say("Building ...");
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  // Types are checked by `npm run build` and `npm cit`; that takes twice as long, and changes nothing in what runs.
  if (node([tsc, "-p", "tsconfig.build.json", "--noCheck"]) !== 0 || node([join("scripts", "bundle.mjs")]) !== 0)
    fail("The build failed: look at the messages above.");
  markBuilt();
}
say("Running strategies/sma-cross.ts on the bundled sample ...");
const backtest = ["bin/seatrial.js", "backtest", "strategies/sma-cross.ts", "--data", "sample", "--out", out];
if (node(backtest) !== 0) fail("The backtest failed: look at its message above.");

if (sqliteReady() || (await compileSqlite())) say("Done.");

/** Whether every package of the lockfile is in place; those of other platforms may be missing. */
function installed() {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf(join("node_modules", ".package-lock.json"));
  if (present === undefined) return false;
  return Object.entries(wanted ?? {}).every(([path, { version, optional, devOptional }]) => {
    if (path === "") return true;
    const found = present[path];
    return found === undefined ? optional || devOptional : found.version === version && existsSync(join(root, path));
  });
}

function packagesOf(lockfile) {
  const path = join(root, lockfile);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : undefined;
}

/** Whether the last build is younger than everything that goes into one. */
function built() {
  const stamp = join(root, "dist", ".demo-build");
  if (!existsSync(stamp) || !existsSync(join(root, "dist", "bundle", "main.js"))) return false;
  const { include } = JSON.parse(readFileSync(join(root, "tsconfig.build.json"), "utf8"));
  const sources = [...include, "scripts/bundle.mjs", "tsconfig.build.json", "tsconfig.base.json", "package-lock.json"];
  return Math.max(...sources.map((name) => youngest(join(root, name)))) <= statSync(stamp).mtimeMs;
}

function youngest(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return /\.(ts|mjs|json)$/.test(path) ? stats.mtimeMs : 0;
  // A folder's own time tells that a file in it came or went.
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => youngest(join(path, name))));
}

/** A file of our own: the compiler's notes of a build are written after one with mistakes in it too. */
function markBuilt() {
  writeFileSync(join(root, "dist", ".demo-build"), "");
}

function sqliteReady() {
  try {
    const Sqlite = createRequire(join(root, "package.json"))("better-sqlite3");
    new Sqlite(":memory:").close();
    return true;
  } catch {
    // Not compiled, or for another version of Node: either way it is compiled next, and that says what is wrong.
    return false;
  }
}

async function compileSqlite() {
  say(
    "Completing the installation: compiling SQLite, which the bar store and the journal need. It is a large C program",
  );
  say("and takes a minute or so. The result above is already there; Ctrl-C leaves everything else usable.");
  if ((await npmQuietly(["rebuild", "better-sqlite3"])) === 0 && sqliteReadyInNewProcess()) return true;
  say(
    "SQLite could not be compiled, most likely for want of a C++ compiler, make or Python: install those (Debian: " +
      "apt-get install g++ make python3) and run `npm rebuild better-sqlite3`; backtests on files work without it.",
  );
  return false;
}

/** A failed load is remembered by this process, so a new one is asked. */
function sqliteReadyInNewProcess() {
  const open = 'new (require("better-sqlite3"))(":memory:").close()';
  return spawnSync(process.execPath, ["-e", open], { cwd: root, stdio: "ignore" }).status === 0;
}

function node(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status;
}

/** npm as a command and its first arguments: the one that runs this script, or else the one on the path. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running !== undefined && /^(npm|npx)-cli\.c?js$/.test(basename(running))) return [process.execPath, running];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/** Windows starts npm.cmd only through a shell; the arguments are all our own and need no quoting. */
function npmOptions(command) {
  return { cwd: root, shell: command.endsWith(".cmd") };
}

function npm(args) {
  const [command, ...first] = npmCommand();
  return spawnSync(command, [...first, ...args], { ...npmOptions(command), stdio: "inherit" }).status;
}

/** Runs npm with a dot every few seconds in place of its output: a compiler's, which tells a reader nothing. */
function npmQuietly(args) {
  const [command, ...first] = npmCommand();
  return new Promise((resolve) => {
    const child = spawn(command, [...first, ...args], { ...npmOptions(command), stdio: "ignore" });
    const dots = setInterval(() => process.stdout.write("."), 5_000);
    const end = (status) => {
      clearInterval(dots);
      process.stdout.write("\n");
      resolve(status);
    };
    child.on("error", () => end(undefined));
    child.on("close", end);
  });
}

function say(text) {
  console.log(`[${((performance.now() - begun) / 1000).toFixed(1).padStart(5)} s] ${text}`);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
