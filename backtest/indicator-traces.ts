import type { Desk } from "../core/desk.js";
import { evaluate } from "../core/indicators/evaluate.js";
import type { IndicatorSpec } from "../core/indicators/index.js";
import type { BarSeries } from "../core/market/bar-series.js";
import { parseBarSize } from "../core/market/bar-size.js";
import type { IndicatorTrace } from "./result.js";

/** The values of every indicator a strategy declared, on each series it follows: computed anew, for charts. */
export function traceIndicators(desk: Desk, series: readonly BarSeries[]): IndicatorTrace[] {
  const traces: IndicatorTrace[] = [];
  for (const reading of desk.readings) {
    const { of, bar } = reading.pin;
    for (let s = 0; s < series.length; s++) {
      const { instrument, size } = series[s];
      if (of !== undefined && instrument.symbol !== String(of)) continue;
      if (bar !== undefined && parseBarSize(bar).label !== size.label) continue;
      traces.push(trace(reading.spec, series[s], s));
    }
  }
  return traces;
}

function trace(spec: IndicatorSpec<string>, bars: BarSeries, series: number): IndicatorTrace {
  const columns = evaluate(spec, bars);
  const outputs = spec.outputs.map((name, o) => ({ name, apart: spec.apart.includes(name), values: columns[o] }));
  return { name: spec.name, pane: spec.pane, series, outputs };
}
