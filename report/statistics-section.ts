import type { BacktestResult } from "../backtest/result.js";
import type { ResultDays } from "../backtest/result-days.js";
import { STATISTIC_KEYS, type StatisticKey, statisticLabel } from "../core/statistics/labels.js";
import { dateText, startDateText } from "./dates.js";
import { figure } from "./figures.js";
import { html, type Markup } from "./markup.js";

/** Where each group of statistics begins; a group goes on to the next one's beginning. */
const GROUPS: readonly (readonly [title: string, first: StatisticKey])[] = [
  ["The run", "start"],
  ["Return", "totalReturn"],
  ["Return for risk", "sharpe"],
  ["Drawdown", "maxDrawdown"],
  ["Tails", "valueAtRisk"],
  ["Activity and costs", "exposure"],
  ["Trades", "trades"],
  ["Benchmark", "benchmarkReturn"],
];

/** The statistics by group, in their own order. */
export function statisticGroups(): readonly { readonly title: string; readonly keys: readonly StatisticKey[] }[] {
  const places = GROUPS.map(([, first]) => STATISTIC_KEYS.indexOf(first));
  return GROUPS.map(([title], i) => ({ title, keys: STATISTIC_KEYS.slice(places[i], places[i + 1]) }));
}

/** Every statistic with its definition in sight: a definition that only a mouse can find is none on a phone. */
export function statisticsSection(result: BacktestResult, days: ResultDays): Markup {
  const groups = statisticGroups().filter(({ title }) => title !== "Benchmark" || result.benchmark !== undefined);
  return html`
<section id="statistics" aria-labelledby="statistics-title">
  <h2 id="statistics-title">Statistics</h2>
  <div class="statistics">${groups.map(
    ({ title, keys }) => html`
    <div class="panel group">
      <h3>${title}</h3>
      <dl>${keys.map((key) => line(result, days, key))}</dl>
    </div>`,
  )}
  </div>
</section>`;
}

function line(result: BacktestResult, days: ResultDays, key: StatisticKey): Markup {
  const { label, kind, definition } = statisticLabel(key);
  const value = result.statistics[key];
  const date = key === "start" ? startDateText : dateText;
  const text = kind === "instant" && value !== undefined ? date(value, days.zone) : figure(result, key);
  return html`
        <div title="${definition}"><dt>${label}<small>${definition}</small></dt><dd>${text}</dd></div>`;
}
