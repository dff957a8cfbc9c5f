import type { BacktestResult } from "../backtest/result.js";
import { unbroken } from "./figures.js";
import { html, type Markup } from "./markup.js";

/** What a reader should know before any number: caveats, the gravest first, and what the run assumed. */
export function assumptionsSection(result: BacktestResult): Markup {
  const warnings = result.caveats.filter((caveat) => caveat.level === "warning");
  const notes = result.caveats.filter((caveat) => caveat.level === "note");
  return html`
<section class="before" id="assumptions" aria-labelledby="assumptions-title">
  <h2 id="assumptions-title">Before you read the numbers</h2>
  ${
    warnings.length > 0 &&
    html`<ul class="warnings">${warnings.map(
      (caveat) =>
        html`<li><span class="sign" aria-hidden="true">!</span><span><b class="hidden">Warning: </b>${unbroken(caveat.text)}</span></li>`,
    )}</ul>`
  }
  ${notes.length > 0 && html`<ul class="plain notes">${notes.map((caveat) => html`<li>${unbroken(caveat.text)}</li>`)}</ul>`}
  <h3>What was assumed</h3>
  <ul class="plain assumed">${result.assumptions.map((text) => html`<li>${unbroken(text)}</li>`)}</ul>
</section>`;
}
