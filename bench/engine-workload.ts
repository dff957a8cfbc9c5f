import { prepare } from "../backtest/backtest.js";
import type { Engine } from "../core/engine.js";
import type { StrategyClass } from "../core/strategy.js";
import { syntheticBars } from "../data/synthetic/synthetic-bars.js";
import type { Run, Workload } from "./workload.js";

/** Enough that no order wants for margin and no run of losses ends a run. */
export const CASH = 100_000_000;

/**
 * A strategy over one-minute bars, with everything on that a backtest has by default: fees of ib-fixed, slippage of a
 * tick, Regulation T's margin, all guards, equity marked at every instant. Ready means a new engine with nothing in
 * it; opening and merging the data is part of that, for it is done once for many runs.
 */
export function engineWorkload(strategy: StrategyClass, bars: number, instruments = 1): Workload {
  const each = Math.max(1, Math.floor(bars / instruments));
  const data = syntheticBars({ bars: each, symbols: instruments });
  return { bars: each * instruments, ready: () => new EngineRun(prepare({ strategy, data, cash: CASH }).engine) };
}

class EngineRun implements Run {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  go(): void {
    this.engine.drain(Infinity);
    this.engine.finish();
  }

  tally(): { orders: number; fills: number; denials: number } {
    const { book, fills, flow } = this.engine;
    let denials = 0;
    for (const { count } of flow.denials.values()) denials += count;
    return { orders: book.length, fills: fills.length, denials };
  }
}
