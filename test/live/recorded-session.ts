import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Engine } from "../../core/engine.js";
import { Random } from "../../index.js";
import { RecordingEngine } from "../../live/recording/recording-engine.js";
import { type RecordingLimits, RecordingWriter } from "../../live/recording/recording-file.js";
import { quotes } from "../bars.js";
import { spy } from "../guards/guarded.js";
import { engineOptionsOver, type Replayed, ScriptedEvidence } from "../guards/scripted-evidence.js";
import { type Plan, type Script, scripted } from "../scripted.js";

const root = realpathSync(mkdtempSync(join(tmpdir(), "seatrial recording ")));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

export function newFolder(): string {
  return join(root, String(folders++));
}

export interface Recorded {
  readonly engine: RecordingEngine;
  readonly writer: RecordingWriter;
  readonly folder: string;
}

/** A session over a replay that is recorded; whoever asks for it drives it. */
export function recordedOver(
  evidence: ScriptedEvidence | undefined,
  script: Script,
  replayed: Replayed,
  limits: RecordingLimits = {},
): Recorded {
  const folder = newFolder();
  const writer = new RecordingWriter(folder, limits);
  const options = engineOptionsOver(evidence, scripted(script), replayed);
  return { engine: RecordingEngine.over(options, writer, { file: "test.ts", hash: "0" }), writer, folder };
}

/** Drives a session to its end as a live one is driven: in turns, on without a strategy that fails. */
export function driveInTurns(engine: Engine, turn: (engine: Engine) => void = () => undefined): void {
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      engine.stopStrategy(error);
    }
  };
  while (!engine.feed.ended) {
    guarded(() => engine.drain(1));
    guarded(() => turn(engine));
    guarded(() => engine.settle());
  }
  guarded(() => engine.finish());
}

/** What may happen to a session between two turns, drawn from a seed. */
export function mishaps(seed: number, evidence: ScriptedEvidence): (engine: Engine) => void {
  const random = new Random(seed, 900);
  return (engine) => {
    if (!engine.started) return;
    const { now } = engine.clock;
    switch (random.int(40)) {
      case 0:
        evidence.reason = random.int(2) === 0 ? "" : "upstream";
        engine.connectionChanged({ state: evidence.reason === "" ? "ready" : "upstream lost", time: now, reason: "" });
        return;
      case 1:
        evidence.type = 1 + random.int(2) * 2;
        return;
      case 2:
        evidence.halted = random.int(3) === 0;
        return;
      case 3:
        evidence.since = now - random.int(600_000);
        return;
      case 4:
        evidence.clockSkew = random.int(12_000) - 1_000;
        return;
      case 5:
        evidence.block = random.int(2) === 0 ? undefined : { code: "RECONCILE", details: { journal: 1, broker: 2 } };
        return;
      case 6:
        if (random.int(5) === 0) engine.kill("operator", random.int(2) === 0);
        return;
      case 7:
        engine.release();
        return;
      case 8:
        engine.advance(now + random.int(30_000));
        return;
      default:
    }
  };
}

export const LOOSE = { orderRate: false, priceBand: false } as const;

/** A session over quotes whose strategy is this one. */
export function recordedQuotes(script: Script, replayed: Partial<Replayed> = {}): string {
  const rows = Array.from({ length: 200 }, (_, i) => [60 + i, 100 + i / 100, 100.02 + i / 100, 100, 100] as const);
  const given: Replayed = { series: [], quotes: [quotes(spy, rows)], guards: LOOSE, ...replayed };
  const { engine, writer, folder } = recordedOver(new ScriptedEvidence(), script, given);
  driveInTurns(engine);
  writer.close();
  return folder;
}

export const buysOften: Plan = {
  onQuote(trader, _quote, n) {
    if (n % 10 === 3) trader.buy("SPY", 1 + n, { limit: 150 });
    if (n % 10 === 7) trader.bracket("SPY", "sell", 2, { stopLoss: 120, takeProfit: 90 });
  },
};

/** Changes one line of a recording. */
export function edit(folder: string, number: number, change: (line: string) => string): void {
  const path = join(folder, "part-000001.jsonl");
  const lines = readFileSync(path, "utf8").split("\n");
  lines[number - 1] = change(lines[number - 1]);
  writeFileSync(path, lines.join("\n"));
}
