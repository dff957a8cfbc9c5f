import type { Instrument } from "../market/instrument.js";
import { StrategyError } from "../strategy-errors.js";
import { checkSpec, type IndicatorSpec } from "./indicator.js";

/** Which series is being handled: a read of an indicator follows it. -1 while no single one is. */
export class SeriesCursor {
  series = -1;
}

/** Where an indicator is pinned to. */
export interface Pin {
  /** An instrument, or its symbol. */
  readonly of?: Instrument | string;
  /** A bar size, such as "1hour". */
  readonly bar?: string;
}

/**
 * An indicator as a strategy reads it. It keeps its state for every series apart, and a read follows the bar that is
 * being handled; pinned, it always reads one series. NaN until it has had enough bars.
 */
export class Reading<Output extends string = "value"> {
  readonly spec: IndicatorSpec<Output>;
  readonly pin: Pin;
  /** @internal Outputs by series: the running part's own `out`. */
  protected readonly outs: (Float64Array | undefined)[] = [];
  /** @internal What the main output was one bar earlier, by series. */
  protected readonly before: (Float64Array | undefined)[] = [];
  private readonly cursor: SeriesCursor;
  private readonly ofSymbol: (of: Instrument | string, bar?: string) => number;
  private pinned = -1;
  private out: Float64Array | undefined = undefined;
  private past: Float64Array | undefined = undefined;

  constructor(
    spec: IndicatorSpec<Output>,
    pin: Pin,
    cursor: SeriesCursor,
    ofSymbol: (of: Instrument | string, bar?: string) => number,
  ) {
    checkSpec(spec);
    this.spec = spec;
    this.pin = pin;
    this.cursor = cursor;
    this.ofSymbol = ofSymbol;
  }

  /** The latest value of the main output. */
  get value(): number {
    return this.current()[0];
  }

  /** The value one bar earlier. */
  get previous(): number {
    return this.earlier()[0];
  }

  /** Whether there have been enough bars for a value. */
  get isReady(): boolean {
    const value = this.value;
    return value === value;
  }

  /** Any output by its name, such as `get("signal")` of a MACD. */
  get(output: Output): number {
    return this.current()[this.spec.outputs.indexOf(output)];
  }

  /**
   * Whether the main output has risen above a level or another indicator with this bar: it is above now and was not
   * one bar earlier (the definition of TradingView's ta.crossover).
   */
  crossedAbove(other: Reading<string> | number): boolean {
    const now = this.current();
    const before = this.earlier();
    if (typeof other === "number") return now[0] > other && before[0] <= other;
    return now[0] > other.current()[0] && before[0] <= other.earlier()[0];
  }

  /** The mirror of crossedAbove. */
  crossedBelow(other: Reading<string> | number): boolean {
    const now = this.current();
    const before = this.earlier();
    if (typeof other === "number") return now[0] < other && before[0] >= other;
    return now[0] < other.current()[0] && before[0] >= other.earlier()[0];
  }

  /** The same indicator on one instrument, whatever bar is being handled. */
  of(instrument: Instrument | string, bar?: string): Reading<Output> {
    const series = this.ofSymbol(instrument, bar);
    if (this.outs[series] === undefined) {
      throw new StrategyError("SERIES_UNKNOWN", {
        strategy: this.spec.name,
        series: `${String(instrument)}${bar === undefined ? "" : ` ${bar}`}`,
        hint: "It is pinned to another series.",
      });
    }
    const reading = new Reading(this.spec, this.pin, this.cursor, this.ofSymbol);
    reading.outs.push(...this.outs);
    reading.before.push(...this.before);
    reading.pinned = series;
    return reading;
  }

  /**
   * @internal Gives it the outputs of a series and the place where the earlier value is kept: never the running part,
   * which a strategy that replaced this method would then hold.
   */
  attach(series: number, out: Float64Array, before: Float64Array, pinned: boolean): void {
    while (this.outs.length <= series) {
      this.outs.push(undefined);
      this.before.push(undefined);
    }
    this.outs[series] = out;
    this.before[series] = before;
    if (pinned) this.pinned = series;
  }

  /** @internal Reads one series from now on: of a run that has no other, so that nothing has to be looked up. */
  settle(series: number): void {
    if (this.outs[series] === undefined) return;
    this.pinned = series;
    this.out = this.outs[series];
    this.past = this.before[series];
  }

  private current(): Float64Array {
    return this.out ?? this.lookUp();
  }

  private earlier(): Float64Array {
    return this.past ?? this.lookUpEarlier();
  }

  private lookUp(): Float64Array {
    const out = this.outs[this.pinned >= 0 ? this.pinned : this.cursor.series];
    return out === undefined ? this.ambiguous() : out;
  }

  private lookUpEarlier(): Float64Array {
    const before = this.before[this.pinned >= 0 ? this.pinned : this.cursor.series];
    return before === undefined ? this.ambiguous() : before;
  }

  private ambiguous(): never {
    throw new StrategyError("READ_AMBIGUOUS", { indicator: this.spec.name });
  }
}
