import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadStrategy } from "../../config/load-strategy.js";
import { writeSessionFile } from "../../live/control/session-file.js";
import { SessionFolder } from "../../live/control/session-folder.js";
import { RecordingEngine } from "../../live/recording/recording-engine.js";
import { RecordingWriter } from "../../live/recording/recording-file.js";
import { newRecording, recordingsOf, removeOldRecordings } from "../../live/recording/recordings.js";
import { quotes } from "../bars.js";
import { spy } from "../guards/guarded.js";
import { engineOptionsOver, ScriptedEvidence } from "../guards/scripted-evidence.js";
import { aSessionFile } from "../live/a-session.js";
import { driveInTurns } from "../live/recorded-session.js";
import { type Ended, folderWith, seatrial } from "./seatrial.js";

const strategy = (quantity: string): string => `import { type Quote, Strategy } from "seatrial";

export default class Buys extends Strategy {
  private seen = 0;
  override onQuote(quote: Quote): void {
    this.seen++;
    if (this.seen % 20 === 10) this.buy(quote.instrument, ${quantity}, { limit: quote.ask });
    if (this.seen % 20 === 19) this.closePosition(quote.instrument);
  }
}
`;

const AT = Date.UTC(2026, 0, 5, 15);

/** Records a session of a strategy in a folder of sessions, so many times. */
async function recorded(place: string, file: string, times = 1): Promise<SessionFolder> {
  const folder = new SessionFolder(join(place, "seatrial-sessions"), "buys-paper");
  folder.make();
  writeSessionFile(folder, { ...aSessionFile(folder), name: "buys-paper" });
  const rows = Array.from({ length: 100 }, (_, i) => [60 + i, 100, 100.02, 500, 500] as const);
  for (let i = 0; i < times; i++) {
    const writer = new RecordingWriter(newRecording(folder.path, AT + i * 1000));
    const type = await loadStrategy(join(place, file));
    const options = engineOptionsOver(new ScriptedEvidence(), type, { series: [], quotes: [quotes(spy, rows)] });
    driveInTurns(RecordingEngine.over(options, writer, { file, hash: "0" }));
    writer.close();
    removeOldRecordings(folder.path);
  }
  return folder;
}

describe("seatrial parity", () => {
  let place = "";
  let folder: SessionFolder;
  beforeAll(async () => {
    place = folderWith({
      "buys.ts": strategy("5"),
      "others.ts": strategy("6"),
      "clock.ts": strategy("1 + (Math.floor(performance.now() * 1000) % 97)"),
    });
    folder = await recorded(place, "buys.ts");
  });
  const run = (...args: string[]): Promise<Ended> => seatrial(["parity", ...args], place);

  it("says that every decision was the same, and ends with 0", async () => {
    const { code, stdout, stderr } = await run();
    expect(stderr).toBe("");
    expect(stdout).toBe("buys-paper, recording 20260105T150000-000Z: 201 inputs, 10 decisions, all the same.\n");
    expect(code).toBe(0);
  });

  it("shows the first difference with its inputs, and ends with 3", async () => {
    const { code, stdout } = await run("buys-paper", "--strategy", "others.ts");
    expect(code).toBe(3);
    expect(stdout.split("\n").slice(0, 6)).toEqual([
      expect.stringMatching(
        /^buys-paper, recording 20260105T150000-000Z: \d+ inputs, 0 decisions the same, and then a /,
      ),
      "",
      "  then: 2024-01-08T14:31:09.000Z buy 5 SPY limit 100.02 DAY (order 0)",
      "  now:  2024-01-08T14:31:09.000Z buy 6 SPY limit 100.02 DAY (order 0)",
      "",
      "  The inputs in front of it, the latest last:",
    ]);
    expect(stdout).toContain("    2024-01-08T14:31:09.000Z quote of SPY: 100 x 500 / 100.02 x 500\n");
  });

  it("gives the same as JSON", async () => {
    const { code, stdout } = await run("--strategy", "others.ts", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      session: "buys-paper",
      held: false,
      decisions: 0,
      difference: { recorded: expect.stringContaining("buy 5 SPY"), replayed: expect.stringContaining("buy 6 SPY") },
    });
    expect(JSON.parse((await run("--json")).stdout)).toMatchObject({ held: true, end: "whole", difference: null });
  });

  it("catches a strategy that reads the wall clock", async () => {
    const other = folderWith({ "clock.ts": strategy("1 + (Math.floor(performance.now() * 1000) % 97)") });
    await recorded(other, "clock.ts");
    const { code, stdout } = await seatrial(["parity"], other);
    expect(code).toBe(3);
    expect(stdout).toMatch(/then: .* buy \d+ SPY.*\n {2}now: {2}.* buy \d+ SPY/);
  });

  it("takes the latest recording, or the one that is named", async () => {
    const other = folderWith({ "buys.ts": strategy("5") });
    const { path } = await recorded(other, "buys.ts", 12);
    expect(recordingsOf(path)).toHaveLength(10);
    const named = (...args: string[]): Promise<Ended> => seatrial(["parity", ...args], other);
    expect((await named()).stdout).toContain("recording 20260105T150011-000Z");
    expect((await named("--recording", "20260105T150005-000Z")).stdout).toContain("recording 20260105T150005-000Z");
    const { code, stderr } = await named("--recording", "yesterday");
    expect([code, stderr]).toEqual([2, expect.stringContaining('The session has no recording "yesterday".')]);
  });

  it("says that there is none", async () => {
    const other = folderWith({});
    const empty = new SessionFolder(join(other, "seatrial-sessions"), "buys-paper");
    empty.make();
    writeSessionFile(empty, { ...aSessionFile(empty), name: "buys-paper" });
    const { code, stderr } = await seatrial(["parity"], other);
    expect([code, stderr]).toEqual([2, expect.stringContaining("There is no recording of a session in")]);
    expect(folder.path).toContain("buys-paper");
  });
});
