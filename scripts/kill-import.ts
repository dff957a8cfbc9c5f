// Kills processes that import into a store or write to it, and looks at what they leave: `npm run kill-import -- --runs 200`.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { BarSeries } from "../core/market/bar-series.js";
import { Random } from "../core/random.js";
import { calendarSessions } from "../data/checks/trading-time.js";
import { barRows } from "../data/files/export-csv.js";
import { openStore } from "../data/store/bar-store.js";
import type { SeriesKey } from "../data/store/series-key.js";
import { verifyFile, verifySeries } from "../data/store/verify-store.js";
import { syntheticBars } from "../data/synthetic/synthetic-bars.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COMMAND = join(root, "bin", "seatrial.js");
const STORE_MODULE = pathToFileURL(join(root, "dist", "data", "store", "bar-store.js")).href;

const BARS = 40_000;
/** Bars that are there before an import, which has to join its own to them. */
const BEFORE = 15_000;
const CHUNK = 500;

/** What a number of kills came to. */
export interface KillCount {
  readonly kills: number;
  /** Of these, that came before the process had begun to write, while it was writing, and after it had ended. */
  readonly early: number;
  readonly amid: number;
  readonly late: number;
}

/**
 * Kills as many processes as it is told to, at random moments from a seed: every other one an import of a CSV file, the
 * others a program that writes one stretch after the other as a download does. After each kill the store must open,
 * nothing must be wrong with it, it must hold whole answers only, and the same process run again must complete it.
 * @throws Error with what did not hold
 */
