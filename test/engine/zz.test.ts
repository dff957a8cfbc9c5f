import { it } from "vitest";
import { backtest } from "../../index.js";
import { randomBars, randomRun } from "./random-run.js";
import { ORDER_STATUSES, ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";
it("x", async () => {
  for (const seed of [159643044, 998885916, 723368213, 409177731]) {
  const record = { modified: new Set<number>() };
  const size = ["1min", "1hour", "1day"][seed % 3];
  const series = [randomBars(seed, 150, size)];
  if (seed % 2 === 0) series.push(randomBars(seed, seed % 4 === 0 ? 150 : 40, seed % 4 === 0 ? size : size === "1min" ? "7min" : "1day", "QQQ", 1));
  const o = randomRun(seed, series, record);
  const r = await backtest(o);
  console.log(JSON.stringify({ ...o, data: 0, strategy: 0 }));
  const b = r.orders;
  for (let f = 0; f < r.fills.length; f++) {
    const id = r.fills.order[f]; 
      const row = r.fills.row[f]; const s = r.series[r.finest[r.fills.instrument[f]]];
    const bad1 = !record.modified.has(id) && b.limit[id] === b.limit[id] && b.side[id] * (b.limit[id] - r.fills.price[f]) < -1e-9;
    const bad2 = !(s.end[row] === b.createdAt[id] && o.fill === "same-close") && (r.fills.time[f] < b.createdAt[id] + (o.latency ?? 0));
    if (bad1 || bad2) {
      console.log(bad1, bad2, id, ORDER_TYPES[b.type[id]], TIMES_IN_FORCE[b.tif[id]], "side", b.side[id], "limit", b.limit[id], "stop", b.stop[id], "parent", b.parent[id], "off", b.limitOffset[id], "price", r.fills.price[f], "slip", r.fills.slippage[f], "row", row, [s.open[row], s.high[row], s.low[row], s.close[row]], b.history(id).map((h) => ORDER_STATUSES[h.status] + new Date(h.time).toISOString()), "made", new Date(b.createdAt[id]).toISOString(), "filltime", new Date(r.fills.time[f]).toISOString(), new Date(s.start[row]).toISOString());
    }
  }
  }
});
