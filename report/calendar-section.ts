import type { ResultDays } from "../backtest/result-days.js";
import { type CalendarReturn, monthlyReturns } from "../core/statistics/calendar-returns.js";
import { MONTH_NAMES } from "./dates.js";
import { signedPercent } from "./figures.js";
import { html, type Markup } from "./markup.js";

/** A return is shown in full colour from this quantile of their sizes on, so that one wild month does not pale the rest. */
const FULL_COLOUR = 0.95;

/** Returns by month as a heat map, a row a year, the year's return at its end. */
export function calendarTable(days: ResultDays): Markup {
  const months = monthlyReturns(days.daily);
  if (months === undefined || months.length === 0) {
    return html`<p class="none">There are no monthly returns: equity was lost, or the run is too short.</p>`;
  }
  const years = yearsOf(months);
  const monthScale = scaleOf(months.map((month) => month.return));
  const yearScale = scaleOf(years.map((year) => year.total));
  return html`
<table class="calendar">
  <caption class="hidden">Return of each month and year in per cent</caption>
  <thead><tr><th scope="col">Year</th>${MONTH_NAMES.map(
    (name) => html`<th scope="col"><abbr title="${name}">${name[0]}<span>${name.slice(1)}</span></abbr></th>`,
  )}<th scope="col" class="total">Year</th></tr></thead>
  <tbody>${years.map(
    (year) => html`
    <tr><th scope="row">${year.year}</th>${Array.from(year.months, (month) => cell(month, monthScale, ""))}${cell(year.total, yearScale, "total")}</tr>`,
  )}
  </tbody>
</table>`;
}

/** A calendar year: the returns of its months from January on, and what they compound to. */
interface Year {
  readonly year: number;
  readonly months: (number | undefined)[];
  total: number;
}

function yearsOf(months: readonly CalendarReturn[]): Year[] {
  const years: Year[] = [];
  for (const { year, month, return: gain } of months) {
    let last = years[years.length - 1];
    if (last?.year !== year) {
      last = { year, months: new Array<undefined>(12).fill(undefined), total: 0 };
      years.push(last);
    }
    last.months[(month ?? 1) - 1] = gain;
    last.total = (1 + last.total) * (1 + gain) - 1;
  }
  return years;
}

function cell(gain: number | undefined, scale: number, className: string): Markup {
  if (gain === undefined) return html`<td class="${className}"></td>`;
  const weight = Math.round(Math.min(1, Math.abs(gain) / scale) * 100);
  const tone = weight === 0 ? "" : gain > 0 ? "up" : "down";
  // The second form is for screens on which thirteen numbers with decimals do not fit side by side.
  return html`<td class="${`${tone} ${className}`.trim()}" style="--w:${weight}"><span>${signedPercent(gain, 1)}</span><span aria-hidden="true">${signedPercent(gain, 0)}</span></td>`;
}

function scaleOf(gains: readonly number[]): number {
  const sizes = gains.map(Math.abs).sort((a, b) => a - b);
  return sizes[Math.floor((sizes.length - 1) * FULL_COLOUR)] || 1;
}
