import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../data/store/bar-store.js";
import { startGateway } from "../gateway/started.js";
import { contractDetailsFields } from "../tws/message-fields.js";
import { ScriptedTws } from "../tws/scripted-tws.js";
import { type Ended, filesIn, folderWith, seatrial } from "./seatrial.js";

/** Runs the command in a folder of its own, or in the one that is named. */
const contractIn = (folder: string, ...args: string[]): Promise<Ended> => seatrial(["contract", ...args], folder);
const contract = (...args: string[]): Promise<Ended> => contractIn(folderWith({}), ...args);

/** A TWS with these contracts, of which it tells those with the number that is asked for. */
function knows(...contracts: Parameters<typeof contractDetailsFields>[1][]): Promise<ScriptedTws> {
  return ScriptedTws.start({
    message: (caller, [id, first, request, conId]) => {
      if (id === "49") caller.tellTime();
      if (id === "9") {
        const fitting = contracts.filter((one) => conId === "" || String(one?.conId) === conId);
        for (const one of fitting) caller.send(...contractDetailsFields(request, one));
        if (fitting.length === 0) caller.error(Number(request), 200, "No security definition has been found");
        else caller.send(52, 1, request);
      }
      if (id === "81") caller.send(79, first, 1, 265598, "AAPL", "STK", "NASDAQ", "USD", 0, "APPLE INC", "");
      if (id === "91") caller.send(93, first, 2, 0, 0.0001, 1, 0.01);
    },
  });
}

