import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { Gateway } from "../brokers/gateway/gateway.js";
import { finestSeries } from "../brokers/gateway/gateway-data.js";
import { TwsConnection } from "../brokers/tws/connection/tws-connection.js";
import { Contracts } from "../brokers/tws/contracts/contracts.js";
import { TwsHistory } from "../brokers/tws/history/tws-history.js";
import { openMarket } from "../cli/gateway-market.js";
import { parseBarSize } from "../core/market/bar-size.js";
import { Instrument } from "../core/market/instrument.js";
import { fetchHistory } from "../data/history/fetch-history.js";
import { openStore } from "../data/store/bar-store.js";
import { findZone } from "../data/zone-offsets.js";

// A download over a socket: one process is the simulated gateway, which ends with the other; that one fetches a year of
// minutes of three instruments into a new store, as fast as it goes, and answers what that took.

/** What the process answers. */
export interface FetchMeasured {
  readonly bars: number;
  /** From the first request to the last bar stored. */
  readonly ms: number;
  /** Milliseconds of that in which this process worked, on all threads. */
  readonly busy: number;
  /** Milliseconds: how long the event loop was held up at the most. */
  readonly longestBlock: number;
  /** The largest resident set. */
  readonly megabytes: number;
}

const SYMBOLS = ["SYN1", "SYN2", "SYN3"];
const MARKET = "synthetic:symbols=3,bars=98280,bar=1min,start=2019-01-02,seed=3";

const [work, port] = process.argv.slice(2);
if (work === "gateway") await serve();
else process.stdout.write(JSON.stringify(port === undefined ? await measure() : await fetchFrom(Number(port))));

async function serve(): Promise<void> {
  const { data } = await openMarket({}, [MARKET]);
  const [series] = finestSeries(data);
  const from = series.end[series.length - 1];
  // Its time stands still, so that there is as much to fetch however long that takes.
  const gateway = await Gateway.listen({ data, port: 0, from, wallClock: () => 0, limits: { messageRate: false } });
  process.stdout.write(`${gateway.port}\n`);
  process.stdin.resume();
  process.stdin.on("end", () => void gateway.close());
}

async function measure(): Promise<FetchMeasured> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), "gateway"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const listening = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", () => reject(new Error("the gateway has ended")));
      child.stdout.setEncoding("utf8").once("data", (text: string) => resolve(Number(text)));
    });
    return await fetchFrom(listening);
  } finally {
    child.stdin.end();
  }
}

async function fetchFrom(port: number): Promise<FetchMeasured> {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-bench-history-"));
  // The gateway counts no messages here: otherwise a year of minutes would take as long as 40 requests a second do.
  const connection = new TwsConnection({ address: { host: "127.0.0.1", port, clientId: 1 }, perSecond: 10_000 });
  const store = await openStore(join(folder, "bars.db"));
  try {
    await connection.open();
    const source = new TwsHistory({ connection, contracts: new Contracts(connection), findZone });
    const size = parseBarSize("1min");
    const jobs = SYMBOLS.map((symbol) => {
      const instrument = new Instrument({ symbol });
      return { instrument, size, what: "trades", hours: "regular", from: Date.UTC(2019, 0, 1) } as const;
    });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const began = performance.now();
    const before = process.cpuUsage();
    const { series } = await fetchHistory({ store, source, jobs, pacing: false });
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(before);
    delay.disable();
    const bars = series.reduce((sum, one) => sum + one.bars, 0);
    // Node counts it in kibibytes.
    const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6;
    return { bars, ms, busy: (user + system) / 1000, longestBlock: delay.max / 1e6, megabytes };
  } finally {
    connection.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
