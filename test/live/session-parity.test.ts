import { describe, expect, it } from "vitest";
import { sma } from "../../core/indicators/index.js";
import type { Bar } from "../../core/market/bar.js";
import { Strategy, type StrategyClass } from "../../core/strategy.js";
import { RecordingWriter } from "../../live/recording/recording-file.js";
import { type ParityResult, replaySession } from "../../live/recording/replay-session.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { newFolder } from "./recorded-session.js";
import { type SessionOfTest, type Started, sessionAt } from "./sessions.js";

const DATA = gatewayData(TWO_STOCKS);
const TICKS = { every: 15_000, spread: 2 };
const FROM = DATA.sessions[0].open[18];

class Cross extends Strategy.with({ fast: 5, slow: 20, quantity: 100 }) {
  private readonly fast = this.indicator(sma(this.params.fast));
  private readonly slow = this.indicator(sma(this.params.slow));

  override onBar(bar: Bar): void {
    const { quantity } = this.params;
    if (this.fast.crossedAbove(this.slow)) {
      const { close } = bar;
      this.bracket(bar.instrument, "buy", quantity, { stopLoss: close * 0.995, takeProfit: close * 1.005 });
    }
    if (this.fast.crossedBelow(this.slow)) this.closePosition(bar.instrument);
    this.state = { ...this.state, [bar.instrument.symbol]: bar.close };
  }
}

/** A session through the gateway that is recorded, and what comes of playing it with a strategy. */
async function played(
  type: StrategyClass,
  more: Partial<SessionOfTest> = {},
  during: (started: Started) => void = () => undefined,
  again: StrategyClass = type,
): Promise<ParityResult> {
  const folder = newFolder();
  const started = await sessionAt({
    data: DATA,
    ticks: TICKS,
    from: FROM,
    strategy: type,
    ...more,
    setup: { recording: new RecordingWriter(folder), ...more.setup },
  });
  during(started);
  await started.over;
  return replaySession(folder, again);
}

/** Does something at the n-th turn of a session. */
function atTurn(n: number, what: (started: Started) => void): (started: Started) => void {
  return (started) => {
    let turns = 0;
    started.session.onTurn = () => {
      turns++;
      // Outside of the turn itself, as a command comes.
      if (turns === n) queueMicrotask(() => what(started));
    };
  };
}

describe("a session through the gateway", () => {
  it("leads to the same decisions when it is played", async () => {
    const result = await played(Cross);
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
    expect(result.decisions).toBeGreaterThan(50);
  });

  it("in which the kill switch was turned on, released, and everything was closed, is played as it was", async () => {
    const result = await played(
      Cross,
      {},
      atTurn(400, ({ session }) => {
        session.kill("operator", false);
        session.flatten("flatten");
        session.releaseKill();
      }),
    );
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("whose strategy failed is played to its end", async () => {
    class Fails extends Cross {
      private bars = 0;
      override onBar(bar: Bar): void {
        super.onBar(bar);
        if (++this.bars === 300) throw new Error("boom");
      }
    }
    const result = await played(Fails);
    expect(result.difference).toBeUndefined();
    expect(result.end).toBe("whole");
  });

  it("whose strategy reads the wall clock is caught, and the first differing decision is shown", async () => {
    class ReadsClock extends Cross {
      override onBar(bar: Bar): void {
        if (this.fast2(bar)) this.buy(bar.instrument, 1 + (Math.floor(performance.now() * 1000) % 97));
      }
      private fast2(bar: Bar): boolean {
        return bar.close > bar.open;
      }
    }
    const { difference } = await played(ReadsClock);
    expect(difference?.recorded?.[2]).toBe("order");
    expect(difference?.replayed?.[2]).toBe("order");
    expect(difference?.recorded?.[11]).not.toBe(difference?.replayed?.[11]);
  });
});