describe("seatrial contract", () => {
  it("shows the number, the steps of prices and the hours of the coming days", async () => {
    const { port } = await knows({ symbol: "AAPL", name: "APPLE INC", conId: 265598 });
    const { code, stdout, stderr } = await contract("AAPL", "--port", String(port));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`AAPL  APPLE INC
  number        265598
  kind          STK, COMMON
  exchange      SMART, listed at NASDAQ
  currency      USD
  price step    0.0001, from 1 on 0.01
  quantity step 1
  time zone     America/New_York
  asked         just now

  date        regular      all hours
  2026-01-09  09:30-16:00  04:00-20:00
  2026-01-10  closed       closed
`);
  });

  it("lists the contracts to choose from, and shows the one that was chosen", async () => {
    const { port } = await knows(
      { symbol: "AAPL", name: "APPLE INC", conId: 265598 },
      { symbol: "AAPL", name: "APPLE CDR", conId: 532640894, primary: "AEQLIT", currency: "CAD" },
    );
    const listed = await contract("AAPL", "--port", String(port));
    expect(listed).toEqual({
      code: 2,
      stdout: `AAPL may be each of these; choose one with --number or --primary, and for good with --choose:

  265598 AAPL STK NASDAQ USD, APPLE INC
  532640894 AAPL STK AEQLIT CAD, APPLE CDR
`,
      stderr: "",
    });
    const chosen = await contract("AAPL", "--port", String(port), "--number", "532640894");
    expect(chosen.code).toBe(0);
    expect(chosen.stdout).toContain("APPLE CDR");
  });

  it("says of a symbol that does not exist what is similar, as wrong usage", async () => {
    const { port } = await knows();
    expect(await contract("APPL", "--port", String(port))).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "IB has no contract for APPL as a stock at SMART in USD. Similar: AAPL (STK NASDAQ USD). Correct the symbol, or say what it is under instruments in the configuration.\n",
    });
  });

  it("shows the contracts of the simulated gateway, as JSON with hours in UTC", async () => {
    const { port } = await startGateway();
    const { code, stdout } = await contract("SYN1", "--port", String(port), "--json");
    expect(code).toBe(0);
    const [told] = JSON.parse(stdout) as [{ regular: object[] }];
    expect(told).toMatchObject({
      symbol: "SYN1",
      timeZone: "America/New_York",
      steps: [{ lowEdge: 0, increment: 0.01 }],
    });
    expect(told.regular[0]).toEqual({
      date: 20200120,
      open: "2020-01-20T14:30:00.000Z",
      close: "2020-01-20T21:00:00.000Z",
    });
  });

  it("shows several, and says which of them does not exist", async () => {
    const { port } = await startGateway();
    const { code, stdout, stderr } = await contract("SYN1,NONE", "SYN2", "--port", String(port));
    expect(code).toBe(2);
    expect(stdout).toMatch(/^SYN1[\s\S]*\n\nSYN2/);
    expect(stderr).toMatch(/^IB has no contract for NONE as a stock at SMART in USD\. [^\n]*\n$/);
  });

  it("keeps what IB says in the store, and asks no more for a day unless it is told to", async () => {
    const folder = folderWith({});
    const tws = await knows({ symbol: "AAPL", name: "APPLE INC", conId: 265598 });
    const at = ["AAPL", "--port", String(tws.port)];
    const first = await contractIn(folder, ...at);
    expect(first.code).toBe(0);
    expect(filesIn(folder)).toContain("seatrial.db");
    await tws.stop();
    expect(await contractIn(folder, ...at)).toEqual(first);
    // A day later.
    const day = 86_400_000;
    const store = await openStore(join(folder, "seatrial.db"));
    store.file.db.prepare("update contract_answer set fetched = fetched - ?").run(day - 3_600_000);
    expect((await contractIn(folder, ...at)).stdout).toContain("asked         23 h ago, on ");
    expect((await contractIn(folder, ...at, "--refresh")).code).toBe(1);
    store.file.db.prepare("update contract_answer set fetched = fetched - ?").run(3_600_000);
    store.close();
    expect((await contractIn(folder, ...at)).code).toBe(1);
  });

  it("remembers which contract was chosen, and what an instrument it is", async () => {
    const folder = folderWith({});
    const { port } = await knows(
      { symbol: "AAPL", name: "APPLE INC", conId: 265598 },
      { symbol: "AAPL", name: "APPLE CDR", conId: 532640894, primary: "AEQLIT", currency: "CAD" },
    );
    const at = ["AAPL", "--port", String(port)];
    await contractIn(folder, ...at, "--number", "532640894");
    expect((await contractIn(folder, ...at)).code).toBe(2);
    const chosen = await contractIn(folder, ...at, "--number", "532640894", "--choose");
    expect(chosen.stdout).toContain("\n  chosen        data fetch takes this contract from now on\n");
    const { code, stdout } = await contractIn(folder, ...at);
    expect(code).toBe(0);
    expect(stdout).toContain("APPLE CDR");
    const store = await openStore(join(folder, "seatrial.db"), { readonly: true });
    expect(store.instrument("AAPL")).toMatchObject({ currency: "CAD", tickSize: 0.01, timeZone: "America/New_York" });
    store.close();
  });

  it("fails in one sentence where nothing listens, and leaves nothing behind", async () => {
    const tws = await ScriptedTws.start();
    const { port } = tws;
    await tws.stop();
    const folder = folderWith({});
    const { code, stdout, stderr } = await contractIn(folder, "AAPL", "--port", String(port));
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(filesIn(folder)).toEqual([]);
    expect(stderr).toContain(`Nothing answers on 127.0.0.1:${port} (connect ECONNREFUSED`);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it.each([
    ["no symbol", [], "`seatrial contract` needs a symbol."],
    ["a kind that is none", ["AAPL", "--kind", "stok"], "Did you mean stock?"],
    ["a number of several", ["AAPL,IBM", "--number", "5"], "there are several: AAPL, IBM."],
    ["a number that is none", ["AAPL", "--number", "x"], "it must be a whole number above 0."],
  ])("answers %s in a sentence, as wrong usage", async (_what, args, sentence) => {
    const { code, stdout, stderr } = await contract(...args);
    expect(stderr).toContain(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });
});
