import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALERTS } from "../../live/alerts.js";
import { GUARD_ENTRIES, runbookPage } from "../../scripts/write-runbook.js";
import { projectRoot } from "../shared-data.js";
import { tableRows, tablesOf } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "runbook.md"), "utf8");
const guardsPage = readFileSync(join(projectRoot, "docs", "guards.md"), "utf8");

describe("docs/runbook.md", () => {
  it("has an entry for every alert, once, and for no other", () => {
    const stated = tablesOf(page)
      .filter((table) => table.head[0] === "alert")
      .flatMap((table) => table.rows.map(([code]) => code));
    expect([...stated].sort()).toEqual(Object.keys(ALERTS).sort());
  });

  it("has an entry for every guard, in the order they are asked", () => {
    expect(Object.keys(GUARD_ENTRIES)).toEqual(tableRows(guardsPage, "guard", "stops").map(([name]) => name));
  });

  it("names every code with which a guard denies, under its guard", () => {
    // What blocks an instrument is told by the session, and no code of the guard's own.
    const stated = Object.entries(GUARD_ENTRIES)
      .filter(([guard]) => guard !== "blocked")
      .flatMap(([guard, { codes }]) => codes.map((code) => `${code} ${guard}`));
    const known = tableRows(guardsPage, "code", "guard")
      .filter(([, guard]) => Object.hasOwn(GUARD_ENTRIES, guard))
      .map(([code, guard]) => `${code} ${guard}`);
    expect(stated.sort()).toEqual(known.sort());
  });

  it("is what scripts/write-runbook.ts writes: run it after a change to a table", () => {
    expect(page).toBe(runbookPage());
  });
});
