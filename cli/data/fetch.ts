import type { Arguments } from "yargs";
import { TwsHistory } from "../../brokers/tws/history/tws-history.js";
import type { Instrument } from "../../core/market/instrument.js";
import { checkNewJob, type FetchResult, fetchHistory } from "../../data/history/fetch-history.js";
import type { HistorySource } from "../../data/history/history-source.js";
import { type PlanOptions, planHistory } from "../../data/history/plan-history.js";
import { findZone } from "../../data/zone-offsets.js";
import { withTws } from "../connect-tws.js";
import { CONNECTION_FLAGS, connectionChoice } from "../connection-flags.js";
import { CliError } from "../errors.js";
import { DONE, NOT_HELD } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { KeptContracts } from "../kept-contracts.js";
import { FetchMeter } from "./fetch-meter.js";
import { fetchedJson, fetchedText, planJson, planText } from "./fetch-text.js";
import { type Wanted, wantedOf } from "./fetch-wanted.js";
import { JSON_FLAG, RANGE_FLAGS, STORE_FLAGS, storePlace } from "./store-flags.js";

export const tells = `Downloads history from TWS or IB Gateway into the store: what it lacks of each symbol between --from
and --to, and nothing twice. Whenever it ends, by Ctrl-C or a cut cable, the same command goes
on from there. Requests are paced as IB wants it. A split since the last time is found, said
and healed. What cannot be had is listed, and then it exits with 3.

  symbol  Such as AAPL or AAPL,MSFT or EUR.USD`;

export const flags = {
  bar: { type: "string", describe: "Bar sizes, such as 1day or 1min,1day" },
  from: RANGE_FLAGS.from,
  to: { type: "string", describe: "Last day, or the instant before which it ends, or now [now]" },
  what: {
    type: "string",
    describe: "TRADES, MIDPOINT, BID, ASK, BID_ASK or ADJUSTED_LAST, several between commas [TRADES; forex MIDPOINT]",
  },
  "all-hours": { type: "boolean", describe: "Also bars from before the open and after the close" },
  "dry-run": { type: "boolean", describe: "Say what would be asked for and how long it would take; store nothing" },
  "no-pacing": { type: "boolean", describe: "Ask as fast as answers come: for the simulated gateway" },
  ...CONNECTION_FLAGS,
  ...STORE_FLAGS,
  ...JSON_FLAG,
} as const satisfies FlagTable;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, Infinity);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const wanted = wantedOf(line);
  const { path, instruments } = await storePlace(line);
  const dry = line.switch("dry-run");
  return withTws(connectionChoice(line), async (tws) => {
    const kept = await KeptContracts.open(path, tws, { instruments, readonly: dry });
    try {
      const connection = await tws.connect();
      const { contracts } = kept;
      const choiceOf = ({ symbol }: Instrument) => kept.choiceOf(symbol);
      const source: HistorySource = new TwsHistory({ connection, contracts, findZone, choiceOf });
      const jobs = wanted.jobs(await instrumentsOf(wanted, kept));
      for (const job of jobs) checkNewJob(job, { source, store: kept.existing });
      const options = {
        store: await kept.store(),
        source,
        jobs,
        pacing: !line.switch("no-pacing"),
        signal: tws.signal,
      };
      return dry ? await tellPlan(line, options) : await fetchAll(line, options);
    } finally {
      kept.close();
    }
  });
}

async function fetchAll(line: Flags, options: PlanOptions): Promise<number> {
  const { path } = options.store;
  const meter = line.switch("json") || !process.stderr.isTTY ? undefined : new FetchMeter();
  let result: FetchResult;
  try {
    result = await fetchHistory({ ...options, ...(meter !== undefined && { onProgress: meter.update }) });
  } finally {
    meter?.end();
  }
  process.stdout.write(line.switch("json") ? fetchedJson(path, result) : fetchedText(path, result));
  if (result.interrupted) throw new CliError("FETCH_INTERRUPTED");
  return result.series.some(({ missing }) => missing.length > 0) ? NOT_HELD : DONE;
}

async function tellPlan(line: Flags, options: PlanOptions): Promise<number> {
  const plan = await planHistory(options).catch((error: unknown) => {
    throw options.signal?.aborted ? new CliError("INTERRUPTED", {}, error) : error;
  });
  process.stdout.write(line.switch("json") ? planJson(plan) : planText(plan));
  return DONE;
}

/** The instruments of all symbols, each once. @throws TwsError of the first that IB has not, or has several of */
async function instrumentsOf({ symbols }: Wanted, kept: KeptContracts): Promise<Instrument[]> {
  const found = await Promise.allSettled(symbols.map((symbol) => kept.lookUp(symbol)));
  const instruments = new Map<string, Instrument>();
  for (const one of found) {
    if (one.status === "rejected") throw one.reason;
    instruments.set(one.value.symbol, one.value);
  }
  return [...instruments.values()];
}
