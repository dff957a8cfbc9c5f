import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { HangWatch } from "../../live/attend/hang-watch.js";

const folder = mkdtempSync(join(tmpdir(), "hang-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("a session that stands still", () => {
  it("is told of while it does, and when it moves again, on standard error and in its log", async () => {
    const [screen, log] = [join(folder, "screen"), join(folder, "session.log")];
    const fd = openSync(screen, "w+");
    const watch = new HangWatch({ session: "cross", strategy: "Cross", log, fd, patience: 200 });
    const said = (): string => readFileSync(screen, "utf8");
    // The watch's thread begins while this one still turns.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(said()).toBe("");
    // As a handler that does not return: nothing of this thread goes on meanwhile.
    const begun = performance.now();
    while (!said().includes("kill -9") && performance.now() - begun < 20_000);
    await until(() => said().includes("moves again"));
    watch.close();
    closeSync(fd);
    expect(said().trim().split("\n\n")).toEqual([
      `The session has stood still for 0.2 seconds: a handler of Cross does not return. End it with kill -9 ${process.pid}; look at positions and orders in TWS; correct the strategy and start it again: it takes up where it was.`,
      "The session moves again.",
    ]);
    const lines = readFileSync(log, "utf8").trim().split("\n");
    const codes = lines.map((line) => JSON.parse(line) as { level: string; code: string; session: string });
    expect(codes.map(({ level, code, session }) => [level, code, session])).toEqual([
      ["error", "SESSION_HANGS", "cross"],
      ["info", "SESSION_HANGS_NO_MORE", "cross"],
    ]);
  });
});
