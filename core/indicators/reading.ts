import type { Instrument } from "../market/instrument.js";
import { nearest } from "../nearest.js";
import { StrategyError } from "../strategy-errors.js";
import { IndicatorError, suggest } from "./errors.js";
import { checkSpec, type IndicatorSpec } from "./indicator.js";
import type { ChunkCursor } from "./series-chunks.js";
import type { Track } from "./track.js";

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

// A track leads to rows that lie ahead, so it stays behind #private fields, and what hands one over is no method: a
// strategy that replaced it would be handed the track. Not part of the public surface.
export let attachReading: (reading: Reading<string>, series: number, of: number, track: Track, pinned: boolean) => void;

/**
 * An indicator as a strategy reads it. It keeps its state for every series apart, and a read follows the bar that is
 * being handled; pinned, it always reads one series. NaN until it has had enough bars.
 *
 * `value` and `previous` are written for the compiler: what has no more than 27 bytes of bytecode, as these have, it
 * puts into the handler that reads, however often that reads.
 */
export class Reading<Output extends string = "value"> {
  #track: Track | FollowedTrack;
  readonly #followed: FollowedTrack;
  readonly #seriesOf: (of: Instrument | string, bar?: string) => number;
  /** A copy: a search through the frozen list takes three times as long. */
  readonly #outputs: readonly string[];
  /** By series, those that `of` has given. */
  readonly #pins: (Reading<Output> | undefined)[] = [];
  readonly spec: IndicatorSpec<Output>;
  readonly pin: Pin;

  static {
    attachReading = (reading, series, of, track, pinned) => reading.#followed.attach(series, of, track, pinned);
  }

  constructor(
    spec: IndicatorSpec<Output>,
    pin: Pin,
    cursor: SeriesCursor,
    seriesOf: (of: Instrument | string, bar?: string) => number,
  ) {
    checkSpec(spec);
    this.#followed = new FollowedTrack(spec.name, cursor);
    this.#track = this.#followed;
    this.#seriesOf = seriesOf;
    this.#outputs = [...spec.outputs];
    this.spec = spec;
    this.pin = pin;
  }

  /** The latest value of the main output. */
  get value(): number {
    const track = this.#track;
    return track.main[track.cursor.place];
  }

  /** The value one bar earlier. */
  get previous(): number {
    const track = this.#track;
    return track.main[track.cursor.place - 1];
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
    const outputs = this.#outputs;
    for (let o = 0; o < outputs.length; o++) {
      if (outputs[o] === output) return this.#track.current.output(o);
    }
    return this.#unknown(output);
  }

  /**
   * Whether the main output has risen above a level or another indicator with this bar: it is above now and was not
   * one bar earlier (the definition of TradingView's ta.crossover).
   */
  crossedAbove(other: Reading<string> | number): boolean {
    const { main, cursor } = this.#track.current;
    const { place } = cursor;
    if (typeof other === "number") return main[place] > other && main[place - 1] <= other;
    const theirs = other.#track.current;
    const at = theirs.cursor.place;
    return main[place] > theirs.main[at] && main[place - 1] <= theirs.main[at - 1];
  }

  /** The mirror of crossedAbove. */
  crossedBelow(other: Reading<string> | number): boolean {
    const { main, cursor } = this.#track.current;
    const { place } = cursor;
    if (typeof other === "number") return main[place] < other && main[place - 1] >= other;
    const theirs = other.#track.current;
    const at = theirs.cursor.place;
    return main[place] < theirs.main[at] && main[place - 1] >= theirs.main[at - 1];
  }

  /** The same indicator on one instrument, whatever bar is being handled. */
  of(instrument: Instrument | string, bar?: string): Reading<Output> {
    const series = this.#seriesOf(instrument, bar);
    const known = this.#pins[series];
    if (known !== undefined) return known;
    const track = this.#followed.on(series);
    if (track === undefined) {
      throw new StrategyError("SERIES_UNKNOWN", {
        strategy: this.spec.name,
        series: `${String(instrument)}${bar === undefined ? "" : ` ${bar}`}`,
        hint: "It is pinned to another series.",
      });
    }
    const reading = new Reading(this.spec, this.pin, this.#followed.series, this.#seriesOf);
    reading.#followed.follow(this.#followed);
    reading.#track = track;
    this.#pins[series] = reading;
    return reading;
  }

  /** @internal Reads one series from now on: of a run that has no other, so that nothing has to be looked up. */
  settle(series: number): void {
    this.#track = this.#followed.on(series) ?? this.#followed;
  }

  #unknown(output: string): never {
    const hint = suggest(nearest(String(output), this.#outputs), this.#outputs);
    throw new IndicatorError("OUTPUT_UNKNOWN", { indicator: this.spec.name, output: String(output), hint });
  }
}

/**
 * The track of whatever series is being handled, or of the one that it is pinned to. `current` is as short as `value` and
 * for the same reason: where there is no track, one that refuses stands.
 */
class FollowedTrack {
  /** Which series is being handled. */
  readonly series: SeriesCursor;
  /** By series, one place on: at 0 what there is for no series. */
  private tracks: (Track | RefusingTrack)[];
  /** Which series is meant: the one above, or always the same. */
  private meant: SeriesCursor;

  constructor(indicator: string, series: SeriesCursor) {
    this.series = series;
    this.tracks = [new RefusingTrack(indicator)];
    this.meant = series;
  }

  get current(): Track | RefusingTrack {
    return this.tracks[this.meant.series + 1];
  }

  get main(): Float64Array {
    return this.current.main;
  }

  get cursor(): ChunkCursor {
    return this.current.cursor;
  }

  on(series: number): Track | undefined {
    const track = series >= 0 && series + 1 < this.tracks.length ? this.tracks[series + 1] : undefined;
    return track instanceof RefusingTrack ? undefined : track;
  }

  attach(series: number, of: number, track: Track, pinned: boolean): void {
    for (let place = this.tracks.length; place <= of; place++) this.tracks[place] = this.tracks[0];
    this.tracks[series + 1] = track;
    if (!pinned) return;
    this.meant = new SeriesCursor();
    this.meant.series = series;
  }

  /** Knows the tracks of another from now on. */
  follow(other: FollowedTrack): void {
    this.tracks = other.tracks;
  }
}

/** Stands where an indicator has no track: it cannot be told which one is meant. */
class RefusingTrack {
  private readonly indicator: string;

  constructor(indicator: string) {
    this.indicator = indicator;
  }

  get main(): Float64Array {
    return this.refuse();
  }

  get cursor(): ChunkCursor {
    return this.refuse();
  }

  output(_output: number): number {
    return this.refuse();
  }

  private refuse(): never {
    throw new StrategyError("READ_AMBIGUOUS", { indicator: this.indicator });
  }
}
