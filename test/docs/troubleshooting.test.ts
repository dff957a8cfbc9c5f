import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CODE_CLASSES } from "../../brokers/ib/code.js";
import { IB_CODES } from "../../brokers/ib/codes.js";
import { FINDINGS } from "../../brokers/tws/doctor/findings.js";
import { troubleshootingPage } from "../../scripts/write-troubleshooting-docs.js";
import { projectRoot } from "../shared-data.js";
import { tablesOf } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "troubleshooting.md"), "utf8");

describe("docs/troubleshooting.md", () => {
  it("lists every code of the table once, and no other", () => {
    const stated = tablesOf(page)
      .filter((table) => table.head[0] === "code")
      .flatMap((table) => table.rows.map(([code]) => code))
      .filter((code) => /^\d+$/.test(code));
    expect([...stated].sort()).toEqual(Object.keys(IB_CODES).sort());
  });

  it("lists every finding of the doctor once, and no other", () => {
    const stated = tablesOf(page)
      .filter((table) => table.head[0] === "finding")
      .flatMap((table) => table.rows.map(([code]) => code));
    expect(stated).toEqual(Object.keys(FINDINGS));
  });

  it("explains every class", () => {
    const explained = tablesOf(page)
      .filter((table) => table.head[0] === "class")
      .flatMap((table) => table.rows.map(([name]) => name));
    expect(explained).toEqual(Object.keys(CODE_CLASSES));
  });

  it("is what scripts/write-troubleshooting-docs.ts writes: run it after a change to the table", () => {
    expect(page).toBe(troubleshootingPage());
  });
});
