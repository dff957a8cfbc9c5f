import { describe, expect, it } from "vitest";
import { killImports } from "../../scripts/kill-import.js";
import { hasSqlite } from "./store-folder.js";

describe.runIf(hasSqlite)("a store whose writers are killed", () => {
  it("opens every time, has whole answers only, and is completed by the next run", { timeout: 600_000 }, async () => {
    const { kills, early, amid, late } = await killImports(20, Date.now() % 1_000_000);
    expect([kills, early + amid + late]).toEqual([20, 20]);
    expect(amid).toBeGreaterThan(0);
  });
});
