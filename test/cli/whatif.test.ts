import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { startGateway } from "../gateway/started.js";
import { type Ended, filesIn, folderWith, seatrial } from "./seatrial.js";

async function whatif(port: number, ...args: string[]): Promise<Ended> {
  const folder = folderWith({});
  const ended = await seatrial(["whatif", "SYN1", "--port", String(port), ...args], folder);
  expect(filesIn(folder)).toEqual([]);
  return ended;
}

describe("seatrial whatif", () => {
  it("shows what an order would do to the margin and what it costs, and sends none", async () => {
    const gateway = await startGateway();
    const { code, stdout, stderr } = await whatif(gateway.port, "--buy", "200", "--limit", "100");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^buy 200 SYN1 limit 100\.00 on DU…67, which is not sent:\n\n/);
    const rows = stdout.split("\n").map((row) => row.trim().split(/ {2,}/));
    expect(rows).toContainEqual(["now", "with it", "change"]);
    const row = (name: string): number[] =>
      (rows.find(([first]) => first === name) ?? []).slice(1).map((cell) => Number(cell.replaceAll(",", "")));
    const [now, withIt, change] = row("initial margin");
    expect(now).toBe(0);
    expect(withIt).toBeGreaterThan(0);
    expect(change).toBe(withIt);
    expect(row("equity with loan")[0]).toBe(1_000_000);
    expect(stdout).toMatch(/^commission 1\.\d\d USD$/m);
    expect(stdout).not.toContain("IB says");
    const { portfolio } = gateway.services.desk(gateway.accounts[0]);
    expect([...portfolio.quantity]).toEqual([0, 0]);
  });

  it("as JSON, for a sale at a stop", async () => {
    const { port } = await startGateway();
    const { code, stdout } = await whatif(port, "--sell", "50", "--stop", "90", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      account: "DU…67",
      symbol: "SYN1",
      side: "sell",
      quantity: 50,
      type: "stop",
      limit: null,
      stop: 90,
      before: { initialMargin: 0, equityWithLoan: 1_000_000 },
      after: { initialMargin: expect.any(Number) as number },
      commissionCurrency: "USD",
      warning: "",
    });
  });

  it("passes on that the account cannot carry it", async () => {
    const { port } = await startGateway();
    const { code, stdout } = await whatif(port, "--buy", "1_000_000", "--limit", "100");
    expect(code).toBe(0);
    expect(stdout).toContain("IB says: YOUR ORDER IS NOT ACCEPTED");
  });

  it("asks for the account that is named, and says which there are", async () => {
    const { port } = await startGateway({ accounts: ["DU1111111", "DU2222222"] });
    const unnamed = await whatif(port, "--buy", "1");
    expect(unnamed.code).toBe(2);
    expect(unnamed.stderr).toContain("has several accounts: DU…11, DU…22.");
    expect((await whatif(port, "--buy", "1", "--account", "DU2222222")).stdout).toContain("on DU…22,");
  });

  it("says in a sentence what is in the way", async () => {
    const { port } = await startGateway({ faults: parseFaultPlan([{ fault: "read-only", on: "contractDetails" }]) });
    for (const [args, sentence] of [
      [[], "`seatrial whatif` asks about one order, and none is given."],
      [["--buy", "1", "--sell", "1"], "`seatrial whatif` asks about one order, and this is two."],
      [["--buy", "-5"], '--buy is "-5"; it must be a number above 0.'],
      [["--buy", "1", "--limit", "x"], '--limit is "x"; it must be a price.'],
    ] as const) {
      const { code, stdout, stderr } = await whatif(port, ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr.startsWith(sentence), stderr).toBe(true);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    }
    const refused = await whatif(port, "--buy", "1");
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toContain("Read-Only");
    expect(refused.stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("refuses a part of a unit of what trades whole units", async () => {
    const { port } = await startGateway();
    const part = await whatif(port, "--buy", "1.5");
    expect({ code: part.code, stdout: part.stdout }).toEqual({ code: 2, stdout: "" });
    expect(part.stderr).toBe(
      "SYN1 is traded in whole units, and 1.5 does not fit. Ask about 1, which is the next below.\n",
    );
    const less = await whatif(port, "--sell", "0.5");
    expect({ code: less.code, stdout: less.stdout }).toEqual({ code: 2, stdout: "" });
    expect(less.stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
