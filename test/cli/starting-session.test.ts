import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startGateway } from "../gateway/started.js";
import { hasSqlite } from "../store/store-folder.js";
import { folderWith, SMA_CROSS, seatrial, start } from "./seatrial.js";
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
});
