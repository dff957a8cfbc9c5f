import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRecording } from "../../brokers/tws/recording/recording.js";
import { codeOf, summaryOf } from "../../cli/acceptance.js";
import { accept, openAt, subject } from "../live/acceptance-run.js";
import { alteringRelay } from "../live/altering-relay.js";
import { until } from "../tws/scripted-tws.js";
import { filesIn, folderWith, seatrial, start } from "./seatrial.js";

describe.concurrent("seatrial acceptance", () => {
  it("passes against a simulated gateway of its own, and leaves a report beside", async () => {
    const folder = folderWith({});
    const { code, stdout, stderr } = await seatrial(["acceptance", "--simulated", "--allow-market"], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^step +result +first difference, or why not shown$/);
    expect(lines).toContainEqual(expect.stringMatching(/^order over a reconnect +ok$/));
    expect(stdout).toMatch(
      /\n\d+ ok, 0 different, 0 not shown\.\nEvery order that was made is cancelled or filled\.\n/,
    );
    const [file] = readdirSync(join(folder, "seatrial-out"));
    expect(file).toMatch(/^acceptance-\d{8}-\d{6}\.json$/);
    expect(lines.at(-2)).toBe(`Report: ${join("seatrial-out", file)}`);
    const report = JSON.parse(readFileSync(join(folder, "seatrial-out", file), "utf8"));
    expect(report).toMatchObject({ seatrial: "0.1.0", gateway: { isSimulated: true }, symbols: ["SPY", "EUR.USD"] });
  });

  it("tells what differs in the table and in the report, with exit code 3; the traffic may be recorded beside", async () => {
    const folder = folderWith({});
    const gateway = await subject();
    const port = await alteringRelay(gateway.port, (fields) => [
      fields[0] === "4" && fields[3] === "202" ? fields.with(3, "203") : fields,
    ]);
    const args = ["--port", String(port), "--symbols", "SPY", "--out", "mine/report.json", "--record", "traffic.jsonl"];
    const { code, stdout, stderr } = await seatrial(["acceptance", ...args], folder);
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout).toMatch(/^order cancelled +different +error 202: not told, expected told \(and \d more\)$/m);
    expect(stdout).toContain("Report: mine/report.json, masked: please send it in.\n");
    const text = readFileSync(join(folder, "mine", "report.json"), "utf8");
    const step = JSON.parse(text).steps.find((one: { step: string }) => one.step === "order cancelled");
    expect(step.differences).toContainEqual({ what: "error 203", expected: "not told", got: "told" });
    const traffic = readFileSync(join(folder, "traffic.jsonl"), "utf8");
    for (const written of [text, traffic]) expect(written).not.toContain("7654321");
    expect(readRecording(traffic).length).toBeGreaterThan(100);
    expect(openAt(gateway)).toEqual([]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("cancels what it made when it is stopped by %s", async (signal) => {
    const folder = folderWith({});
    const gateway = await subject();
    const run = start(
      ["acceptance", "--port", String(gateway.port), "--symbols", "SPY", "--out", "report.json"],
      folder,
    );
    await until(() => openAt(gateway).length > 0, "an open order", 60_000);
    if (signal === "SIGINT") run.interrupt();
    else run.terminate();
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toBe("Stopping: what was made is cancelled first.\n");
    expect(code).toBe(1);
    expect(stdout).toContain("Broken off before its end.\nEvery order that was made is cancelled or filled.\n");
    expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toMatchObject({
      isInterrupted: true,
      left: [],
    });
    expect(openAt(gateway)).toEqual([]);
  });

  it("ends with 1, and says so, where the connection is lost on the way and does not come back", async () => {
    const gateway = await subject();
    const result = await accept(gateway.port, {
      onRow: ({ step }) => {
        if (step === "account summary") void gateway.close();
      },
    });
    expect(result.left).toEqual([]);
    expect(codeOf(result)).toBe(1);
    expect(summaryOf(result, "report.json")).toContain("\nBroken off: the connection was lost on the way, ");
  });

  it("ends with 1, and says so, where the API is read-only and nothing of orders was tried", async () => {
    const folder = folderWith({});
    const gateway = await subject();
    gateway.faults.isReadOnly = true;
    const args = ["acceptance", "--port", String(gateway.port), "--symbols", "SPY", "--out", "report.json"];
    const { code, stdout } = await seatrial(args, folder);
    expect(stdout).toMatch(/^\d+ ok, 0 different, \d+ not shown\.\nNothing of orders was tried: /m);
    expect(code).toBe(1);
    expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8")).obstacles).toEqual([
      { code: "ORDERS_UNTRIED", message: expect.stringContaining('Clear "Read-Only API"') },
    ]);
  });

  it("prints the report alone as JSON", async () => {
    const folder = folderWith({});
    const { code, stdout } = await seatrial(["acceptance", "--simulated", "--symbols", "SPY", "--json"], folder);
    expect(code).toBe(0);
    const [file] = readdirSync(join(folder, "seatrial-out"));
    expect(stdout).toBe(readFileSync(join(folder, "seatrial-out", file), "utf8"));
  });

  it.each([
    ["a live port", ["--tws-live"], "At the port 7496 listens what is logged in to a live account, as a rule,"],
    ["a live account", ["--port", "5", "--account", "U1234567"], "U…67 is a live account, and `seatrial acceptance`"],
    ["a simulated gateway at a port", ["--simulated", "--port", "5"], "--simulated and --port are two things."],
    ["two ports", ["--tws-paper", "--port", "5"], "--tws-paper and --port both name a port."],
    ["no symbol", ["--symbols", ","], "--symbols is without a symbol; it must be such as SPY,EUR.USD."],
    ["a symbol of two words", ["--simulated", "--symbols", "BRK B"], "A symbol is one word without spaces."],
    ["a flag without its value", ["--out"], "--out is without a value; it must be followed by one."],
    ["an unknown flag", ["--alow-market"], "There is no flag --alow-market. Did you mean --allow-market?"],
    ["an argument", ["everything"], '"everything" is one argument too many.'],
  ])("answers %s in a sentence, as wrong usage, and leaves nothing", async (_what, args, sentence) => {
    const folder = folderWith({});
    const { code, stdout, stderr } = await seatrial(["acceptance", ...args], folder);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(filesIn(folder)).toEqual([]);
  });

  it("overwrites no file, and finds that out before it connects", async () => {
    const folder = folderWith({ "mine.json": "mine\n" });
    const { code, stderr } = await seatrial(["acceptance", "--simulated", "--out", "mine.json"], folder);
    expect(stderr).toBe(
      "mine.json is there already, and nothing is overwritten. Choose another name, or move that file away.\n",
    );
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "mine.json"), "utf8")).toBe("mine\n");
  });

  it("finds out before it connects that its report could not be written", async () => {
    const folder = folderWith({ "mine.json": "mine\n" });
    const { code, stdout, stderr } = await seatrial(
      ["acceptance", "--simulated", "--out", "mine.json/report.json"],
      folder,
    );
    expect(stderr).toMatch(/^mine\.json\/report\.json cannot be written: .+\. Name another place, or make room/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(filesIn(folder)).toEqual(["mine.json"]);
  });

  it("says which symbol there is none of, and leaves nothing", async () => {
    const folder = folderWith({});
    const gateway = await subject();
    const args = ["acceptance", "--port", String(gateway.port), "--symbols", "IBM"];
    const { code, stdout, stderr } = await seatrial(args, folder);
    expect(stdout).toBe("");
    expect(stderr).toContain("IB has no contract for IBM as a stock at SMART in USD.");
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
    expect(existsSync(join(folder, "seatrial-out"))).toBe(false);
  });
});
