import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesIn, folderWith, SMA_CROSS, seatrial } from "./seatrial.js";
import { atTerminal } from "./terminal.js";

const CONFIG = JSON.stringify({
  guards: { orderSize: 10, orderValue: 1_000, position: 10, exposure: 5_000, openOrders: 3 },
  live: { account: "U1234567", port: 1, symbols: "SPY", bar: "5min" },
});
const LIVE = ["live", "cross.ts", "--override", "a test of typing"];
const PROMPT = "SmaCross is about to trade real money as cross-live. Type the id of the account: ";

async function typed(text: string) {
  const folder = folderWith({ "cross.ts": SMA_CROSS, "seatrial.config.json": CONFIG });
  mkdirSync(join(folder, "state"));
  const { code, shown } = await atTerminal(LIVE, folder, { shows: /Type the id of the account: /, typed: text });
  expect(shown.startsWith(PROMPT), shown).toBe(true);
  const lines = shown.trimEnd().split("\n");
  return { code, lines, last: lines.at(-1) as string, left: filesIn(folder) };
}

const NOTHING_LEFT = ["cross.ts", "seatrial.config.json", "state"];

describe("seatrial live at a terminal asks for the account", () => {
  it.each(["U1234567\n", "  u1234567 \n"])("and starts when it is the right one: %j", async (text) => {
    const { code, lines, last } = await typed(text);
    expect(lines.join("\n")).toContain("cross-live starts; its journal and log are in");
    // Nobody listens there.
    expect(last).toMatch(/^Nothing answers on 127\.0\.0\.1:1 /);
    expect(code).toBe(1);
  });

  it.each([
    ["another one", "U7654321\n", "The account that was typed in, U…21, is not the one of the configuration, U…67."],
    ["a paper account", "DU1234567\n", "The account that was typed in, DU…67, is not the one of the configuration"],
    ["nothing", "\n", "No account is typed in."],
    ["Ctrl-D", "\u0004", "No account is typed in."],
  ])("and does not start when it is %s", async (_what, text, sentence) => {
    const { code, last, left } = await typed(text);
    expect(last.startsWith(sentence), last).toBe(true);
    expect(code).toBe(2);
    expect(left).toEqual(NOTHING_LEFT);
  });

  it.each([
    ["at once", "\u0003"],
    ["in the middle of it", "U123\u0003"],
  ])("and ends by Ctrl-C %s, with nothing written", async (_when, text) => {
    const { code, lines, last, left } = await typed(text);
    expect(last).toBe("Interrupted; nothing was written.");
    expect(lines).toHaveLength(2);
    expect(code).toBe(1);
    expect(left).toEqual(NOTHING_LEFT);
  });

  it("and where there is no terminal does not ask", async () => {
    const folder = folderWith({ "cross.ts": SMA_CROSS, "seatrial.config.json": CONFIG });
    const { code, stdout, stderr } = await seatrial(LIVE, folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.startsWith("No account is typed in."), stderr).toBe(true);
  });
});
