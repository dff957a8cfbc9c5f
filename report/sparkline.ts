import type { EquityCurve } from "../core/statistics/inputs.js";
import { html, type Markup } from "./markup.js";

const WIDTH = 320;
const HEIGHT = 72;
/** Points of a line: more than one every few pixels is lost. */
const POINTS = 120;

/** The shape of the equity curve, and of the benchmark behind it, on one logarithmic scale; a picture, no figure. */
export function sparkline(equity: EquityCurve, benchmark: EquityCurve | undefined): Markup {
  const curves = benchmark === undefined ? [equity] : [equity, benchmark];
  const values = curves.map(sampled);
  const all = values.flat();
  const low = Math.min(...all);
  const high = Math.max(...all);
  // After ruin there is no logarithm, and of a curve that does not move there is nothing to see.
  if (!(low > 0 && high > low)) return html``;
  const y = (value: number): number => HEIGHT - 3 - (Math.log(value / low) / Math.log(high / low)) * (HEIGHT - 6);
  const path = (points: readonly number[]): string =>
    points
      .map(
        (value, i) => `${i === 0 ? "M" : "L"}${((i / (points.length - 1)) * WIDTH).toFixed(1)} ${y(value).toFixed(1)}`,
      )
      .join("");
  const line = path(values[0]);
  return html`<svg class="sparkline" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      <path class="area" d="${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z"/>
      ${values[1] !== undefined && html`<path class="benchmark" d="${path(values[1])}"/>`}
      <path class="line" d="${line}"/>
    </svg>`;
}

function sampled({ value, length }: EquityCurve): number[] {
  const points = Math.min(POINTS, length);
  return Array.from({ length: points }, (_, i) => value[Math.round((i / Math.max(1, points - 1)) * (length - 1))]);
}
