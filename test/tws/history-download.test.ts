import { describe, expect, expectTypeOf, it } from "vitest";
import type * as shape from "../../brokers/tws/history/source-shape.js";
import type { TwsHistory } from "../../brokers/tws/history/tws-history.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { fetchHistory } from "../../data/history/fetch-history.js";
import type { FetchJob } from "../../data/history/fetch-job.js";
import { historyKey } from "../../data/history/history-key.js";
import type * as source from "../../data/history/history-source.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { startGateway } from "../gateway/started.js";
import { missed, rows, said, storedRows } from "../history/download.js";
import { hasSqlite, opened } from "../store/store-folder.js";
import { historyFrom } from "./history-parts.js";

/** An hour behind the close of a session: all its bars are settled. */
const EVENING = Date.UTC(2020, 0, 17, 22);

describe("history from TWS", () => {
  it("has the shape that a download expects, which neither side may import from the other", () => {
    expectTypeOf<TwsHistory>().toExtend<source.HistorySource>();
    // Methods may take less than is asked of them without a word of the compiler, so the shapes are compared as well.
    expectTypeOf<shape.HistorySubject>().toEqualTypeOf<source.HistorySubject>();
    expectTypeOf<shape.BarsRequest>().toEqualTypeOf<source.BarsRequest>();
    expectTypeOf<shape.ScheduleRequest>().toEqualTypeOf<source.ScheduleRequest>();
    expectTypeOf<shape.SourceBars>().toEqualTypeOf<source.SourceBars>();
    expectTypeOf<shape.SourceHead>().toEqualTypeOf<source.SourceHead>();
    expectTypeOf<shape.SourceSchedule>().toEqualTypeOf<source.SourceSchedule>();
    expectTypeOf<shape.HistoryFailure>().toEqualTypeOf<source.HistoryFailure>();
  });

  it.runIf(hasSqlite)("is downloaded over a socket to the last digit, adjusted for splits, and once", async () => {
    const { port } = await startGateway({ from: EVENING });
    const { history } = await historyFrom(port);
    const store = await opened();
    const { series } = gatewayData(TWO_STOCKS);
    const jobs = ["SYN1", "SYN2"].map((symbol): FetchJob => {
      const instrument = new Instrument({ symbol });
      return { instrument, size: parseBarSize("1min"), what: "trades", hours: "regular", from: series[0].start[0] };
    });
    const result = await fetchHistory({ store, source: history, jobs, pacing: false });
    expect([missed(result), said(result), result.stopped]).toEqual([[], [], undefined]);
    for (const [i, job] of jobs.entries()) {
      expect(historyKey(job, job.size, history).adjustment).toBe("splits");
      expect(storedRows(store, history, job)).toEqual(rows(series[i]).filter(([, end]) => end <= EVENING));
    }
    const again = await fetchHistory({ store, source: history, jobs, pacing: false });
    expect(again.requests).toBe(0);
  });
});
