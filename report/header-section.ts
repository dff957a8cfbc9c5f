import type { BacktestResult } from "../backtest/result.js";
import type { ResultDays } from "../backtest/result-days.js";
import { dateText, spanText, startDateText } from "./dates.js";
import { count, money, plural } from "./figures.js";
import { html, type Markup } from "./markup.js";

/** Hexadecimal digits of a hash that are shown where there is little room. */
const SHORT_HASH = 12;

/** What was run, on what, and when: everything that says which backtest this is, without its outcome. */
export function headerSection(result: BacktestResult, days: ResultDays): Markup {
  const sizes = [...new Set(result.handed.map((series) => series.size.label))].join(", ");
  const params = Object.entries(result.params);
  return html`
<header class="masthead">
  <div class="title">
    <div>
      <p class="eyebrow">Backtest report</p>
      <h1>${result.strategy}</h1>
    </div>
    ${
      params.length > 0 &&
      html`<ul class="chips" aria-label="Parameters">${params.map(([name, value]) => html`<li><span>${name}</span> <b>${String(value)}</b></li>`)}</ul>`
    }
  </div>
  <dl class="facts">
    ${fact("Instruments", symbolsText(result))}
    ${fact("Period", `${startDateText(result.from, days.zone)} – ${dateText(result.to, days.zone)}`, spanText(result.to - result.from))}
    ${fact(
      "Bars",
      `${count(result.bars)}${sizes === "" ? "" : ` × ${sizes}`}`,
      result.warmupBars > 0 ? `${plural(result.warmupBars, "bar")} of warm-up` : undefined,
    )}
    ${fact("Starting cash", `${money(result.startCash)} ${result.baseCurrency}`, `dates in ${result.timeZone}`)}
    ${hash("Inputs", result.inputHash)}
    ${hash("Outcome", result.outcomeHash)}
  </dl>
</header>`;
}

function fact(name: string, value: string, more?: string): Markup {
  return html`<div><dt>${name}</dt><dd>${value}${more !== undefined && html`<small>${more}</small>`}</dd></div>`;
}

function hash(name: string, value: string): Markup {
  return html`<div><dt>${name} SHA-256</dt><dd><code title="${value}">${value.slice(0, SHORT_HASH)}</code></dd></div>`;
}

/** The first few symbols, and how many more there are. */
export function symbolsText(result: BacktestResult): string {
  const symbols = result.instruments.map((instrument) => instrument.symbol);
  const shown = symbols.slice(0, 6).join(", ");
  return symbols.length > 6 ? `${shown} and ${symbols.length - 6} more` : shown;
}
