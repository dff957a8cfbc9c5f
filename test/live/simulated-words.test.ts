import { describe, expect, it } from "vitest";
import { parseFaultPlan } from "../../brokers/gateway/faults/fault-plan.js";
import { TWS_ERRORS } from "../../brokers/tws/errors.js";
import { Strategy } from "../../core/strategy.js";
import { ALERTS } from "../../live/alerts.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { ofSimulated } from "../../live/simulated-words.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { sessionAt, until } from "./sessions.js";

const DATA = gatewayData(TWO_STOCKS);

class Buys extends Strategy {
  override onBar(): void {
    if (this.state.bought !== true) this.buy("SYN1", 100);
    this.state.bought = true;
  }
}

const LOST = [{ fault: "upstream-lost", at: "+60s", for: "5min" }];

const started = (mode: "simulated" | "paper", faults: readonly object[] = []) =>
  sessionAt({
    data: DATA,
    ticks: { every: 15_000, spread: 2 },
    from: DATA.sessions[0].open[18],
    strategy: Buys,
    setup: { mode },
    gateway: { faults: parseFaultPlan(faults) },
  });

describe("a sentence about TWS", () => {
  it.each([
    ["TWS has lost its connection to IB.", "The simulated gateway has lost its connection to IB."],
    ["A message of TWS could not be read.", "A message of the simulated gateway could not be read."],
    ["It is up. TWS answered: TWS runs.", "It is up. The simulated gateway answered: the simulated gateway runs."],
    ["Start TWS or IB Gateway", "Start the simulated gateway"],
    ["Compare with TWS' own window", "Compare with the simulated gateway's own window"],
  ])("such as %j is %j of a simulated gateway", (text, words) => {
    expect(ofSimulated(text)).toBe(words);
  });

  it("of no alert and no error names TWS to a session that has none", () => {
    const sentences = [...Object.values(ALERTS), ...Object.values(TWS_ERRORS)].map(({ sentence }) => sentence);
    for (const sentence of sentences) expect(ofSimulated(sentence)).not.toMatch(/TWS|(?:^|[.?!] )the simulated/);
  });
});

describe("a session at a gateway that has lost IB", () => {
  it.each([
    ["simulated", "The simulated gateway has lost its connection to IB."],
    ["paper", "TWS has lost its connection to IB."],
  ] as const)("that is %s says %j, in its log and on its screen", async (mode, sentence) => {
    const { session, notes } = await started(mode, LOST);
    await until(session, () => notes.some(({ event }) => event === "UPSTREAM_LOST"));
    expect(notes.find(({ event }) => event === "UPSTREAM_LOST")?.text).toBe(sentence);
    expect(new SessionViewer(session, 0).view().alerts.map(({ text }) => text)).toContain(sentence);
  });
});
