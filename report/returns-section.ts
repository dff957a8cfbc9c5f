import type { BacktestResult } from "../backtest/result.js";
import type { ResultDays } from "../backtest/result-days.js";
import { simpleReturns } from "../core/statistics/returns.js";
import { calendarTable } from "./calendar-section.js";
import { plural } from "./figures.js";
import { histogramFigure } from "./histogram-figure.js";
import { html, type Markup } from "./markup.js";

/** Monthly returns, and how the returns of days and of trades are spread. */
export function returnsSection(result: BacktestResult, days: ResultDays): Markup {
  const daily = simpleReturns(days.daily) ?? new Float64Array(0);
  const moved = daily.filter((value) => value !== 0);
  const flat = daily.length - moved.length;
  const { trades } = result;
  const byTrade = new Float64Array(trades.length);
  for (let row = 0; row < trades.length; row++) byTrade[row] = trades.profit[row] / trades.entryValue[row];
  return html`
<section id="returns" aria-labelledby="returns-title">
  <h2 id="returns-title">Returns</h2>
  <div class="panel">
    <h3>By month <small>per cent</small></h3>
    ${calendarTable(days)}
  </div>
  <div class="pair">
    <div class="panel">${histogramFigure("By day", "day", moved, flat > 0 ? `${plural(flat, "day")} without any change left out` : undefined)}</div>
    <div class="panel">${histogramFigure("By trade", "trade", byTrade.filter(Number.isFinite), undefined)}</div>
  </div>
</section>`;
}
