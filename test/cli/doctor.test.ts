import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRecording } from "../../brokers/tws/recording/recording.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { startGateway } from "../gateway/started.js";
import { contractDetailsFields } from "../tws/message-fields.js";
import { ScriptedTws } from "../tws/scripted-tws.js";
import { folderWith, seatrial } from "./seatrial.js";

const folder = folderWith({ "mine.jsonl": "mine\n" });
const doctor = (...args: string[]) => seatrial(["doctor", ...args], folder);

/** A TWS in which all is well. */
function healthy(): Promise<ScriptedTws> {
  return ScriptedTws.start({
    message: (caller, [id, , request]) => {
      if (id === "49") caller.tellTime();
      if (id === "5") caller.send(53, 1);
      if (id === "9") {
        caller.send(...contractDetailsFields(request));
        caller.send(52, 1, request);
      }
      if (id === "1") {
        caller.send(58, 1, request, 1);
        caller.send(1, 6, request, 1, 100.25, 3, 0);
      }
    },
  });
}

async function freePort(): Promise<number> {
  const tws = await ScriptedTws.start();
  const { port } = tws;
  await tws.stop();
  return port;
}

describe("seatrial doctor", () => {
  it("says that nothing is in the way, with exit code 0", async () => {
    const { port } = await healthy();
    const { code, stdout, stderr } = await doctor("--port", String(port), "--client-id", "9");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [title, known, ...rest] = stdout.split("\n");
    expect(title).toBe(String(port));
    expect(known).toMatch(/^ {2}version 178 · DU\*{5}67 · answers in \d+ ms · SPY live$/);
    expect(rest).toEqual(["", "Nothing is in the way.", ""]);
  });

  it("says what is in the way and what to do, in lines of a terminal, with exit code 3", async () => {
    const port = String(await freePort());
    const { code, stdout, stderr } = await doctor("--port", port);
    expect({ code, stderr }).toEqual({ code: 3, stderr: "" });
    expect(stdout).toContain(
      `✗ NOTHING_LISTENS\n    Nothing listens on 127.0.0.1 at ${port}.\n    Start TWS or IB Gateway`,
    );
    expect(stdout).toContain("One thing is in the way.\n");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("finds the simulated gateway well, and says that it lives in another time", async () => {
    const { port } = await startGateway();
    const { code, stdout } = await doctor("--port", String(port), "--symbol", "SYN1");
    expect(stdout).toContain("OTHER_TIME");
    expect(stdout).toContain("Nothing is in the way.");
    expect(code).toBe(0);
  });

  it("tells the same as JSON", async () => {
    const port = await freePort();
    const { code, stdout } = await doctor("--port", String(port), "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      healthy: false,
      host: "127.0.0.1",
      clientId: 1,
      ports: [],
      findings: [{ code: "NOTHING_LISTENS", severity: "problem" }],
    });
  });

  it("records the traffic with the account masked", async () => {
    const { port } = await healthy();
    const { code } = await doctor("--port", String(port), "--record", "traffic.jsonl");
    const text = readFileSync(join(folder, "traffic.jsonl"), "utf8");
    expect(code).toBe(0);
    expect(text).toContain("DU0000001");
    expect(text).not.toContain("1234567");
    expect(readRecording(text).some((line) => "in" in line && line.in[0] === "9")).toBe(true);
  });

  it("writes no recording over a file", async () => {
    const { code, stdout, stderr } = await doctor("--record", "mine.jsonl");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      "mine.jsonl is there already, and no recording is written over it. Name another file with --record.\n",
    );
    expect(readFileSync(join(folder, "mine.jsonl"), "utf8")).toBe("mine\n");
  });

  it.each([
    ["two ports", ["--tws-paper", "--port", "5"], "--tws-paper and --port both name a port."],
    ["a port that is none", ["--port", "0"], '--port is "0"; it must be a port, a whole number from 1 to 65535.'],
    ["a client id out of range", ["--client-id", "2147483648"], "it must be a whole number from 0 to 2147483647."],
    ["a client id that is no number", ["--client-id", "one"], '--client-id is "one"'],
    ["a symbol of two words", ["--symbol", "BRK B"], "A symbol is one word without spaces."],
    ["an unknown flag", ["--gatway-live"], "There is no flag --gatway-live. Did you mean --gateway-live?"],
    ["an argument", ["everything"], '"everything" is one argument too many.'],
  ])("answers %s in a sentence, as wrong usage", async (_what, args, sentence) => {
    const { code, stdout, stderr } = await doctor(...args);
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it("leaves nothing running: it ends by itself", async () => {
    const tws = await healthy();
    closeAfterTest(() => tws.stop());
    const begin = performance.now();
    await doctor("--port", String(tws.port));
    expect(performance.now() - begin).toBeLessThan(10_000);
  });
});
