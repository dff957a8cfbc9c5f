import { describe, expect, it } from "vitest";
import type { Engine } from "../../core/engine.js";
import type { ConnectionEvent, ConnectionState } from "../../index.js";
import { flat, OPEN, quotes, SECOND } from "../bars.js";
import { spy } from "../guards/guarded.js";
import { engineOver, ScriptedEvidence } from "../guards/scripted-evidence.js";
import type { Plan } from "../scripted.js";

const QUOTED = {
  series: [],
  guards: { orderRate: false },
  quotes: [
    quotes(spy, [
      [60, 100, 100.02],
      [70, 100, 100.02],
      [80, 100, 100.02],
    ]),
  ],
} as const;

function changed(engine: Engine, state: ConnectionState, seconds: number, reason = ""): ConnectionEvent {
  const event = { state, time: OPEN + seconds * SECOND, reason };
  engine.connectionChanged(event);
  return event;
}

describe("a change of the connection", () => {
  it("is told when its instant is settled, behind the fills that came before it", () => {
    const told: string[] = [];
    const plan: Plan = {
      onQuote: (trader, _quote, n) => void (n === 0 && trader.buy("SPY", 10)),
      onFill: () => void told.push("fill"),
      onConnection: (trader, { state, time, reason }) =>
        void told.push(`${state} ${(time - OPEN) / SECOND} ${reason} ${trader.position("SPY").quantity}`),
    };
    const engine = engineOver(new ScriptedEvidence(), plan, QUOTED);
    engine.drain(2);
    changed(engine, "upstream lost", 71, "1100");
    expect(told).toEqual(["fill"]);
    engine.settle();
    changed(engine, "ready", 72);
    engine.settle();
    engine.settle();
    expect(told).toEqual(["fill", "upstream lost 71 1100 10", "ready 72  10"]);
  });

  it("lets orders be made, which are judged like any other", () => {
    const evidence = new ScriptedEvidence();
    const reasons: (string | undefined)[] = [];
    const engine = engineOver(
      evidence,
      {
        onConnection: (trader, event) =>
          void reasons.push(trader.buy("SPY", 1 + event.time / SECOND - OPEN / SECOND).reason),
      },
      QUOTED,
    );
    engine.drain(1);
    engine.drain(1);
    evidence.reason = "upstream";
    changed(engine, "upstream lost", 71, "1100");
    engine.settle();
    evidence.reason = "";
    changed(engine, "ready", 75);
    engine.settle();
    expect(reasons).toEqual(["CONNECTION: reason=upstream", undefined]);
    engine.drain(1);
    expect(engine.portfolio.quantity[0]).toBe(76);
  });

  it("is not told to a strategy that has not begun, or has no handler for it", () => {
    const told: string[] = [];
    const hears = engineOver(
      new ScriptedEvidence(),
      { onConnection: (_trader, event) => void told.push(event.state) },
      QUOTED,
    );
    changed(hears, "ready", 1);
    hears.drain(3);
    hears.settle();
    expect(told).toEqual([]);
    const deaf = engineOver(
      new ScriptedEvidence(),
      { onBar: () => undefined },
      { series: [flat(spy, "1min", 100, 3)] },
    );
    deaf.drain(2);
    changed(deaf, "ready", 130);
    expect(deaf.inbox.length).toBe(0);
  });

  it("in whose handler a strategy fails, is named by the error", () => {
    const engine = engineOver(
      new ScriptedEvidence(),
      {
        onConnection() {
          throw new Error("boom");
        },
      },
      QUOTED,
    );
    engine.drain(2);
    changed(engine, "disconnected", 71);
    expect(() => engine.settle()).toThrow("onConnection of Scripted failed at");
  });
});
