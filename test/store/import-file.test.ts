import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Planned, planImport, storePlanned } from "../../data/store/import-file.js";
import { hasSqlite, newFolder, rowsOf, SPY_MINUTES, storeOf } from "./store-folder.js";

describe.runIf(hasSqlite && process.platform !== "win32")("a file to import", () => {
  it("is read once, so that it may be what another program writes into a pipe", async () => {
    const store = await storeOf("SPY");
    const planned = (text: string): Planned => {
      const pipe = join(newFolder(), "spy.csv");
      execFileSync("mkfifo", [pipe]);
      spawn("sh", ["-c", 'printf "%b" "$1" > "$2"', "sh", text, pipe], { stdio: "ignore" });
      return planImport(store, `SPY=${pipe}`, { csv: {}, spec: () => ({}) });
    };
    const bars = planned(
      "time,open,high,low,close,volume\\n2024-01-08T14:30:00Z,2,3,1,2.5,9\\n2024-01-08T14:31:00Z,2,3,1,2,8\\n",
    );
    expect(storePlanned(store, bars, false)).toEqual({ added: 2, same: 0, replaced: 0 });
    expect(rowsOf(store.series(SPY_MINUTES).read()).map((bar) => bar[5])).toEqual([2.5, 2]);
    const splits = planned("ex_date,split,dividend\\n2024-06-03,2:1,\\n");
    expect(storePlanned(store, splits, false)).toEqual({ added: 1, same: 0, replaced: 0 });
    expect(store.actions.splits("SPY")).toMatchObject([{ exDate: "2024-06-03", numerator: 2, denominator: 1 }]);
  });
});
