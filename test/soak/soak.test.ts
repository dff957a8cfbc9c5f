import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleProgram } from "../bundle-program.js";
import { hasSqlite } from "../store/store-folder.js";
import { checkSoak } from "./check-soak.js";
import { soak } from "./soak.js";

/** Over a holiday, an early close and a weekend; the long form takes minutes. */
const DAYS = process.env.SEATRIAL_LONG ? 10 : 3;

let program = "";
beforeAll(async () => {
  program = await bundleProgram("test/soak/soak-process.ts");
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

describe.runIf(hasSqlite)("a process with sessions that live for days", () => {
  it("trades every day, grows by no handle, over many days by little memory, and ends by itself", {
    timeout: 240_000,
  }, async () => {
    const done = await soak({ program, days: DAYS, seed: 1, every: 60_000 });
    expect(checkSoak(done)).toEqual([]);
    expect(done.days).toHaveLength(DAYS);
    // A restart on each night, but for those of the weekend, on which it stays away.
    expect(done.resets).toBeGreaterThan(DAYS);
    const { sessions } = done.days[DAYS - 1];
    // The current log and those that are kept beside it.
    expect(sessions.map(({ logs }) => logs)).toEqual([6, 6]);
    // Half of a session is left of the day behind the holiday.
    expect(done.days[1].date).toBe(20_231_124);
  });
});
