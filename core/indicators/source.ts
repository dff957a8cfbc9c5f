import { nearest } from "../nearest.js";
import type { BarChunk } from "./bar-chunk.js";
import { BAR_FIELDS, type BarField } from "./bar-fields.js";
import { IndicatorError, suggest } from "./errors.js";
import {
  checkSpec,
  createKernel,
  type IndicatorSpec,
  indicatorSpec,
  type Pane,
  type Source,
  takesSteps,
} from "./indicator.js";
import { Kernel } from "./kernel.js";
import { checkOption } from "./parameters.js";
import type { SharedKernels } from "./shared-kernels.js";

/** What is known of an indicator before its source is. */
export interface Outline<Output extends string> {
  /** Its name in charts, without brackets. */
  readonly title: string;
  /** What stands in the brackets: periods and factors, in the order they are written. */
  readonly parameters: readonly (number | string)[];
  readonly outputs: readonly Output[];
  readonly source: Source | undefined;
  /** The source it has when none is named; "range" stands for high, low and close together. */
  readonly usual: BarField | "range";
  /** Observations of its source that it needs, so 1 for what has a value at once. */
  readonly observations: number;
  /** Bars that it needs however early its source begins, for what it reads of the bars themselves. */
  readonly bars?: number;
  /** "source" where its values have the size of its source's and belong beside it. */
  readonly pane: Pane | "source";
  /** Outputs of another size than the main one. */
  readonly apart?: readonly Output[];
  /** Makes its running part. The source is the one that was checked: options can say something else a second time. */
  readonly create: (source: Source | undefined, kernels: SharedKernels) => Kernel;
  /** Whether code from elsewhere has a part in it beyond its source. */
  readonly steps?: boolean;
}

/**
 * The spec of an indicator on a source: name, warm-up and place in the chart follow from the source's.
 * A source gives its first observation on the bar its own warm-up ends, so n observations take n - 1 bars more.
 * @throws IndicatorError OPTION_UNKNOWN where the source is a word but no field of the bar; SPEC_UNKNOWN where it is
 *   neither a word nor an indicator of this library
 */
export function onSource<Output extends string>(outline: Outline<Output>): IndicatorSpec<Output> {
  const { title, parameters, outputs, source, usual, observations, bars = 1, create, steps = false } = outline;
  if (source !== undefined) checkSource(title, source);
  const effective = source ?? (usual === "range" ? "hlc3" : usual);
  const written = source === undefined || source === usual ? parameters : [...parameters, sourceName(source)];
  const description = {
    name: written.length === 0 ? title : `${title}(${written.join(", ")})`,
    outputs,
    warmup: Math.max(bars, sourceWarmup(effective) + observations - 1),
    pane: outline.pane === "source" ? sourcePane(effective) : outline.pane,
    apart: outline.apart ?? [],
  };
  const sourceSteps = typeof source === "object" && takesSteps(source);
  return indicatorSpec(description, (kernels) => create(source, kernels), steps || sourceSteps);
}

/** Bars until the source gives its first number: 1 for a field of the bar. */
export function sourceWarmup(source: Source): number {
  return typeof source === "string" ? 1 : source.warmup;
}

export function sourceName(source: Source): string {
  return typeof source === "string" ? source : source.name;
}

function sourcePane(source: Source): Pane {
  if (typeof source === "string") return source === "volume" ? "own" : "price";
  return source.pane;
}

function checkSource(indicator: string, source: Source): void {
  if (typeof source === "string" || source === null) checkOption(indicator, "source", source, BAR_FIELDS);
  else checkSpec(source);
}

/**
 * One output of an indicator as an indicator of its own, to be the source of another:
 * `sma(5, { source: output(macd(), "signal") })`.
 * @throws IndicatorError OUTPUT_UNKNOWN, naming the nearest; SPEC_UNKNOWN
 */
export function output<Output extends string>(spec: IndicatorSpec<Output>, name: NoInfer<Output>): IndicatorSpec {
  checkSpec(spec);
  const cell = spec.outputs.indexOf(name);
  if (cell < 0) {
    const hint = suggest(nearest(name, spec.outputs), spec.outputs);
    throw new IndicatorError("OUTPUT_UNKNOWN", { indicator: spec.name, output: name, hint });
  }
  const description = {
    name: `${spec.name}.${name}`,
    outputs: ["value"],
    warmup: spec.warmup,
    pane: spec.apart.includes(name) ? "own" : spec.pane,
  } as const;
  return indicatorSpec(description, (kernels) => new OutputKernel(createKernel(spec, kernels), cell), takesSteps(spec));
}

/** One output of another kernel, as the only one. */
export class OutputKernel extends Kernel {
  private readonly kernel: Kernel;
  private readonly output: number;

  constructor(kernel: Kernel, output: number) {
    super(0);
    this.kernel = kernel;
    this.output = output;
  }

  override line(): Float64Array {
    return this.kernel.line(this.output);
  }

  protected compute(chunk: BarChunk): void {
    this.kernel.run(chunk);
    // As the main line it must be up to date without being asked for.
    this.kernel.line(this.output);
  }
}
