import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import type { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayOptions } from "../../brokers/gateway/gateway-options.js";
import { openStore } from "../../data/store/bar-store.js";
import type { BarSeries } from "../../index.js";
import { startGateway } from "../gateway/started.js";
import { type Row, rows } from "../history/download.js";
import { afterSplit } from "../history/market.js";
import { hasSqlite } from "../store/store-folder.js";
import { marketOf } from "../tws/fetch-parts.js";
import { contractDetailsFields } from "../tws/message-fields.js";
import { ScriptedTws } from "../tws/scripted-tws.js";
import { type Ended, filesIn, folderWith, seatrial, start } from "./seatrial.js";

const NOW = Date.UTC(2023, 11, 12, 17);
const TO = Date.UTC(2023, 11, 1);
const MARKET = marketOf(
  ["AAPL", "MSFT"],
  [
    ["1min", 20231101, 20231229],
    ["1day", 20130102, 20231229],
  ],
);

const simulated = (options: Partial<GatewayOptions> = {}): Promise<Gateway> =>
  startGateway({ data: MARKET, from: NOW, limits: { historyPacing: false }, ...options });

const fetchIn = (folder: string, { port }: { port: number }, ...args: string[]): Promise<Ended> =>
  seatrial(["data", "fetch", ...args, "--port", String(port)], folder);

const key = (symbol: string, size: string) =>
  ({ symbol, size, what: "trades", hours: "regular", adjustment: "splits" }) as const;

async function storedIn(folder: string, symbol: string, size: string): Promise<Row[]> {
  const store = await openStore(join(folder, "seatrial.db"), { readonly: true });
  const found = store.find(key(symbol, size));
  const stored = found === undefined ? [] : rows(found.read());
  store.close();
  return stored;
}

function known(symbol: string, size: string, from: number, to: number): Row[] {
  const { series } = MARKET;
  const found = series.find((one) => one.instrument.symbol === symbol && one.size.label === size) as BarSeries;
  return rows(found).filter(([start]) => start >= from && start < to);
}

/** What a download in JSON says. */
interface Told {
  readonly requests: number;
  readonly interrupted: boolean;
  readonly stopped: string | null;
  readonly series: { bars: number; missing: { from: string; to: string; kind: string }[] }[];
}

