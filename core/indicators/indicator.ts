import { IndicatorError } from "./errors.js";
import type { Kernel } from "./kernel.js";

/** Where the drawing of an indicator goes in a chart. */
export type Pane = "price" | "own";

/**
 * An indicator as it is declared: what `sma(10)` returns. A frozen description without state; only those that this
 * library made are taken, and how their running part is made stays inside.
 */
export interface IndicatorSpec<Output extends string = "value"> {
  /** How it is called in charts and results, such as "SMA(10)". */
  readonly name: string;
  /** The names of its outputs in the order of `Kernel.lines`; the first is the main one, always called "value". */
  readonly outputs: readonly Output[];
  /** Bars that must have been taken before every output is a number (and, for recursive ones, has settled as defined). */
  readonly warmup: number;
  readonly pane: Pane;
}

const makers = new WeakMap<object, () => Kernel>();

/** Makes a description, and remembers how its running part is made. Not part of the public surface. */
export function indicatorSpec<Output extends string>(
  description: IndicatorSpec<Output>,
  maker: () => Kernel,
): IndicatorSpec<Output> {
  const { name, outputs, warmup, pane } = description;
  const spec = Object.freeze({ name, outputs: Object.freeze([...outputs]), warmup, pane });
  makers.set(spec, maker);
  return spec;
}

/**
 * The running part of an indicator, for one series. Not part of the public surface.
 * @throws IndicatorError SPEC_UNKNOWN
 */
export function createKernel(spec: IndicatorSpec<string>): Kernel {
  const maker = makers.get(spec);
  if (maker === undefined) throw unknownSpec(spec);
  return maker();
}

/**
 * Holds an object to being a description that this library made, and not one that looks like it.
 * @throws IndicatorError SPEC_UNKNOWN
 */
export function checkSpec(spec: IndicatorSpec<string>): void {
  if (!makers.has(spec)) throw unknownSpec(spec);
}

function unknownSpec(given: unknown): IndicatorError {
  const name = (given as { readonly name?: unknown } | null | undefined)?.name;
  return new IndicatorError("SPEC_UNKNOWN", {
    given: typeof name === "string" && name !== "" ? `"${name}"` : given === null ? "null" : `This ${typeof given}`,
  });
}

/** A price of the bar or a mean of several, or its volume: hl2 = (high + low) / 2, and so on. */
export type BarField = "open" | "high" | "low" | "close" | "volume" | "hl2" | "hlc3" | "ohlc4";

/** What an indicator is computed from: a field of the bar, or the value of another indicator (see `output`). */
export type Source = BarField | IndicatorSpec<string>;

/** The options of an indicator that has no others. */
export interface SourceOptions {
  /** What it is computed from. Default: the field named with the indicator, mostly "close". */
  readonly source?: Source;
}
