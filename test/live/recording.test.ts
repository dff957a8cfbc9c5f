import { rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, digits, encode, FORMAT } from "../../live/recording/line.js";
import { RecordingWriter } from "../../live/recording/recording-file.js";
import { type ParityResult, readHeader, replaySession } from "../../live/recording/replay-session.js";
import { quotes } from "../bars.js";
import { spy } from "../guards/guarded.js";
import { type Replayed, ScriptedEvidence } from "../guards/scripted-evidence.js";
import { scripted } from "../scripted.js";
import { buysOften, driveInTurns, edit, LOOSE, newFolder, recordedOver, recordedQuotes } from "./recorded-session.js";

describe("a recording", () => {
  it("that ends in the midst of a line, as after a kill, is played as far as it goes", () => {
    const folder = recordedQuotes(buysOften);
    const path = join(folder, "part-000001.jsonl");
    const whole = replaySession(folder, scripted(buysOften));
    for (const share of [0.9, 0.5, 0.3]) {
      truncateSync(path, Math.floor(statSync(path).size * share));
      const cut = replaySession(folder, scripted(buysOften));
      expect(cut).toMatchObject({ difference: undefined, end: "cut" });
      expect(cut.inputs).toBeLessThan(whole.inputs);
    }
  });

  it("that has reached its largest size ends there, and the session goes on", () => {
    const rows = Array.from({ length: 1_500 }, (_, i) => [60 + i, 100, 100.02, 100, 100] as const);
    const given: Replayed = { series: [], quotes: [quotes(spy, rows)], guards: LOOSE };
    const { engine, writer, folder } = recordedOver(new ScriptedEvidence(), buysOften, given, { mostBytes: 100_000 });
    const reasons: string[] = [];
    writer.onEnd = (reason) => void reasons.push(reason);
    driveInTurns(engine);
    writer.close();
    expect(reasons).toEqual(["it has reached 100000 bytes"]);
    expect(replaySession(folder, scripted(buysOften))).toMatchObject({ difference: undefined, end: "full" });
  });

  it("that is missing, damaged or of a newer version says so", () => {
    const play = (folder: string) => (): ParityResult => replaySession(folder, scripted(buysOften));
    expect(play(newFolder())).toThrow("There is no recording of a session in");
    const damaged = recordedQuotes(buysOften);
    edit(damaged, 30, (line) => line.slice(0, 7));
    expect(play(damaged)).toThrow("line 30 is no line of one");
    const strange = recordedQuotes(buysOften);
    edit(strange, 30, () => '["hello"]');
    expect(play(strange)).toThrow("line 30 is no line of one");
    const newer = recordedQuotes(buysOften);
    edit(newer, 1, (line) => line.replace(`"format":${FORMAT}`, `"format":${FORMAT + 1}`));
    expect(play(newer)).toThrow(`was written by a newer Seatrial (format ${FORMAT + 1}, known is ${FORMAT})`);
    const headless = recordedQuotes(buysOften);
    edit(headless, 1, () => '["settle"]');
    expect(play(headless)).toThrow("line 1 does not say what follows");
    expect(readHeader(recordedQuotes(buysOften))).toMatchObject({
      strategy: "Scripted",
      file: "test.ts",
      format: FORMAT,
    });
  });

  it("is not written over by another", () => {
    const folder = recordedQuotes(buysOften);
    expect(() => new RecordingWriter(folder)).toThrow("EEXIST");
  });

  it("that cannot be written any more ends, and says why once", () => {
    const folder = newFolder();
    const writer = new RecordingWriter(folder, { partBytes: 10 });
    const reasons: string[] = [];
    writer.onEnd = (reason) => void reasons.push(reason);
    writer.write(["settle"]);
    writer.flush();
    rmSync(folder, { recursive: true });
    for (let i = 0; i < 3; i++) {
      writer.write(["settle"]);
      writer.flush();
    }
    writer.close();
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain("ENOENT");
  });
});

describe("a line", () => {
  it("is read as it was written, whatever its numbers and texts are", () => {
    const number = fc.double().map((one) => (one === 0 ? 0 : one));
    const any = fc.oneof(number, fc.string(), fc.boolean());
    fc.assert(
      fc.property(fc.array(fc.oneof(any, fc.array(any))), (rest) => {
        expect(decode(encode(["d", ...rest]))).toEqual(["d", ...rest]);
      }),
    );
    fc.assert(
      fc.property(number, (one) => {
        expect(decode(`["q",${digits(one)}]`)).toEqual(["q", one]);
      }),
    );
  });
});
