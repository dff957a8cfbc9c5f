import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { present, projectRoot } from "../shared-data.js";
import { gatewayData, TWO_STOCKS } from "./gateway-data.js";
import { startGateway } from "./started.js";

const folder = process.env.IB_ASYNC_PATH ?? "";
const hasClient = present("ib_async", folder !== "");
const NO_CLIENT =
  "needs ib_async or ib_insync: name a folder with one of them, and with what it imports, in IB_ASYNC_PATH";
const program = join(projectRoot, "test", "gateway", "ib-async-client.py");

/** What the program is told, by whichever of the two packages. */
const TOLD = {
  package: expect.stringMatching(/^ib_(async|insync)$/),
  version: 178,
  accounts: ["DU1234567"],
  values: true,
  cash: "1000000.00",
  time: "2020-01-20T17:",
  contract: [true, "NYSE", "US/Eastern", 0.01],
  bars: true,
  head: "2020-01-06T14:30:00+00:00",
  ticks: 10,
  quote: true,
  "what if": true,
  "market order": ["Filled", 100, 1],
  commission: 1,
  position: [["SYN1", 100]],
  bracket: [
    ["LMT", "Submitted", ""],
    ["LMT", "PreSubmitted", "child"],
    ["STP", "PreSubmitted", "child,trigger"],
  ],
  changed: [true],
  cancelled: ["Cancelled", "Cancelled", "Cancelled"],
  completed: ["Cancelled", "Cancelled", "Cancelled", "Filled"],
  executions: 1,
  codes: [202],
  complaints: [],
};

describe(hasClient ? "a program on ib_async" : `a program on ib_async (${NO_CLIENT})`, () => {
  it.runIf(hasClient).each([
    ["whole frames", []],
    ["pieces of three bytes", [{ at: "+0s", fault: "split", for: "1d" }]],
  ])("synchronises, asks, streams and trades without a complaint, in %s", async (_how, faults) => {
    const gateway = await startGateway({
      data: gatewayData(TWO_STOCKS),
      speed: 60,
      wallClock: () => performance.now(),
      faults: parseFaultPlan(faults),
    });
    const { stdout } = await promisify(execFile)("python3", [program, String(gateway.port)], {
      env: { ...process.env, PYTHONPATH: folder },
      timeout: 60_000,
    });
    expect(JSON.parse(stdout)).toEqual(TOLD);
  });
});
