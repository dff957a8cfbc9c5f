import type { BarField } from "./bar-fields.js";
import { IndicatorError } from "./errors.js";
import type { Kernel } from "./kernel.js";
import type { SharedKernels } from "./shared-kernels.js";

/** Where the drawing of an indicator goes in a chart. */
export type Pane = "price" | "own";

/**
 * An indicator as it is declared: what `sma(10)` returns. A frozen description without state; only those that this
 * library made are taken, and how their running part is made stays inside.
 */
export interface IndicatorSpec<Output extends string = "value"> {
  /** How it is called in charts and results, such as "SMA(10)". */
  readonly name: string;
  /** The names of its outputs in the order of `Kernel.line`; the first is the main one, always called "value". */
  readonly outputs: readonly Output[];
  /** Bars that must have been taken before every output is a number (and, for recursive ones, has settled as defined). */
  readonly warmup: number;
  readonly pane: Pane;
  /** Outputs of another size than the main one, such as a direction: each of them has a pane of its own. */
  readonly apart: readonly Output[];
}

/** A description whose outputs are all of one size unless it says otherwise. */
type Description<Output extends string> = Omit<IndicatorSpec<Output>, "apart"> & { readonly apart?: readonly Output[] };

/** How the running part of an indicator is made, out of those that are shared on its series. */
export type KernelMaker = (kernels: SharedKernels) => Kernel;

interface Making {
  readonly make: KernelMaker;
  readonly steps: boolean;
}

const makings = new WeakMap<object, Making>();

/**
 * Makes a description, and remembers how its running part is made, and whether this must take one row at a time, none
 * before its time. Not part of the public surface.
 */
export function indicatorSpec<Output extends string>(
  description: Description<Output>,
  make: KernelMaker,
  steps: boolean,
): IndicatorSpec<Output> {
  const { name, outputs, warmup, pane, apart = [] } = description;
  const spec = Object.freeze({
    name,
    outputs: Object.freeze([...outputs]),
    warmup,
    pane,
    apart: Object.freeze([...apart]),
  });
  makings.set(spec, { make, steps });
  return spec;
}

/**
 * The running part of an indicator, for one series. Not part of the public surface.
 * @throws IndicatorError SPEC_UNKNOWN
 */
export function createKernel(spec: IndicatorSpec<string>, kernels: SharedKernels): Kernel {
  const { make } = makingOf(spec);
  return kernels.share(spec, "", () => make(kernels));
}

/**
 * Whether an indicator must take one row at a time, for code from elsewhere has a part in it. Not part of the public
 * surface.
 * @throws IndicatorError SPEC_UNKNOWN
 */
export function takesSteps(spec: IndicatorSpec<string>): boolean {
  return makingOf(spec).steps;
}

function makingOf(spec: IndicatorSpec<string>): Making {
  const making = makings.get(spec);
  if (making === undefined) throw unknownSpec(spec);
  return making;
}

/**
 * Holds an object to being a description that this library made, and not one that looks like it.
 * @throws IndicatorError SPEC_UNKNOWN
 */
export function checkSpec(spec: IndicatorSpec<string>): void {
  makingOf(spec);
}

function unknownSpec(given: unknown): IndicatorError {
  const name = (given as { readonly name?: unknown } | null | undefined)?.name;
  return new IndicatorError("SPEC_UNKNOWN", {
    given: typeof name === "string" && name !== "" ? `"${name}"` : given === null ? "null" : `This ${typeof given}`,
  });
}

/** What an indicator is computed from: a field of the bar, or the value of another indicator (see `output`). */
export type Source = BarField | IndicatorSpec<string>;

/** The options of an indicator that has no others. */
export interface SourceOptions {
  /** What it is computed from. Default: the field named with the indicator, mostly "close". */
  readonly source?: Source;
}
