import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHUNK_LIMITS } from "../../brokers/ib/chunk-limits.js";
import { formatDuration } from "../../brokers/ib/durations.js";
import { HISTORY_MANNERS, OWN_PACING } from "../../brokers/ib/pacing.js";
import { flags as contractFlags } from "../../cli/contract.js";
import { flags } from "../../cli/data/fetch.js";
import { MINUTE, SECOND } from "../../core/market/bar-size.js";
import { folderWith, seatrial, start } from "../cli/seatrial.js";
import { projectRoot } from "../shared-data.js";
import { hasSqlite } from "../store/store-folder.js";
import { tableRows } from "./page-tables.js";

const page = readFileSync(join(projectRoot, "docs", "history.md"), "utf8");
const commands = [...page.matchAll(/^npx seatrial (.*)$/gm)].map(([, line]) => line.split(" "));

describe("docs/history.md", () => {
  it("has the chunks and the windows that are in the code", () => {
    const chunks = CHUNK_LIMITS.map(({ usual, most }) => [usual, most].map(formatDuration));
    expect(tableRows(page, "bars of").map(([, ...row]) => row)).toEqual(chunks);
    const span = (ms: number): string => (ms >= MINUTE ? `${ms / MINUTE} min` : `${ms / SECOND} s`);
    const windows = OWN_PACING.map(({ name, most, window }) => [name, String(most), span(window)]);
    expect(tableRows(page, "window").map((row) => row.slice(0, 3))).toEqual(windows);
    expect(HISTORY_MANNERS).toMatchObject({ atOnce: 6, timeOut: 60 * SECOND });
  });

  it("names every flag of data fetch, and no other", () => {
    const known = Object.keys({ ...flags, ...contractFlags, symbols: 0, data: 0 });
    const named = [...page.matchAll(/(?<![-|])--([a-z][a-z-]*)/g)].map(([, name]) => name);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(Object.keys(flags).filter((name) => !named.includes(name))).toEqual([]);
  });

  it.runIf(hasSqlite)("has commands that do what they say, on a gateway of its own", { timeout: 240_000 }, async () => {
    const trial = commands.filter((words) => words.includes("4992") || words.includes("trial.db"));
    const [serve, ...others] = trial;
    expect(serve[0]).toBe("gateway");
    const folder = folderWith({});
    cpSync(join(projectRoot, "strategies"), join(folder, "strategies"), { recursive: true });
    const gateway = start(
      serve.map((word) => (word === "4992" ? "0" : word)),
      folder,
    );
    const [, port] = await gateway.printed(/127\.0\.0\.1:(\d+)/);
    expect(others.length).toBeGreaterThan(4);
    for (const words of others) {
      const { code, stderr } = await seatrial(
        words.map((word) => (word === "4992" ? port : word)),
        folder,
      );
      expect(code, `${words.join(" ")}: ${stderr}`).toBe(0);
    }
    gateway.interrupt();
    await gateway.ended;
  });

  it("has no command with a flag or a command that is not known", async () => {
    const nowhere = commands.filter((words) => !words.includes("4992") && !words.includes("trial.db"));
    expect(nowhere.length).toBeGreaterThan(5);
    for (const words of nowhere) {
      const known = words[0] === "contract" ? contractFlags : flags;
      const named = words.filter((word) => word.startsWith("--")).map((word) => word.slice(2));
      expect(named.filter((name) => !Object.hasOwn(known, name))).toEqual([]);
      expect(words.slice(0, 2)).toEqual(words[0] === "contract" ? ["contract", words[1]] : ["data", "fetch"]);
    }
  });
});