describe.runIf(hasSqlite)("seatrial data fetch", () => {
  it("stores the bars of TWS to the last digit, asks for nothing twice, and they can be shown and exported", async () => {
    const gateway = await simulated();
    const folder = folderWith({});
    const args = ["AAPL,MSFT", "--bar", "1day", "--from", "2013-01-02", "--to", "2023-11-30", "--no-pacing"];
    const first = await fetchIn(folder, gateway, ...args);
    expect(first.stderr).toBe("");
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(
      /^AAPL 1day trades, regular hours, split-adjusted\n {2}2,748 bars, complete\nMSFT .*\n {2}2,748 bars, complete\n5,496 bars in \d+ requests, stored in seatrial\.db\.\n$/,
    );
    for (const symbol of ["AAPL", "MSFT"])
      expect(await storedIn(folder, symbol, "1day")).toEqual(known(symbol, "1day", 0, TO));
    expect(await fetchIn(folder, gateway, ...args)).toEqual({
      code: 0,
      stdout: "seatrial.db had all of it already.\n",
      stderr: "",
    });
    // What the store has ends up in a file as in any other series.
    const exported = await seatrial(["data", "export", "AAPL", "--bar", "1day", "--out", "aapl.csv"], folder);
    expect(exported.code).toBe(0);
    // A later end asks for the rest only.
    const more = await fetchIn(folder, gateway, "AAPL", "--bar", "1day", "--to", "now", "--no-pacing", "--json");
    const told = JSON.parse(more.stdout) as Told;
    expect(told.requests).toBeLessThanOrEqual(2);
    expect(told.series[0]).toMatchObject({ missing: [] });
    const through = Date.UTC(2023, 11, 12);
    expect(await storedIn(folder, "AAPL", "1day")).toEqual(known("AAPL", "1day", 0, through));
  });

  it("says where history begins to whoever asks for what lies before, and does not claim to have it", async () => {
    const gateway = await simulated();
    const folder = folderWith({});
    const early = ["AAPL", "--bar", "1day", "--from", "1995-01-01", "--no-pacing"];
    const none = await fetchIn(folder, gateway, ...early, "--to", "1999-12-31");
    expect({ ...none, stdout: none.stdout.trimEnd().split("\n") }).toEqual({
      code: 0,
      stderr: "",
      stdout: [
        "AAPL 1day trades, regular hours, split-adjusted",
        "  0 bars, complete",
        "  note: IB has none from before 2013-01-02 14:30Z, where its history begins",
        "Nothing was stored.",
      ],
    });
    const some = await fetchIn(folder, gateway, ...early, "--to", "2013-01-31");
    expect(some.stdout).toContain("21 bars, complete\n  note: IB has none from before 2013-01-02 14:30Z");
    // From the day on which it begins nothing is amiss.
    const from = ["MSFT", "--bar", "1day", "--from", "2013-01-02", "--to", "2013-01-31", "--no-pacing"];
    expect((await fetchIn(folder, gateway, ...from)).stdout).not.toContain("note:");
  });

  it("says with --dry-run what it would ask for and how long that takes, and stores nothing", async () => {
    const gateway = await simulated();
    const folder = folderWith({});
    const range = ["--from", "2013-01-02", "--to", "2023-11-30"];
    const { code, stdout, stderr } = await fetchIn(folder, gateway, "AAPL", "--bar", "1day", ...range, "--dry-run");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(0, 2)).toEqual([
      "AAPL 1day trades, regular hours, split-adjusted",
      "  11 requests for about 2,748 bars",
    ]);
    expect(lines[2]).toMatch(/^ {4}2022-\d\d-\d\d 1\d:30Z to 2023-11-30 21:00Z, asked for as 1 Y$/);
    expect(lines.at(-2)).toMatch(/^11 requests, which takes about 1\d s\.$/);
    expect(lines.at(-1)).toBe("Nothing was stored: it was a dry run.");
    expect(filesIn(folder)).toEqual([]);
    const json = await fetchIn(folder, gateway, "MSFT", "--bar", "1day", ...range, "--dry-run", "--json");
    const plan = JSON.parse(json.stdout) as { seconds: number; series: { requests: object[] }[] };
    expect(plan.series[0].requests).toHaveLength(11);
    expect(plan.seconds).toBeGreaterThanOrEqual(11);
  });

  it.each(["interrupt", "kill"] as const)(
    "goes on where it was after %s, and repeats no request",
    { timeout: 120_000 },
    async (how) => {
      const gateway = await simulated();
      const folder = folderWith({});
      const args = ["AAPL,MSFT", "--bar", "1min", "--from", "2023-11-01", "--to", "2023-11-30"];
      const whole = await fetchIn(folderWith({}), gateway, ...args, "--no-pacing", "--json");
      const { requests } = JSON.parse(whole.stdout) as Told;
      // A request a second leaves time to end it in the middle.
      const child = start(["data", "fetch", ...args, "--port", String(gateway.port)], folder);
      let over: Ended | undefined;
      void child.ended.then((ended) => {
        over = ended;
      });
      while ((await barsSoFar(folder)) === 0) {
        expect(over).toBeUndefined();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      child[how]();
      const ended = await child.ended;
      if (how === "interrupt") {
        expect(ended.code).toBe(1);
        expect(ended.stdout).toMatch(/bars, and missing:\n.*not asked/s);
        expect(ended.stderr).toBe(
          "Interrupted; what had been answered by then is stored. The same command goes on from there.\n",
        );
      }
      const before = await barsSoFar(folder);
      const all = ["AAPL", "MSFT"].flatMap((symbol) => known(symbol, "1min", 0, TO));
      expect(before).toBeGreaterThan(0);
      expect(before).toBeLessThan(all.length);
      const rest = await fetchIn(folder, gateway, ...args, "--no-pacing", "--json");
      expect(rest.code).toBe(0);
      const told = JSON.parse(rest.stdout) as Told;
      // Only what was missing, and a bar of each to compare.
      expect(told.requests).toBeLessThan(requests);
      expect(told.series.reduce((sum, { bars }) => sum + bars, 0)).toBe(all.length - before);
      for (const symbol of ["AAPL", "MSFT"])
        expect(await storedIn(folder, symbol, "1min")).toEqual(known(symbol, "1min", 0, TO));
    },
  );

  it("exits with 3 and says exactly what is missing", async () => {
    const faults = parseFaultPlan([{ on: "historicalData", count: 1, fault: "history-hole", times: 1000 }]);
    const gateway = await simulated({ faults });
    const folder = folderWith({});
    const args = ["AAPL", "--bar", "1day", "--from", "2022-12-01", "--to", "2023-11-30", "--no-pacing"];
    const { code, stdout } = await fetchIn(folder, gateway, ...args, "--json");
    expect(code).toBe(3);
    const [{ missing }] = (JSON.parse(stdout) as Told).series;
    expect(missing.length).toBeGreaterThan(0);
    const gone = ([start]: Row): boolean =>
      missing.some(({ from, to }) => start >= Date.parse(from) && start < Date.parse(to));
    const all = known("AAPL", "1day", Date.UTC(2022, 11, 1), TO);
    expect(await storedIn(folder, "AAPL", "1day")).toEqual(all.filter((row) => !gone(row)));
    const text = await fetchIn(folderWith({}), gateway, ...args);
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/bars, and missing:\n {4}\S+ \S+Z to \S+ \S+Z: IB has left it out twice\n/);
  });

  it("finds a split between two downloads, says it, and has all bars on the new basis", async () => {
    const folder = folderWith({});
    const args = ["AAPL", "--bar", "1day", "--from", "2022-01-03", "--no-pacing"];
    const before = await simulated();
    expect((await fetchIn(folder, before, ...args, "--to", "2023-10-31")).code).toBe(0);
    const split = MARKET.series.map((one) => (one.instrument.symbol === "AAPL" ? afterSplit(one, 4) : one));
    const after = await simulated({ data: { ...MARKET, series: split } });
    const { code, stdout } = await fetchIn(folder, after, ...args, "--to", "2023-11-30");
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n {2}note: IB has rewritten history since the last fetch, by a 4:1 split: /);
    const whole = split.find((one) => one.instrument.symbol === "AAPL" && one.size.label === "1day") as BarSeries;
    expect(await storedIn(folder, "AAPL", "1day")).toEqual(
      rows(whole).filter(([start]) => start >= Date.UTC(2022, 0, 3) && start < TO),
    );
  });

  it("takes the contract that was chosen where a symbol may be several, and names them where none was", async () => {
    const tws = await ScriptedTws.start({
      message: (caller, [id, , request, conId]) => {
        if (id === "49") caller.tellTime();
        if (id !== "9") return;
        const contracts = [
          { symbol: "AAPL", name: "APPLE INC", conId: 265598 },
          { symbol: "AAPL", name: "APPLE CDR", conId: 532640894, primary: "AEQLIT", currency: "CAD" },
        ];
        for (const one of contracts)
          if (conId === "" || conId === String(one.conId)) caller.send(...contractDetailsFields(request, one));
        caller.send(52, 1, request);
      },
    });
    const folder = folderWith({});
    const { code, stdout, stderr } = await fetchIn(folder, tws, "AAPL", "--bar", "1day", "--from", "2023-01-03");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      "AAPL may be 2 contracts: 265598 AAPL STK NASDAQ USD, APPLE INC; 532640894 AAPL STK AEQLIT CAD, APPLE CDR. Choose one, as in `seatrial contract AAPL --number 265598 --choose`.\n",
    );
    expect(filesIn(folder)).toEqual([]);
  });

  it.each<[string, string[], string]>([
    [
      "a symbol that does not exist",
      ["APPL", "--bar", "1day"],
      "IB has no contract for APPL as a stock at SMART in USD.",
    ],
    ["a size that is none", ["AAPL", "--bar", "1dya"], 'The bar size "1dya" is not known.'],
    ["a size that IB has not", ["AAPL", "--bar", "7min", "--from", "2023-11-01"], "IB has no bars of 7min."],
    [
      "a range in the future",
      ["AAPL", "--bar", "1day", "--from", "2031-01-01"],
      "lies in the future: it is 2023-12-12",
    ],
    [
      "a range that ends before it begins",
      ["AAPL", "--bar", "1day", "--from", "2023-02-01", "--to", "2023-01-01"],
      "is not before",
    ],
    [
      "a date that is none",
      ["AAPL", "--bar", "1day", "--from", "yesterday"],
      '--from is "yesterday"; it must be a date',
    ],
    ["a kind that is none", ["AAPL", "--bar", "1day", "--what", "TRADE"], "Did you mean TRADES?"],
    ["small bars without a beginning", ["AAPL", "--bar", "1min"], "so it must be said from when on it is wanted"],
    ["a client id out of range", ["AAPL", "--bar", "1day", "--client-id", "-1"], "a whole number from 0 to 2147483647"],
    ["two ports", ["AAPL", "--bar", "1day", "--tws-live"], "--tws-live and --port both name a port."],
    ["no symbol", ["--bar", "1day"], "`seatrial data fetch` needs a symbol."],
    ["no size", ["AAPL"], "`seatrial data fetch` needs a bar size"],
  ])("answers %s in one sentence, as wrong usage, and leaves nothing behind", async (_, args, sentence) => {
    const gateway = await simulated();
    const folder = folderWith({});
    const { code, stdout, stderr } = await fetchIn(folder, gateway, ...args);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(filesIn(folder)).toEqual([]);
  });

  it.each<[string, string[], string]>([
    ["a size that IB has not", ["AAPL", "--bar", "1day,7min"], "IB has no bars of 7min. Did you mean"],
    ["bars that are not of time", ["AAPL", "--bar", "50000volume"], "IB has no bars of 50000volume. It has 1sec,"],
    [
      "a range that ends before it begins",
      ["AAPL", "--bar", "1day", "--from", "2024-01-01", "--to", "2023-01-01"],
      "2024-01-01 00:00Z is not before 2023-01-02 00:00Z.",
    ],
  ])("finds %s before it connects to anything", async (_, args, sentence) => {
    const { code, stdout, stderr } = await fetchIn(folderWith({}), { port: 1 }, ...args);
    expect(stderr).toContain(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("takes what is named twice once, and a symbol in small letters for the one that IB has", async () => {
    const gateway = await simulated();
    const folder = folderWith({});
    const range = ["--from", "2023-11-01", "--to", "2023-11-30", "--no-pacing"];
    const twice = ["aapl,AAPL", "AAPL", "--bar", "1day,1day", "--what", "TRADES,trades"];
    const { stdout, stderr, code } = await fetchIn(folder, gateway, ...twice, ...range);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^AAPL 1day trades[^\n]*\n {2}21 bars, complete\n21 bars in \d requests,[^\n]*\n$/);
    const small = await fetchIn(folder, gateway, "aapl", "--bar", "1day", ...range);
    expect(small).toEqual({ code: 0, stdout: "seatrial.db had all of it already.\n", stderr: "" });
    const { port } = gateway;
    const chosen = await seatrial(["contract", "msft", "--choose", "--port", String(port)], folder);
    expect(chosen.code).toBe(0);
    expect((await fetchIn(folder, gateway, "msft", "--bar", "1day", ...range)).stdout).toContain("MSFT 1day trades");
    const store = await openStore(join(folder, "seatrial.db"), { readonly: true });
    expect(store.instruments().map(({ symbol }) => symbol)).toEqual(["AAPL", "MSFT"]);
    store.close();
  });

  it("says in one sentence that nothing listens, and that a client id is taken", async () => {
    const gateway = await simulated();
    const folder = folderWith({});
    const args = ["AAPL", "--bar", "1day"];
    const holder = start(["data", "fetch", ...args, "--bar", "1min", "--from", "2023-11-01", "--port", "1"], folder);
    const refused = await holder.ended;
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 2, stdout: "" });
    const nobody = await fetchIn(folder, { port: 1 }, ...args);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toMatch(/^Nothing answers on 127\.0\.0\.1:1 \(connect ECONNREFUSED[^\n]*\n$/);
    const taken = await simulated({ faults: parseFaultPlan([{ at: "+0s", fault: "client-id-in-use", times: 5 }]) });
    const second = await fetchIn(folder, taken, ...args);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^Another program is connected to 127\.0\.0\.1:\d+ as client 1\.[^\n]*\n$/);
    expect(filesIn(folder)).toEqual([]);
    await gateway.close();
  });
});

/** How many bars a store holds while somebody writes it. */
async function barsSoFar(folder: string): Promise<number> {
  if (!filesIn(folder).includes("seatrial.db")) return 0;
  try {
    const store = await openStore(join(folder, "seatrial.db"), { readonly: true });
    const bars = store.list().reduce((sum, one) => sum + one.bars, 0);
    store.close();
    return bars;
  } catch {
    // Not made yet.
    return 0;
  }
}
