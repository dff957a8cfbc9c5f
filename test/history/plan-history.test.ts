import { describe, expect, it } from "vitest";
import { planHistory } from "../../data/history/plan-history.js";
import { hasSqlite, opened } from "../store/store-folder.js";
import { download, jobFor } from "./download.js";
import { FakeClock } from "./fake-clock.js";
import { marketBars } from "./market.js";
import { ScriptedSource } from "./scripted-source.js";

describe.runIf(hasSqlite)("the plan of a download", () => {
  it("names the requests that the download makes, of a new series and of one that goes on, and stores nothing", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const series = ["AAPL", "MSFT"].map((symbol, i) => marketBars({ symbol }, "1day", 20160104, 20231229, i));
    const source = new ScriptedSource(series, clock);
    const [from] = series[0].start;
    for (const to of [series[0].start[800], series[0].start[1500]]) {
      const jobs = ["AAPL", "MSFT"].map((symbol) => jobFor(symbol, "1day", { from, to }));
      const before = store.list();
      const plan = await clock.until(planHistory({ store, source, jobs, clock }));
      expect(store.list()).toEqual(before);
      expect(source.asked.filter(({ kind }) => kind !== "head")).toEqual([]);
      const result = await download(clock, store, source, jobs);
      expect(result.series.flatMap(({ missing }) => missing)).toEqual([]);
      const asked = source.barsAsked.map(({ request }) => `${request.instrument.symbol} ${request.end}`);
      const planned = plan.series.flatMap(({ key, chunks }) => chunks.map(({ ask }) => `${key.symbol} ${ask.to}`));
      expect(planned.length).toBeGreaterThan(4);
      expect(asked.sort()).toEqual(planned.sort());
      source.asked.length = 0;
    }
    const jobs = [jobFor("AAPL", "1day", { from, to: series[0].start[1500] })];
    expect((await clock.until(planHistory({ store, source, jobs, clock }))).time).toBe(0);
  });

  it("tells about how long pacing makes it take", async () => {
    for (const [label, first, last] of [
      ["1min", 20230103, 20231229],
      ["30sec", 20231101, 20231229],
    ] as const) {
      const clock = new FakeClock();
      const store = await opened();
      const bars = marketBars({ symbol: "AAPL" }, label, first, last);
      const source = new ScriptedSource([bars], clock, { takes: 700 });
      const jobs = [jobFor("AAPL", label, { from: bars.start[0] })];
      const { time } = await clock.until(planHistory({ store, source, jobs, clock }));
      clock.time += 60 * 60_000;
      const began = clock.now();
      await download(clock, store, source, jobs);
      const took = clock.now() - began;
      expect(took, label).toBeGreaterThan(30_000);
      expect(Math.abs(took / time - 1), `${label}: ${time} ms, and it took ${took}`).toBeLessThan(0.2);
    }
  });

  it("says of what cannot be had why, and of an unknown symbol that nothing can", async () => {
    const clock = new FakeClock();
    const store = await opened();
    const bars = marketBars({ symbol: "AAPL" }, "30sec", 20231227, 20231229);
    const source = new ScriptedSource([bars], clock);
    const from = Date.UTC(2023, 0, 3);
    const jobs = ["AAPL", "NONE"].map((symbol) => jobFor(symbol, "30sec", { from }));
    const { series } = await clock.until(planHistory({ store, source, jobs, clock }));
    expect(series[1]).toMatchObject({ chunks: [], missing: [{ kind: "contract" }] });
    expect(series[0].chunks.length).toBeGreaterThan(0);
    expect(series[0].missing).toEqual([]);
  });
});
