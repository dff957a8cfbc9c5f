import type { BacktestResult } from "../backtest/result.js";
import type { ResultDays } from "../backtest/result-days.js";
import { instantText } from "./dates.js";
import { count } from "./figures.js";
import { html, type Markup } from "./markup.js";

/** What was stopped by guards and by the broker, and the place where the page puts its table of orders. */
export function ordersSection(result: BacktestResult, days: ResultDays): Markup {
  return html`
<section id="orders" aria-labelledby="orders-title">
  <h2 id="orders-title">Orders and denials</h2>
  <div class="panel">
    <h3>Denials</h3>
    ${denialsTable(result, days)}
  </div>
  <div class="panel" id="orders-table"></div>
</section>`;
}

function denialsTable(result: BacktestResult, days: ResultDays): Markup {
  if (result.denials.length === 0) return html`<p class="none">No order was denied.</p>`;
  return html`
<ul class="denials">${result.denials.map(
    (denial) => html`
  <li><b>${count(denial.count)}\u00a0×</b> <code>${denial.code}</code>
    <small>first on ${instantText(denial.firstTime, days.zone)}</small>
    <code class="first">${denial.first}</code></li>`,
  )}
</ul>`;
}
