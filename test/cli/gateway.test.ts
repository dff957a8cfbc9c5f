import { createServer, type Server } from "node:net";
import { EventName, SecType } from "@stoqey/ib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectStoqey, once } from "../gateway/stoqey.js";
import { hasSqlite } from "../store/store-folder.js";
import { folderWith, pricesCsv, seatrial, start } from "./seatrial.js";

const folder = folderWith({
  "faults.json": '[{ "at": "+1s", "fault": "cut" }]',
  "unknown.json": '[{ "at": "+1s", "fault": "cutt" }]',
  "field.json": '[{ "at": "+1s", "fault": "cut", "tims": 2 }]',
  "broken.json": "[{",
});

let taken: Server;
let port = 0;

beforeAll(async () => {
  taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  port = (taken.address() as { port: number }).port;
});

afterAll(() => void taken.close());

describe("seatrial gateway", () => {
  it("listens, is taken for an IB Gateway by the real client, says who comes and goes, and ends with Ctrl-C", async () => {
    const child = start(
      ["gateway", "--port", "0", "--data", "synthetic:symbols=2,bars=2000", "--account", "DU7654321", "--speed", "60"],
      folder,
    );
    const listening = await child.printed(/127\.0\.0\.1:(\d+)/);
    const { api, errors } = await connectStoqey(Number(listening[1]), 7);
    await child.said("client 7 has connected");
    api.disconnect();
    await child.said("client 7 is gone");
    child.interrupt();
    const { code, stdout } = await child.ended;
    expect(code).toBe(0);
    expect(stdout).toContain("accounts  DU7654321");
    expect(stdout).toContain("(SYN1, SYN2)");
    expect(stdout).toContain("60 times as fast");
    expect(errors).toEqual([]);
  });

  it("begins with the bundled prices, in step with its clients where it is asked to, and breaks what it is told to", async () => {
    const child = start(
      [
        "gateway",
        "--port",
        "0",
        "--speed",
        "max",
        "--from",
        "2008-09-15",
        "--faults",
        "faults.json",
        "--tick-every",
        "bar",
      ],
      folder,
    );
    const lockstep = await child.printed(/lockstep {2}127\.0\.0\.1:(\d+)/);
    expect(Number(lockstep[1])).toBeGreaterThan(0);
    child.interrupt();
    const { stdout } = await child.ended;
    expect(stdout).toContain("2008-09-15T04:00:00.000Z");
    expect(stdout).toContain("The S&P 500 index is traded as if it were a fund");
  });

  it.runIf(hasSqlite)("trades what the configuration names out of the store, by the exchange's hours", async () => {
    const stored = folderWith({
      "abc-1day.csv": pricesCsv(30),
      "seatrial.config.ts": `export default {
        data: "store", instruments: { ABC: { exchange: "NYSE" } }, cash: 50_000, runs: { other: { cash: 70_000 } } };`,
    });
    expect((await seatrial(["data", "import", "abc-1day.csv"], stored)).code).toBe(0);
    const child = start(["gateway", "--port", "0", "--run", "other", "--account", "DU7654321,DU1234567"], stored);
    const listening = await child.printed(/127\.0\.0\.1:(\d+)/);
    const { api } = await connectStoqey(Number(listening[1]), 7);
    const details = once(api, EventName.contractDetails);
    api.reqContractDetails(1, { symbol: "ABC", secType: SecType.STK, exchange: "SMART", currency: "USD" });
    expect((await details)[1]).toMatchObject({ liquidHours: expect.stringMatching(/^\d{8}:0930-\d{8}:1600;/) });
    const cash = once(api, EventName.accountSummary);
    api.reqAccountSummary(2, "All", "TotalCashValue");
    expect((await cash)[3]).toBe("70000.00");
    api.disconnect();
    child.interrupt();
    const { stdout } = await child.ended;
    expect(stdout).toContain("data      store (ABC)");
    expect(stdout).toContain("come out of the store");
  });

  it.each<[string, string[], string, 1 | 2]>([
    ["a port in use", ["--port", "TAKEN"], "is taken by another program. Name another port with --port", 1],
    [
      "a lockstep port in use",
      ["--port", "0", "--speed", "max", "--lockstep-port", "TAKEN"],
      "is taken by another program.",
      1,
    ],
    [
      "a lockstep port for clients that keep no step",
      ["--lockstep-port", "4102"],
      '--lockstep-port is "4102"; it must be left out unless --speed is max.',
      2,
    ],
    ["a port that is none", ["--port", "70000"], '--port is "70000"; it must be a port from 1 to 65535', 2],
    ["an unknown fault", ["--faults", "unknown.json"], 'There is no fault "cutt". Did you mean "cut"?', 2],
    ["a fault with an unknown field", ["--faults", "field.json"], 'The fault cut has no "tims".', 2],
    ["a fault file that is no JSON", ["--faults", "broken.json"], "The faults in broken.json cannot be read", 2],
    ["a fault file that is not there", ["--faults", "none.json"], "cannot be read: no such file or directory. Look", 2],
    ["a live account", ["--account", "U1234567"], '"U1234567" cannot be the id of a simulated account.', 2],
    [
      "a speed that is none",
      ["--speed", "fast"],
      '--speed is "fast"; it must be 1, 60, another number above 0, or max',
      2,
    ],
    ["a speed of nothing", ["--speed", "0"], '--speed is "0"', 2],
    ["a start outside of the data", ["--from", "1950-01-01"], "lies outside of the data, which lasts from 2000-", 2],
    ["a file that is not there", ["--data", "SPY=none.csv"], 'There is no file "none.csv".', 2],
    ["a synthetic market that is unknown", ["--data", "synthetic:symbls=2"], "Did you mean symbols?", 2],
    ["data that is unknown", ["--data", "smaple"], "Did you mean sample?", 2],
    ["a store that is not there", ["--data", "store"], "There is no bar store seatrial.db.", 2],
    ["a currency without a rate", ["--base-currency", "EUR"], "nothing tells what that is worth in EUR", 2],
    ["fees that are unknown", ["--fees", "ib-fixd"], "Did you mean", 2],
    ["an unknown flag", ["--prot", "1"], "There is no flag --prot. Did you mean --port?", 2],
    ["an argument", ["4002"], '"4002" is one argument too many.', 2],
    ["a style of times that is unknown", ["--time-style", "utcc"], "Did you mean utc?", 2],
    [
      "a flag for a store without one",
      ["--hours", "all"],
      "--hours says what is taken out of a store, and sample is",
      2,
    ],
    ["no time between quotes", ["--tick-every", "soon"], 'The bar size "soon" is not known.', 2],
  ])("says in one sentence what is wrong with %s", async (_what, args, says, code) => {
    const given = args.map((one) => (one === "TAKEN" ? String(port) : one));
    const ended = await seatrial(["gateway", ...given], folder);
    expect({ code: ended.code, stdout: ended.stdout }, ended.stderr).toEqual({ code, stdout: "" });
    expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(ended.stderr).toContain(says);
  });
});
