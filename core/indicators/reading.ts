import type { Instrument } from "../market/instrument.js";
import { nearest } from "../nearest.js";
import { StrategyError } from "../strategy-errors.js";
import { IndicatorError, suggest } from "./errors.js";
import { checkSpec, type IndicatorSpec } from "./indicator.js";
import type { ChunkCursor } from "./series-chunks.js";

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

/** What an indicator has computed on one series, and where in it the present is. Behind that lie rows to come. */
export interface Track {
  /** An output each, in the order of the description. */
  readonly lines: readonly Float64Array[];
  /** The first of them. */
  readonly main: Float64Array;
  readonly cursor: ChunkCursor;
}

// A track leads to rows that lie ahead, so it stays behind #private fields, and what hands one over is no method: a
// strategy that replaced it would be handed the track. Not part of the public surface.
export let attachReading: (reading: Reading<string>, series: number, track: Track, pinned: boolean) => void;

/**
 * An indicator as a strategy reads it. It keeps its state for every series apart, and a read follows the bar that is
 * being handled; pinned, it always reads one series. NaN until it has had enough bars.
 */
export class Reading<Output extends string = "value"> {
  readonly spec: IndicatorSpec<Output>;
  readonly pin: Pin;
  readonly #outputs: readonly string[];
  readonly #cursor: SeriesCursor;
  readonly #seriesOf: (of: Instrument | string, bar?: string) => number;
  /** By series. */
  #tracks: (Track | undefined)[] = [];
  /** By series, those that `of` has given. */
  readonly #pins: (Reading<Output> | undefined)[] = [];
  #pinned = -1;
  /** Of the one series that can be meant, in a run that has no other. */
  #settled: Track | undefined = undefined;

  static {
    attachReading = (reading, series, track, pinned) => {
      const tracks = reading.#tracks;
      for (let s = tracks.length; s < series; s++) tracks[s] = undefined;
      tracks[series] = track;
      if (pinned) reading.#pinned = series;
    };
  }

  constructor(
    spec: IndicatorSpec<Output>,
    pin: Pin,
    cursor: SeriesCursor,
    seriesOf: (of: Instrument | string, bar?: string) => number,
  ) {
    checkSpec(spec);
    this.spec = spec;
    this.pin = pin;
    this.#outputs = spec.outputs;
    this.#cursor = cursor;
    this.#seriesOf = seriesOf;
  }

  /** The latest value of the main output. */
  get value(): number {
    const { main, cursor } = this.#settled ?? this.#followed();
    return main[cursor.place];
  }

  /** The value one bar earlier. */
  get previous(): number {
    const { main, cursor } = this.#settled ?? this.#followed();
    return main[cursor.place - 1];
  }

  /** Whether there have been enough bars for a value. */
  get isReady(): boolean {
    const { value } = this;
    return value === value;
  }

  /**
   * Any output by its name, such as `get("signal")` of a MACD.
   * @throws IndicatorError OUTPUT_UNKNOWN
   */
  get(output: Output): number {
    const { lines, cursor } = this.#settled ?? this.#followed();
    const outputs = this.#outputs;
    for (let o = 0; o < outputs.length; o++) if (outputs[o] === output) return lines[o][cursor.place];
    return this.#unknown(output);
  }

  /**
   * Whether the main output has risen above a level or another indicator with this bar: it is above now and was not
   * one bar earlier (the definition of TradingView's ta.crossover).
   */
  crossedAbove(other: Reading<string> | number): boolean {
    const { main, cursor } = this.#settled ?? this.#followed();
    const now = main[cursor.place];
    const before = main[cursor.place - 1];
    if (typeof other === "number") return now > other && before <= other;
    const theirs = other.#settled ?? other.#followed();
    return now > theirs.main[theirs.cursor.place] && before <= theirs.main[theirs.cursor.place - 1];
  }

  /** The mirror of crossedAbove. */
  crossedBelow(other: Reading<string> | number): boolean {
    const { main, cursor } = this.#settled ?? this.#followed();
    const now = main[cursor.place];
    const before = main[cursor.place - 1];
    if (typeof other === "number") return now < other && before >= other;
    const theirs = other.#settled ?? other.#followed();
    return now < theirs.main[theirs.cursor.place] && before >= theirs.main[theirs.cursor.place - 1];
  }

  /** The same indicator on one instrument, whatever bar is being handled. */
  of(instrument: Instrument | string, bar?: string): Reading<Output> {
    const series = this.#seriesOf(instrument, bar);
    const track = this.#tracks[series];
    if (track === undefined) {
      throw new StrategyError("SERIES_UNKNOWN", {
        strategy: this.spec.name,
        series: `${String(instrument)}${bar === undefined ? "" : ` ${bar}`}`,
        hint: "It is pinned to another series.",
      });
    }
    const known = this.#pins[series];
    if (known !== undefined) return known;
    const reading = new Reading(this.spec, this.pin, this.#cursor, this.#seriesOf);
    reading.#pinned = series;
    reading.#settled = track;
    reading.#tracks = this.#tracks;
    this.#pins[series] = reading;
    return reading;
  }

  /** @internal Reads one series from now on: of a run that has no other, so that nothing has to be looked up. */
  settle(series: number): void {
    const track = this.#tracks[series];
    if (track === undefined) return;
    this.#pinned = series;
    this.#settled = track;
  }

  #followed(): Track {
    const track = this.#tracks[this.#pinned >= 0 ? this.#pinned : this.#cursor.series];
    if (track === undefined) throw new StrategyError("READ_AMBIGUOUS", { indicator: this.spec.name });
    return track;
  }

  #unknown(output: string): never {
    const hint = suggest(nearest(String(output), this.#outputs), this.#outputs);
    throw new IndicatorError("OUTPUT_UNKNOWN", { indicator: this.spec.name, output: String(output), hint });
  }
}
