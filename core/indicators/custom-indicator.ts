import { Bar, bindBar } from "../market/bar.js";
import type { BarSeries } from "../market/bar-series.js";
import type { BarChunk } from "./bar-chunk.js";
import { IndicatorError } from "./errors.js";
import { type IndicatorSpec, indicatorSpec, type Pane } from "./indicator.js";
import { Kernel } from "./kernel.js";
import { checkOption, checkPeriod } from "./parameters.js";

/** The running part of a custom indicator: it remembers one series, and sees it one bar at a time. */
export interface RunningIndicator<Output extends string = "value"> {
  /**
   * Takes the next bar and gives the outputs with it: a number where there is one output, else a number for each by
   * name. One that is not finite is no value; NaN alone says so of all. The bar is a view that moves along: copy what
   * is needed of it later.
   */
  next(bar: Bar): number | Readonly<Record<Output, number>>;
}

/** What a custom indicator is declared with. */
export interface CustomIndicator<Output extends string = "value"> {
  /** Its name in charts and results, parameters included, such as "Force(13)". */
  readonly name: string;
  /** The number of the bar, counted from 1, on which every output is a number for the first time. */
  readonly warmup: number;
  /** Its outputs; the first is the main one and always called "value". Default: that one alone. */
  readonly outputs?: readonly Output[];
  /** Where it is drawn: "price" over the prices, "own" (default) in a pane of its own. */
  readonly pane?: Pane;
  /** Outputs of another size than the main one, such as a direction: each is drawn in a pane of its own. Default: none. */
  readonly apart?: readonly NoInfer<Output>[];
  /** Makes the running part, an object of its own for every series. What it remembers must be made here too. */
  readonly create: () => RunningIndicator<NoInfer<Output>>;
}

const PANES = ["price", "own"] as const satisfies readonly Pane[];

/** Running parts that are taken: one that came a second time would mix the prices of two series. */
const taken = new WeakSet<object>();

/**
 * An indicator of one's own. It is handed the present bar and nothing else, and is used like any other: declared,
 * pinned, drawn, the source of others.
 *
 * The warm-up is held to its word. Until bar number `warmup` the outputs are NaN, whatever `next` gave; if by then it
 * never had a finite number for every output at once, the run ends with CUSTOM_WARMUP_SHORT. After that an output that
 * is not finite has no value on that bar: it reads as NaN, and what is computed from it passes the bar over.
 * @throws IndicatorError CUSTOM_INVALID, PERIOD_INVALID, OPTION_UNKNOWN; at the start of a run CUSTOM_NEXT_MISSING,
 *   CUSTOM_SHARED; while bars run CUSTOM_FAILED, CUSTOM_RESULT_INVALID, CUSTOM_WARMUP_SHORT
 */
export function customIndicator<const Output extends string = "value">(
  custom: CustomIndicator<Output>,
): IndicatorSpec<Output> {
  const { name, warmup, outputs = ["value" as Output], pane = "own", apart = [], create } = custom;
  if (typeof name !== "string" || name.trim() === "") {
    throw invalid("name", name, "a name for charts", 'name: "Force(13)"');
  }
  checkPeriod(name, "warmup", warmup);
  const named = Array.isArray(outputs) && outputs.every((output) => typeof output === "string" && output !== "");
  if (!named || outputs[0] !== "value" || new Set(outputs).size !== outputs.length) {
    const rule = 'a list of different names with "value" as the first';
    throw invalid("outputs", outputs, rule, 'outputs: ["value", "signal"]');
  }
  checkOption(name, "pane", pane, PANES);
  if (!Array.isArray(apart) || !apart.every((output) => output !== "value" && outputs.includes(output))) {
    throw invalid("apart", apart, 'a list of names out of `outputs`, "value" not among them', 'apart: ["direction"]');
  }
  if (typeof create !== "function") {
    throw invalid("create", create, "a function that makes its running part", "create: () => ({ next: (bar) => … })");
  }
  const spec: IndicatorSpec<Output> = indicatorSpec(
    { name, outputs, warmup, pane, apart },
    () => new CustomKernel(spec, running(name, create())),
    true,
  );
  return spec;
}

