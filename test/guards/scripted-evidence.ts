import { rulesOf } from "../../backtest/models.js";
import type { SimRules } from "../../brokers/sim/rules.js";
import { SimBroker } from "../../brokers/sim/sim-broker.js";
import type { Broker } from "../../core/broker.js";
import { Desk } from "../../core/desk.js";
import { Engine } from "../../core/engine.js";
import type { EngineOptions } from "../../core/engine-options.js";
import type { Evidence } from "../../core/evidence.js";
import { resolveParams } from "../../core/params.js";
import { construct } from "../../core/strategy.js";
import { MergedFeed } from "../../data/replay/merged-feed.js";
import type {
  BarSeries,
  Denial,
  GuardSettings,
  Instrument,
  QuoteSeries,
  Sessions,
  StrategyClass,
} from "../../index.js";
import { newYork } from "../bars.js";
import { PLAIN, type Script, type Settings, scripted } from "../scripted.js";

/** What a session knows, as a test says it: nothing against any order, until the test changes it. */
export class ScriptedEvidence implements Evidence {
  reason = "";
  type = 1;
  halted = false;
  since = Number.NaN;
  clockSkew = 0;
  block: Denial | undefined = undefined;

  connection(): string {
    return this.reason;
  }
  dataType(): number {
    return this.type;
  }
  isHalted(): boolean {
    return this.halted;
  }
  unchangedSince(): number {
    return this.since;
  }
  blocked(): Denial | undefined {
    return this.block;
  }
}

/** What a run is made over. */
export interface Replayed {
  readonly series: readonly BarSeries[];
  readonly quotes?: readonly QuoteSeries[];
  readonly sessions?: Sessions;
  readonly guards?: GuardSettings | false;
  readonly settings?: Settings;
  readonly localTime?: NonNullable<EngineOptions["localTime"]>;
  /** Instead of the simulated one. */
  readonly broker?: Broker;
}

/** An engine that is ready to be driven over a replay, with the evidence of a session or without. */
export function engineOver(evidence: Evidence | undefined, script: Script, replayed: Replayed): Engine {
  return new Engine(engineOptionsOver(evidence, scripted(script), replayed));
}

/** What such an engine is made of. */
export function engineOptionsOver(
  evidence: Evidence | undefined,
  type: StrategyClass,
  replayed: Replayed,
): EngineOptions {
  const { series, quotes = [], sessions = newYork(10), guards = {}, settings = {} } = replayed;
  const instruments = [...new Set([...series, ...quotes].map((one) => one.instrument))];
  const desk = new Desk(type.name, resolveParams(type.name, type.paramSpecs, {}));
  const rules: SimRules = rulesOf({ ...PLAIN, strategy: type, data: [], ...settings });
  return {
    feed: new MergedFeed(instruments, series, quotes),
    broker: replayed.broker ?? new SimBroker(rules, datesOf(instruments, sessions)),
    strategy: construct(type, desk),
    desk,
    sessions: instruments.map(() => sessions),
    cash: settings.cash ?? PLAIN.cash,
    baseCurrency: "USD",
    guards,
    ...(replayed.localTime !== undefined && { localTime: replayed.localTime }),
    ...(evidence !== undefined && { evidence }),
  };
}

/** Runs it to its end. */
export function driven(engine: Engine): Engine {
  engine.drain(Number.POSITIVE_INFINITY);
  engine.finish();
  return engine;
}

/** The dates of the sessions, yyyymmdd, for each instrument. */
function datesOf(instruments: readonly Instrument[], sessions: Sessions): Int32Array[] {
  const dates = Int32Array.from(sessions.close, (close) =>
    Number(new Date(close).toISOString().slice(0, 10).replaceAll("-", "")),
  );
  return instruments.map(() => dates);
}