export async function killImports(
  runs: number,
  seed: number,
  say: (line: string) => void = () => {},
): Promise<KillCount> {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-kill-"));
  try {
    return await new Killer(folder, new Random(seed), say).run(runs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Killer {
  private readonly folder: string;
  private readonly random: Random;
  private readonly say: (line: string) => void;
  private readonly bars: BarSeries;
  private readonly key: SeriesKey;
  private readonly count = { kills: 0, early: 0, amid: 0, late: 0 };

  constructor(folder: string, random: Random, say: (line: string) => void) {
    this.folder = folder;
    this.random = random;
    this.say = say;
    [this.bars] = syntheticBars({ bars: BARS });
    const { symbol } = this.bars.instrument;
    this.key = { symbol, size: this.bars.size.label, what: "trades", hours: "regular", adjustment: "raw" };
  }

  async run(runs: number): Promise<KillCount> {
    let csv = "";
    for (const bytes of barRows([this.bars], false)) csv += Buffer.from(bytes.take()).toString("utf8");
    writeFileSync(join(this.folder, `${this.key.symbol}.csv`), csv);
    const importing = [COMMAND, "data", "import", `${this.key.symbol}.csv`, "--hours", "regular"];
    const writing = ["--input-type=module", "-e", this.writer()];
    // How long each takes when nobody kills it.
    const lasts = [await this.timed(importing, true), await this.timed(writing, false)];
    for (let run = 0; run < runs; run++) {
      const kind = run % 2;
      const args = kind === 0 ? importing : writing;
      await this.prepare(kind === 0);
      // Three in four while it writes, the others at any moment.
      const last = lasts[kind];
      if (run % 8 < 6) await this.kill(args, last.writing * this.random.next(), true);
      else await this.kill(args, last.whole * this.random.next(), false);
      await this.look(kind === 0);
      const { code, text } = await this.end(args);
      if (code !== 0) throw new Error(`run ${run}: the next run ended with ${code}: ${text}`);
      const held = await this.held();
      if (held !== BARS) throw new Error(`run ${run}: the next run left ${held} of ${BARS} bars`);
      if ((run + 1) % 20 === 0) this.say(`${run + 1} kills, ${this.count.amid} of them amid the writing`);
    }
    return this.count;
  }

  /** A program that writes what is missing, stretch by stretch, each with its coverage. */
  private writer(): string {
    const { key, bars } = this;
    return `
      const { openStore } = await import(${JSON.stringify(STORE_MODULE)});
      const { syntheticBars } = await import(${JSON.stringify(STORE_MODULE.replace("store/bar-store", "synthetic/synthetic-bars"))});
      const [bars] = syntheticBars({ bars: ${BARS} });
      const key = ${JSON.stringify(key)};
      const store = await openStore("seatrial.db");
      if (store.instrument(key.symbol) === undefined) store.putInstrument({ symbol: key.symbol });
      for (const { from, to } of store.missing(key, ${bars.start[0]}, ${bars.end[BARS - 1]})) {
        let row = 0;
        while (bars.start[row] < from) row++;
        while (row < bars.length && bars.start[row] < to) {
          let end = Math.min(row + ${CHUNK}, bars.length);
          const stop = end < bars.length ? Math.min(bars.start[end], to) : to;
          while (bars.start[end - 1] >= stop) end--;
          store.write(key, bars.slice(row, end), { from: bars.start[row], to: stop, source: "test" });
          row = end;
        }
      }
      store.close();`;
  }

  private async prepare(someBars: boolean): Promise<void> {
    for (const end of ["", "-wal", "-shm"]) rmSync(join(this.folder, `seatrial.db${end}`), { force: true });
    const store = await openStore(join(this.folder, "seatrial.db"));
    if (someBars) {
      const { bars, key } = this;
      store.putInstrument({ symbol: key.symbol });
      const to = bars.start[BEFORE];
      store.write(key, bars.slice(0, BEFORE), { from: bars.start[0], to, source: "test" });
    }
    store.close();
  }

  /** How long a process takes that nobody kills, and how long of that it writes. */
  private async timed(args: readonly string[], someBars: boolean): Promise<{ whole: number; writing: number }> {
    await this.prepare(someBars);
    const begun = performance.now();
    const running = this.end(args);
    const writes = this.firstWrite(running);
    const { code, text } = await running;
    if (code !== 0) throw new Error(`a run without a kill ended with ${code}: ${text}`);
    return { whole: performance.now() - begun, writing: performance.now() - (await writes) };
  }

  /** Resolves with the moment at which the store's log begins to grow, or at which the process ends. */
  private async firstWrite(ended: Promise<unknown>): Promise<number> {
    const log = join(this.folder, "seatrial.db-wal");
    let over = false;
    void ended.then(() => {
      over = true;
    });
    while (!over && (statSync(log, { throwIfNoEntry: false })?.size ?? 0) === 0)
      await new Promise((resolve) => setTimeout(resolve, 1));
    return performance.now();
  }

  /** Kills a process so many milliseconds after its start, or after it has begun to write. */
  private async kill(args: readonly string[], ms: number, fromFirstWrite: boolean): Promise<void> {
    const child = spawn(process.execPath, args, { cwd: this.folder, stdio: "ignore" });
    const ended = new Promise<void>((resolve) => child.on("exit", () => resolve()));
    if (fromFirstWrite) await this.firstWrite(ended);
    const timer = setTimeout(() => child.kill("SIGKILL"), ms);
    await ended;
    clearTimeout(timer);
    this.count.kills++;
  }

  private end(args: readonly string[]): Promise<{ code: number | null; text: string }> {
    return new Promise((resolve) => {
      const child = spawn(process.execPath, args, { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
      let text = "";
      child.stderr.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      child.on("close", (code) => resolve({ code, text }));
    });
  }

  private async held(): Promise<number> {
    const store = await openStore(join(this.folder, "seatrial.db"));
    try {
      return store.find(this.key)?.extent().bars ?? 0;
    } finally {
      store.close();
    }
  }

  /** What a killed process has left. @throws Error */
  private async look(importing: boolean): Promise<void> {
    const store = await openStore(join(this.folder, "seatrial.db"));
    try {
      const broken = verifyFile(store).kinds[0]?.findings[0];
      if (broken !== undefined) throw new Error(`the file is damaged: ${broken.text}`);
      const series = store.find(this.key);
      if (series === undefined) {
        this.count.early++;
        return;
      }
      const { findings, bars } = verifySeries(store, series, calendarSessions, { skip: ["gap", "outside", "spike"] });
      if (findings.count > 0) throw new Error(`verify found ${findings.kinds[0].findings[0].text}`);
      const begun = importing ? BEFORE : 0;
      if (bars === BARS) this.count.late++;
      else if (bars > begun) this.count.amid++;
      else this.count.early++;
      if (importing && bars !== BEFORE && bars !== BARS) throw new Error(`a part of a file was imported: ${bars} bars`);
      this.compare(series.read(), series.coverage());
    } finally {
      store.close();
    }
  }

  /** Every stretch that is covered has all of its bars, and there are no others. @throws Error */
  private compare(read: BarSeries, covered: readonly { from: number; to: number }[]): void {
    const { bars } = this;
    let row = 0;
    for (let r = 0; r < BARS; r++) {
      const known = covered.some(({ from, to }) => bars.start[r] >= from && bars.start[r] < to);
      if (!known) continue;
      for (const field of ["start", "end", "open", "high", "low", "close", "volume"] as const) {
        if (read[field][row] !== bars[field][r]) throw new Error(`bar ${r} is covered, and its ${field} is another`);
      }
      row++;
    }
    if (row !== read.length) throw new Error(`${read.length - row} bars are stored and not covered`);
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: { runs: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
  });
  const count = await killImports(Number(values.runs), Number(values.seed), (line) => console.log(line));
  console.log(
    `${count.kills} kills: ${count.early} before the writing, ${count.amid} amid it, ${count.late} after it.`,
  );
  console.log("Every store opened, nothing was wrong with it, and the next run completed it.");
}
