import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { flags } from "../../cli/acceptance.js";
import { stepsOf } from "../../live/acceptance/steps.js";
import { SPY } from "../live/acceptance-run.js";
import { projectRoot } from "../shared-data.js";
import { tableRows } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "acceptance.md"), "utf8");

describe("docs/acceptance.md", () => {
  it("lists every step, with what is relied on", () => {
    const steps = stepsOf([SPY], true).map(({ name, relies }) => [name, relies]);
    expect(tableRows(page, "step", "what is relied on")).toEqual(steps);
  });

  it("names every flag that is not of all commands, and no other", () => {
    const named = new Set([...page.matchAll(/(?<![-|])--([a-z][a-z-]*)/g)].map(([, name]) => name));
    expect([...named].filter((name) => !Object.hasOwn(flags, name))).toEqual([]);
    const left = Object.keys(flags).filter((name) => !named.has(name));
    expect(left).toEqual(["tws-live", "gateway-live", "config"]);
  });
});
