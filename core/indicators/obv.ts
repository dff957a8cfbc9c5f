import type { BarSeries } from "../market/bar-series.js";
import { type IndicatorSpec, Kernel, type Source, type SourceOptions } from "./indicator.js";
import { Input } from "./input.js";
import { onSource } from "./source.js";

/**
 * On-balance volume in units (Granville, 1963): the volume of bars that rose minus the volume of bars that fell, from 0
 * on the first bar. Only its changes mean something (TA-Lib begins with the first bar's volume). With a source named,
 * that line decides what rose and fell.
 * @throws IndicatorError OPTION_UNKNOWN
 */
export function obv(options: SourceOptions = {}): IndicatorSpec {
  return onSource({
    title: "OBV",
    parameters: [],
    outputs: ["value"],
    source: options.source,
    usual: "close",
    observations: 1,
    pane: "own",
    create: () => new ObvKernel(options.source ?? "close"),
  });
}

class ObvKernel extends Kernel {
  private readonly input: Input;
  private previous: number;
  private balance: number;

  constructor(source: Source) {
    super();
    this.input = new Input(source);
    this.previous = Number.NaN;
    this.balance = 0;
  }

  update(bars: BarSeries, row: number): void {
    const value = this.input.read(bars, row);
    if (!Number.isFinite(value)) return;
    if (value > this.previous) this.balance += bars.volume[row];
    else if (value < this.previous) this.balance -= bars.volume[row];
    this.previous = value;
    this.out[0] = this.balance;
  }
}
