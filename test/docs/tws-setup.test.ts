import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PORTS } from "../../brokers/ib/ports.js";
import { RESET_WINDOWS } from "../../brokers/ib/reset-windows.js";
import { FINDINGS } from "../../brokers/tws/doctor/findings.js";
import { CONNECTION_FLAGS } from "../../cli/connection-flags.js";
import { flags } from "../../cli/doctor.js";
import { projectRoot } from "../shared-data.js";
import { tableRows } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "tws-setup.md"), "utf8");

describe("docs/tws-setup.md", () => {
  it("lists the usual ports with the flags that name them", () => {
    const rows = tableRows(page, "program", "account", "port", "flag");
    expect(Object.fromEntries(rows.map(([, , port, flag]) => [flag.slice(2), Number(port)]))).toEqual(PORTS);
    for (const [program, account, , flag] of rows) {
      expect(flag).toBe(`--${program === "TWS" ? "tws" : "gateway"}-${account}`);
    }
  });

  it("lists the windows in which IB resets", () => {
    const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const rows = RESET_WINDOWS.map(({ name, days: on, from, to, zone }) => [
      name,
      on.map((day) => days[day - 1]).join(", "),
      from,
      to,
      zone,
    ]);
    expect(tableRows(page, "what", "days", "from", "to")).toEqual(rows);
  });

  it("names only flags and findings that there are", () => {
    const known = { ...CONNECTION_FLAGS, ...flags };
    const named = [...page.matchAll(/(?<![-|])--([a-z][a-z-]*)/g)].map(([, name]) => name);
    expect(named.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
    const findings = [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name);
    expect(findings.length).toBeGreaterThan(2);
    expect(findings.filter((name) => !Object.hasOwn(FINDINGS, name))).toEqual([]);
  });
});
