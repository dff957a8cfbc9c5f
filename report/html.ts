import type { BacktestResult } from "../backtest/result.js";
import { type ResultDays, resultDays } from "../backtest/result-days.js";
import { type Assets, assets } from "./assets.js";
import { assumptionsSection } from "./assumptions-section.js";
import { cardsSection } from "./cards-section.js";
import { chartSeries } from "./chart-data.js";
import { curveData } from "./curve-data.js";
import { drawdownsTable } from "./drawdowns-table.js";
import { headerSection } from "./header-section.js";
import { html, Markup, scriptJson } from "./markup.js";
import { orderData } from "./order-data.js";
import { ordersSection } from "./orders-section.js";
import { PackedColumns } from "./packed-columns.js";
import { returnsSection } from "./returns-section.js";
import { statisticsSection } from "./statistics-section.js";
import { tradeData } from "./trade-data.js";
import { zoneChanges } from "./zone-changes.js";

/**
 * The report of a backtest: one HTML file with everything in it, which needs no network and runs from a disk. The same
 * result gives the same bytes.
 * @throws BacktestError REPORT_INCOMPLETE
 * @throws DataError ZONE_UNKNOWN
 */
export function renderReport(result: BacktestResult): string {
  const parts = assets();
  const days = resultDays(result);
  const packed = new PackedColumns();
  const run = runData(result, days, packed);
  const { base64, deflated } = packed.text();
  const symbols = result.instruments
    .map((instrument) => instrument.symbol)
    .slice(0, 3)
    .join(", ");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(parts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${result.strategy} on ${symbols} – Seatrial backtest</title>
<style>${raw(parts.style)}</style>
<script>${raw(parts.themeScript)}</script>
</head>
<body>
<a class="skip" href="#assumptions">Skip to the report</a>
${navigation(result)}
<main>
${headerSection(result, days)}
${assumptionsSection(result)}
${cardsSection(result, days)}
${chartSections(result, days)}
${returnsSection(result, days)}
${statisticsSection(result, days)}
<section id="trades" aria-labelledby="trades-title">
  <h2 id="trades-title">Trades</h2>
  <div class="panel" id="trades-table"></div>
</section>
${ordersSection(result, days)}
</main>
${footer(result)}
<noscript><p class="panel none">Charts and the tables of trades and orders need JavaScript; the files trades.csv, orders.csv and equity.csv beside this report have the same content.</p></noscript>
<script type="application/json" id="run-data">${raw(scriptJson({ ...run, deflated }))}</script>
<script type="text/plain" id="run-columns">${raw(base64)}</script>
<script>${raw(parts.chartScript)}</script>
<script>${raw(parts.pageScript)}</script>
</body>
</html>
`;
  return page.text;
}

/** What the page's script works with; columns are places in the packed bytes. */
function runData(result: BacktestResult, days: ResultDays, packed: PackedColumns): object {
  return {
    currency: result.baseCurrency,
    timeZone: result.timeZone,
    zone: zoneChanges(
      days.zone,
      result.series.reduce((at, { start }) => Math.min(at, start[0] ?? at), result.from),
      result.to,
    ),
    symbols: result.instruments.map((instrument) => instrument.symbol),
    finest: result.finest,
    series: chartSeries(result, packed),
    curves: curveData(result, days, packed),
    trades: tradeData(result, packed),
    orders: orderData(result, packed),
  };
}

function navigation(result: BacktestResult): Markup {
  const links = [
    ["figures", "Figures"],
    ["price", "Price"],
    ["performance", "Performance"],
    ["returns", "Returns"],
    ["statistics", "Statistics"],
    ["trades", "Trades"],
    ["orders", "Orders"],
  ];
  return html`
<nav class="bar" aria-label="Sections">
  <div>
    <a class="mark" href="#top" aria-label="Seatrial: ${result.strategy}, to the top">${raw(MARK)}<b>Seatrial</b></a>
    <ul>${links.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul>
    <button type="button" id="theme" aria-label="Change between light and dark">${raw(MOON)}</button>
  </div>
</nav>`;
}

function chartSections(result: BacktestResult, days: ResultDays): Markup {
  const { benchmarkName } = result;
  return html`
<section id="price" aria-labelledby="price-title">
  <h2 id="price-title">Price and trades</h2>
  <div class="panel chart-panel" id="price-chart"></div>
</section>
<section id="performance" aria-labelledby="performance-title">
  <h2 id="performance-title">Performance</h2>
  <div class="panel chart-panel" id="performance-chart" data-benchmark="${benchmarkName ?? ""}"></div>
  <div class="panel">
    <h3>The deepest drawdowns</h3>
    ${drawdownsTable(result, days)}
  </div>
</section>`;
}

function footer(result: BacktestResult): Markup {
  return html`
<footer>
  <dl>
    <div><dt>Inputs SHA-256</dt><dd><code>${result.inputHash}</code></dd></div>
    <div><dt>Outcome SHA-256</dt><dd><code>${result.outcomeHash}</code></dd></div>
  </dl>
  <p>The same inputs lead to the same outcome, and the same outcome to this very file. Past results, simulated ones above all, say nothing certain about the future.</p>
  <p>Charts: <a href="https://www.tradingview.com/" rel="noopener noreferrer">TradingView Lightweight Charts™</a>, Copyright (c) 2026 TradingView, Inc., under the <a href="https://www.apache.org/licenses/LICENSE-2.0" rel="noopener noreferrer">Apache License 2.0</a>.</p>
</footer>`;
}

function policy(parts: Assets): string {
  return `default-src 'none'; script-src ${parts.scriptHashes.join(" ")}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

/** Text of our own, which is HTML or script already. */
function raw(text: string): Markup {
  return new Markup(text);
}

const MARK =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><path class="sail" d="M11 3v13H3.5C7.5 13 10 8.5 11 3Z"/><path class="jib" d="M13 6c1 4.5 3.5 8 7.5 10H13Z"/><path class="sea" d="M2 20c2 0 2-1.5 4-1.5S8 20 10 20s2-1.5 4-1.5S16 20 18 20s2-1.5 4-1.5"/></svg>';
const MOON =
  '<svg viewBox="0 0 24 24" aria-hidden="true"><circle class="rim" cx="12" cy="12" r="8.5"/><path class="half" d="M12 3.5a8.5 8.5 0 0 1 0 17Z"/></svg>';
