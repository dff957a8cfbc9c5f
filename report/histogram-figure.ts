import { histogram } from "../core/statistics/histogram.js";
import { plural, signedPercent } from "./figures.js";
import { html, type Markup } from "./markup.js";

/** Bins that a column of a page has room for. */
const BINS = 48;
/** Returns beyond these quantiles are gathered in the outermost bins, or one wild day would squeeze all the others. */
const TAIL = 0.002;

/** How returns (fractions) are spread, as bars: losses on one side of zero, gains on the other. */
export function histogramFigure(
  title: string,
  one: string,
  returns: Float64Array,
  leftOut: string | undefined,
): Markup {
  if (returns.length < 2) {
    return html`<figure class="histogram"><figcaption><h3>${title}</h3><p class="none">There are too few to draw.</p></figcaption></figure>`;
  }
  const { edges, counts } = histogram(clipped(returns), BINS);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  let mean = 0;
  for (const value of returns) mean += value / returns.length;
  const left = edges[0];
  const width = edges[edges.length - 1] - left;
  const place = (value: number): string => ((Math.min(Math.max(value - left, 0), width) / width) * 100).toFixed(2);
  const bars = Array.from(counts, (amount, i) => {
    const middle = (edges[i] + edges[i + 1]) / 2;
    const range = `${signedPercent(edges[i], 2)} to ${signedPercent(edges[i + 1], 2)} %: ${plural(amount, one)}`;
    return html`<i class="${middle < 0 ? "down" : "up"}" style="height:${((amount / most) * 100).toFixed(2)}%" title="${range}"></i>`;
  });
  return html`
<figure class="histogram">
  <figcaption><h3>${title}</h3><p>${plural(returns.length, one)}, mean ${signedPercent(mean, 3)}\u00a0%${leftOut === undefined ? "" : `; ${leftOut}`}</p></figcaption>
  <div class="bars" role="img" aria-label="${title}: ${plural(returns.length, one)} from ${signedPercent(smallest(returns), 2)} to ${signedPercent(largest(returns), 2)} per cent, mean ${signedPercent(mean, 3)} per cent">${bars}<b style="left:${place(mean)}%"></b></div>
  <div class="axis" aria-hidden="true"><span style="left:0">${signedPercent(left, 1)}\u00a0%</span>${left < 0 && left + width > 0 && html`<span style="left:${place(0)}%">0</span>`}<span style="left:100%">${signedPercent(left + width, 1)}\u00a0%</span></div>
</figure>`;
}

function clipped(returns: Float64Array): Float64Array {
  const sorted = returns.slice().sort();
  const low = sorted[Math.floor((sorted.length - 1) * TAIL)];
  const high = sorted[Math.ceil((sorted.length - 1) * (1 - TAIL))];
  return returns.map((value) => Math.min(Math.max(value, low), high));
}

function smallest(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function largest(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}
