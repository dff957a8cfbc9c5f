import type { BacktestResult } from "../backtest/result.js";
import type { ResultDays } from "../backtest/result-days.js";
import type { StatisticKey } from "../core/statistics/labels.js";
import { dateText, spanText } from "./dates.js";
import { figure, money, signedFigure } from "./figures.js";
import { html, type Markup } from "./markup.js";
import { sparkline } from "./sparkline.js";

/** The eight figures that are looked at first, each with the one that puts it into proportion. */
export function cardsSection(result: BacktestResult, days: ResultDays): Markup {
  const { statistics } = result;
  const { maxDrawdownTrough, duration } = statistics;
  const held = result.benchmark === undefined ? undefined : `buy & hold ${signedFigure(result, "benchmarkReturn")}`;
  return html`
<section class="cards" id="figures" aria-label="Key figures">
  <div class="card lead">
    <h3>Total return</h3>
    <p class="value ${tone(statistics.totalReturn)}">${signedFigure(result, "totalReturn")}</p>
    <p class="more">${held ?? ""}</p>
    ${
      statistics.endEquity !== undefined &&
      html`<p class="more">${money(result.startCash)} became
      ${money(statistics.endEquity)} ${result.baseCurrency}</p>`
    }
    ${sparkline(result.equity, result.benchmark)}
  </div>
  ${card("CAGR", signedFigure(result, "cagr"), duration === undefined ? "" : `a year over ${spanText(duration)}`, tone(statistics.cagr))}
  ${card("Sharpe ratio", figure(result, "sharpe"), `Sortino ${figure(result, "sortino")}`)}
  ${card(
    "Max drawdown",
    fallText(result),
    maxDrawdownTrough === undefined ? "" : `lowest on ${dateText(maxDrawdownTrough, days.zone)}`,
    (statistics.maxDrawdown ?? 0) > 0 ? "loss" : "",
  )}
  ${card("Profit factor", figure(result, "profitFactor"), `expectancy ${figure(result, "expectancy")} ${result.baseCurrency}`)}
  ${card("Trades", figure(result, "trades"), `${figure(result, "averageBarsHeld")} bars on average`)}
  ${card("Win rate", figure(result, "winRate"), `payoff ratio ${figure(result, "payoffRatio")}`)}
  ${card("Exposure", figure(result, "exposure"), `turnover ${figure(result, "turnover")} a year`)}
  ${card("Volatility", figure(result, "annualVolatility"), betaText(result))}
</section>`;
}

function card(title: string, value: string, more: string, tone = ""): Markup {
  return html`
  <div class="card">
    <h3>${title}</h3>
    <p class="value ${tone}">${value}</p>
    <p class="more">${more}</p>
  </div>`;
}

function fallText(result: BacktestResult): string {
  const text = figure(result, "maxDrawdown");
  return (result.statistics.maxDrawdown ?? 0) > 0 ? `\u2212${text}` : text;
}

function betaText(result: BacktestResult): string {
  const key: StatisticKey = "beta";
  return result.statistics[key] === undefined ? "annualised" : `annualised, beta ${figure(result, key)}`;
}

function tone(value: number | undefined): string {
  if (value === undefined || value === 0) return "";
  return value > 0 ? "gain" : "loss";
}
