import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startGateway } from "../gateway/started.js";
import { folderWith, SMA_CROSS, start } from "./seatrial.js";
import { swallowingRelay } from "./swallowing-relay.js";

describe("a session whose start is interrupted", () => {
  // Of two connections the first looks its symbols up, the second is the session's own.
  it.each([
    ["while its symbols are looked up, by Ctrl-C", 0, "interrupt"],
    ["while its symbols are looked up, by a system that ends", 0, "terminate"],
    ["while it is brought up, by Ctrl-C", 1, "interrupt"],
    ["while it is brought up, by a system that ends", 1, "terminate"],
  ] as const)("%s ends in order, and says what has not happened", async (_, through, how) => {
    const { port: gateway } = await startGateway();
    const { port, swallowed } = await swallowingRelay(gateway, through);
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const args = ["paper", "cross.ts", "--port", String(port), "--symbols", "SYN1", "--bar", "5min"];
    const session = start(args, folder);
    await Promise.race([swallowed, session.ended]);
    session[how]();
    const { code, stderr } = await session.ended;
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "Interrupted while cross-paper was starting: its strategy has not run. What its orders and positions at the " +
        "broker are, its next start takes up.\n",
    });
    const log = readFileSync(join(folder, "seatrial-sessions", "cross-paper", "session.log"), "utf8");
    expect(log).toContain('"code":"START_INTERRUPTED"');
    expect(log).not.toContain("SESSION_FAILED");
  });
});
