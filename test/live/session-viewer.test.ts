import { expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { Strategy } from "../../core/strategy.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { sessionAt, until } from "./sessions.js";

/** Milliseconds, of which every wait is a little more or less. */
const WAIT = 150;

it("tells the next attempt to connect in the session's own time, however far that is from the clock on the wall", async () => {
  const data = gatewayData(TWO_STOCKS);
  const { session } = await sessionAt({
    data,
    ticks: { every: 60_000, spread: 2 },
    from: data.sessions[0].open[19],
    strategy: class extends Strategy {},
    gateway: { faults: parseFaultPlan([{ fault: "cut", at: "+5min" }]) },
    times: { waits: [WAIT] },
  });
  const viewer = new SessionViewer(session, 0);
  const waits: number[] = [];
  session.parts.connection.events.on("failed", () => {
    const { connection, now } = viewer.view();
    waits.push((connection.nextAttemptAt as number) - now);
  });
  await until(session, () => waits.length > 0);
  expect(waits[0]).toBeGreaterThan(0);
  expect(waits[0]).toBeLessThan(2 * WAIT);
});
