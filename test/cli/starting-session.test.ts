import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startGateway } from "../gateway/started.js";
import { hasSqlite } from "../store/store-folder.js";
import { folderWith, SMA_CROSS, seatrial, start, strategyWith } from "./seatrial.js";
import { swallowingRelay } from "./swallowing-relay.js";

const LOG = join("seatrial-sessions", "cross-paper", "session.log");
const UNREADY = (folder: string): string =>
  'The session "cross-paper" is starting, or ending, and answers no command at this moment. What it is at is in its ' +
  `log ${join(folder, LOG)}: try again in a moment. Ctrl-C where it runs ends a start too.\n`;

describe.runIf(hasSqlite)("a session that starts", () => {
  it("is told as one by every command, and takes a kill switch with it", { timeout: 60_000 }, async () => {
    const { port: gateway } = await startGateway();
    const { port, swallowed } = await swallowingRelay(gateway, 0);
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const args = ["paper", "cross.ts", "--port", String(port), "--symbols", "SYN1", "--bar", "5min"];
    const session = start(args, folder);
    await Promise.race([swallowed, session.ended]);
    for (const command of [["status"], ["status", "cross-paper"], ["stop", "cross-paper"], ["reconcile"]]) {
      const told = await seatrial(command, folder);
      expect(told).toEqual({ code: 1, stdout: "", stderr: UNREADY(folder) });
    }
    const sentence = "cross-paper is starting, or ending; its kill switch is on from its first moment.\n";
    expect(await seatrial(["kill"], folder)).toEqual({ code: 0, stdout: sentence, stderr: "" });
    expect(await seatrial(["kill", "--flatten"], folder)).toEqual({ code: 1, stdout: sentence, stderr: "" });
    expect(existsSync(join(folder, "seatrial-sessions", "cross-paper", "KILL"))).toBe(true);
    session.interrupt();
    await session.ended;
    expect(await seatrial(["status", "cross-paper"], folder)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'The session "cross-paper" has not come up yet: its start did not get as far as a journal. Its log ' +
        `${join(folder, LOG)} says why.\n`,
    });
  });

  it("says at once what it waits for where TWS refuses its history for its pace", { timeout: 60_000 }, async () => {
    // Its time stands still, so that a second start asks for the very same.
    const { port } = await startGateway();
    const folder = folderWith({ "cross.ts": SMA_CROSS });
    const args = ["paper", "cross.ts", "--port", String(port), "--symbols", "SYN1", "--bar", "5sec"];
    const first = start(args, folder);
    await first.printed(/is running/);
    first.interrupt();
    await first.ended;
    const session = start(args, folder);
    await session.printed(/^SYN1 5sec bars do not come for now: .*pacing violation/m);
    session.interrupt();
    expect((await session.ended).code).toBe(1);
  });

  it.each([
    [
      "in its constructor, by Ctrl-C",
      "constructor",
      "interrupt",
      "Interrupted while endless-paper was starting: its strategy has not run. What its orders and positions at the " +
        "broker are, its next start takes up.\n",
    ],
    // By the signal itself, as nobody could hear it.
    ["in its constructor, by a system that ends", "constructor", "terminate", undefined],
    [
      "in onStart, by Ctrl-C",
      "override onStart",
      "interrupt",
      "Interrupted in the first handler of the strategy: endless-paper was ended where it stood. Its next start takes up " +
        "where it was; what works at the broker works on.\n",
    ],
  ] as const)("can be ended while its strategy never returns %s", { timeout: 60_000 }, async (_, place, how, says) => {
    const { port } = await startGateway();
    const first = place === "constructor" ? "super();" : "";
    const folder = folderWith({
      "endless.ts": strategyWith(`  ${place}() {\n    ${first}\n    console.log("never returns");\n    for (;;);\n  }`),
    });
    const args = ["paper", "endless.ts", "--port", String(port), "--symbols", "SYN1", "--bar", "5min"];
    const session = start(args, folder);
    await session.printed(/never returns/);
    session[how]();
    const { code, stderr } = await session.ended;
    expect([code, stderr]).toEqual(says === undefined ? [null, ""] : [1, says]);
  });

  it("says what its orders have filled since it ended", { timeout: 60_000 }, async () => {
    const begin = performance.now();
    let ahead = 0;
    const wallClock = (): number => performance.now() - begin + ahead;
    const { port } = await startGateway({ wallClock, from: Date.UTC(2020, 0, 21, 17) });
    const resting = strategyWith(
      `  override onQuote(quote: Quote): void {
    if (this.state.isPlaced === true) return;
    this.state.isPlaced = true;
    this.buy(quote.instrument, 7, { limit: Number((quote.bid - 0.05).toFixed(2)) });
  }`,
      "type Quote, Strategy",
    );
    const folder = folderWith({
      "resting.ts": resting,
      // The gateway's time is years ago.
      "seatrial.config.json": JSON.stringify({ guards: { clockSkew: false } }),
    });
    const args = ["paper", "resting.ts", "--port", String(port), "--symbols", "SYN1", "--bar", "5min"];
    const first = start(args, folder);
    await first.printed(/is running/);
    while (!/^SYN1 .*7/m.test((await seatrial(["orders"], folder)).stdout));
    first.interrupt();
    await first.ended;
    ahead = 3 * 3_600_000;
    const again = start(args, folder);
    await again.printed(/^SYN1: bought 7 SYN1 at [\d.]+, \S+$/m);
    await again.printed(/is running/);
    again.interrupt();
    await again.ended;
  });
});