function running(indicator: string, made: RunningIndicator<string>): RunningIndicator<string> {
  if (typeof made !== "object" || made === null || typeof made.next !== "function") {
    throw new IndicatorError("CUSTOM_NEXT_MISSING", { indicator, value: shown(made) });
  }
  if (taken.has(made)) throw new IndicatorError("CUSTOM_SHARED", { indicator });
  taken.add(made);
  return made;
}

/** Stands between the columns and the running part, which is shown a view of one row and never holds this object. */
class CustomKernel extends Kernel {
  private readonly spec: IndicatorSpec<string>;
  private readonly running: RunningIndicator<string>;
  /** The outputs of the latest bar. */
  private readonly out: Float64Array;
  private view: Bar | undefined = undefined;
  /** Bars that the warm-up still lasts. */
  private missing: number;
  /** Whether every output has been a number on one bar. */
  private complete: boolean;

  constructor(spec: IndicatorSpec<string>, running: RunningIndicator<string>) {
    super(spec.outputs.length);
    this.spec = spec;
    this.running = running;
    this.out = new Float64Array(spec.outputs.length).fill(Number.NaN);
    this.view = undefined;
    this.missing = spec.warmup;
    this.complete = false;
  }

  protected compute({ bars, before, count }: BarChunk): void {
    const { lines, out } = this;
    for (let place = 1; place <= count; place++) {
      this.take(bars, before + place);
      for (let o = 0; o < lines.length; o++) lines[o][place] = out[o];
    }
  }

  private take(bars: BarSeries, row: number): void {
    const result = this.ask(bars, row);
    if (typeof result === "number" && this.out.length === 1) this.out[0] = finite(result);
    else if (typeof result === "number" && !Number.isFinite(result)) this.out.fill(Number.NaN);
    else this.spread(result, bars, row);
    if (this.missing > 0) this.warm(bars, row);
  }

  private ask(bars: BarSeries, row: number): unknown {
    if (this.view === undefined) this.view = new Bar(bars);
    bindBar(this.view, bars, row);
    try {
      return this.running.next(this.view);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new IndicatorError("CUSTOM_FAILED", { indicator: this.spec.name, bar: barAt(bars, row), message }, error);
    }
  }

  private spread(result: unknown, bars: BarSeries, row: number): void {
    const { outputs } = this.spec;
    const named = typeof result === "object" && result !== null ? (result as Readonly<Record<string, unknown>>) : {};
    for (let place = 0; place < outputs.length; place++) {
      const value = named[outputs[place]];
      if (typeof value !== "number") this.refuse(outputs[place], result, bars, row);
      this.out[place] = finite(value);
    }
  }

  private warm(bars: BarSeries, row: number): void {
    const { out, spec } = this;
    if (!this.complete) this.complete = out.every((value) => value === value);
    this.missing--;
    if (this.missing > 0) out.fill(Number.NaN);
    else if (!this.complete) {
      const details = { indicator: spec.name, bar: barAt(bars, row), warmup: spec.warmup };
      throw new IndicatorError("CUSTOM_WARMUP_SHORT", details);
    }
  }

  private refuse(output: string, result: unknown, bars: BarSeries, row: number): never {
    const { name, outputs } = this.spec;
    throw new IndicatorError("CUSTOM_RESULT_INVALID", {
      indicator: name,
      output,
      value: shown(
        typeof result === "object" ? (result as Readonly<Record<string, unknown>> | null)?.[output] : result,
      ),
      bar: barAt(bars, row),
      right: outputs.length === 1 ? "a number" : `{ ${outputs.join(", ")} }`,
    });
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN;
}

function barAt(bars: BarSeries, row: number): string {
  return `${bars.instrument.symbol} ${bars.size.label} bar of ${new Date(bars.start[row]).toISOString()}`;
}

function invalid(field: string, value: unknown, rule: string, right: string): IndicatorError {
  return new IndicatorError("CUSTOM_INVALID", { field, value: shown(value), rule, right });
}

function shown(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
