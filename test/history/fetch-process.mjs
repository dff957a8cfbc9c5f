// A process that downloads into a store from a market of its own, for tests that kill it or measure it. Runs on the
// build: `node fetch-process.mjs <store> <log of requests> <bar> <first date> <last date> <milliseconds an answer takes>`.

import { appendFileSync } from "node:fs";
import { HISTORY_LIMITS } from "../../dist/brokers/ib/history-limits.js";
import { calendarNamed } from "../../dist/core/calendar/calendars.js";
import { BarSeries } from "../../dist/core/market/bar-series.js";
import { parseBarSize } from "../../dist/core/market/bar-size.js";
import { Instrument } from "../../dist/core/market/instrument.js";
import { Random } from "../../dist/core/random.js";
import { exchangeSessions } from "../../dist/data/exchange-sessions.js";
import { BarsSource } from "../../dist/data/history/bars-source.js";
import { fetchHistory } from "../../dist/data/history/fetch-history.js";
import { openStore } from "../../dist/data/store/bar-store.js";

const [, , path, log, bar, from, to, takes] = process.argv;
const size = parseBarSize(bar);
const sessions = exchangeSessions(calendarNamed("XNAS"), Number(from), Number(to));

const series = ["AAPL", "IBM", "MSFT"].map((symbol, seed) => {
  const bars = new BarSeries(new Instrument({ symbol }), size);
  const random = new Random(seed);
  let price = 20_000;
  for (let i = 0; i < sessions.length; i++) {
    for (let start = sessions.open[i]; start < sessions.close[i]; start += size.ms) {
      const open = price;
      price = Math.max(1_000, price + random.int(41) - 20);
      const [high, low] = [Math.max(open, price) + 3, Math.min(open, price) - 3];
      const end = Math.min(start + size.ms, sessions.close[i]);
      bars.append(start, end, open / 100, high / 100, low / 100, price / 100, 100 + random.int(900));
    }
  }
  return bars.slice(0, bars.length);
});

// One request every five milliseconds, so that the log of requests in the store is written and read as well.
const pacing = [{ name: "steady", most: 1, window: 5, counts: "requests", smallBarsOnly: false, hard: false }];
const inner = new BarsSource(series, {
  name: "IB",
  limits: { ...HISTORY_LIMITS, pacing },
  adjustment: "splits",
  now: () => sessions.close[sessions.length - 1] + 10_800_000,
});
const source = {
  ...inner,
  name: inner.name,
  limits: inner.limits,
  now: inner.now,
  bars: async (request) => {
    const { instrument, end, duration } = request;
    appendFileSync(log, `${JSON.stringify({ symbol: instrument.symbol, end, duration })}\n`);
    await new Promise((resolve) => setTimeout(resolve, Number(takes) * (0.5 + Math.random())));
    return inner.bars(request);
  },
  head: (subject) => inner.head(subject),
  schedule: (request) => inner.schedule(request),
};

const store = await openStore(path);
const jobs = series.map(({ instrument, start }) => ({
  instrument,
  size,
  what: "trades",
  hours: "regular",
  from: start[0],
}));

console.log("begun");
const result = await fetchHistory({ store, source, jobs, pacing: Number(takes) > 0 });
const bars = result.series.reduce((sum, one) => sum + one.bars, 0);
const equal = series.every((one) => {
  const key = {
    symbol: one.instrument.symbol,
    size: size.label,
    what: "trades",
    hours: "regular",
    adjustment: "splits",
  };
  const stored = store.series(key).read();
  return ["start", "end", "open", "high", "low", "close", "volume"].every(
    (column) =>
      Buffer.compare(Buffer.from(stored[column].slice().buffer), Buffer.from(one[column].slice().buffer)) === 0,
  );
});
console.log(
  JSON.stringify({
    bars,
    all: series.reduce((sum, one) => sum + one.length, 0),
    equal,
    missing: result.series.flatMap(({ missing }) => missing).length,
  }),
);
store.close();
