import type { BacktestResult } from "../backtest/result.js";
import type { ResultDays } from "../backtest/result-days.js";
import { worstDrawdowns } from "../core/statistics/drawdowns.js";
import { dateText, spanText } from "./dates.js";
import { signedPercent } from "./figures.js";
import { html, type Markup } from "./markup.js";

/** The deepest falls of equity from a high, the worst first. */
export function drawdownsTable(result: BacktestResult, days: ResultDays): Markup {
  const worst = worstDrawdowns(result.equity, 5);
  if (worst.length === 0) return html`<p class="none">Equity never fell below an earlier high.</p>`;
  const date = (instant: number | undefined): string =>
    instant === undefined ? "not yet" : dateText(instant, days.zone);
  return html`
<div class="scroll" tabindex="0" role="region" aria-label="The deepest drawdowns">
<table class="figures">
  <thead><tr><th scope="col">Depth</th><th scope="col">High</th><th scope="col">Low</th><th scope="col">Recovered</th><th scope="col" class="right">Lasted</th></tr></thead>
  <tbody>${worst.map(
    (fall) => html`
    <tr><td class="depth"><i style="width:${Math.round((fall.depth / worst[0].depth) * 100)}%"></i><span class="loss">${signedPercent(-fall.depth, 2)}\u00a0%</span></td><td>${date(fall.peakTime)}</td><td>${date(fall.troughTime)}</td><td>${date(fall.recoveryTime)}</td><td class="right">${spanText(fall.duration)}</td></tr>`,
  )}
  </tbody>
</table>
</div>`;
}
