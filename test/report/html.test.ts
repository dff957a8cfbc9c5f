import { describe, expect, it } from "vitest";
import { backtest } from "../../backtest/backtest.js";
import { STATISTIC_KEYS, statisticLabel } from "../../core/statistics/labels.js";
import { renderReport } from "../../report/html.js";
import { escapeHtml } from "../../report/markup.js";
import { statisticGroups } from "../../report/statistics-section.js";
import SmaCross from "../../strategies/sma-cross.js";
import { dailyWalk, HOSTILE, minuteWalk, smaCrossResult, variedResult } from "./sample-run.js";

const MEGABYTE = 1e6;

describe("the report of a backtest", () => {
  const result = smaCrossResult(dailyWalk(5105));
  const report = renderReport(result);

  it("is one file under a megabyte for twenty years of daily bars", () => {
    expect(report.length).toBeLessThan(MEGABYTE);
  });

  it("is the same bytes for the same result", () => {
    expect(renderReport(result)).toBe(report);
    expect(renderReport(smaCrossResult(dailyWalk(5105)))).toBe(report);
  });

  it("says what was assumed and what is wrong before it shows a number", () => {
    const assumed = report.indexOf("What was assumed");
    expect(assumed).toBeGreaterThan(report.indexOf("Daily bars carry no quotes"));
    expect(report.indexOf('id="figures"')).toBeGreaterThan(assumed);
    expect(report.indexOf("Total return")).toBeGreaterThan(assumed);
    for (const text of result.assumptions) expect(report).toContain(escapeHtml(text));
  });

  it("asks for nothing outside of itself, and forbids it too", () => {
    expect(report).not.toMatch(/<(script|img|iframe|link|source)[^>]*\s(src|href)=/i);
    expect(report).not.toMatch(/@import|url\(\s*["']?https?:/i);
    expect(report).toContain("default-src &#39;none&#39;");
  });

  it("names the makers of its charts with a link", () => {
    expect(report).toContain('<a href="https://www.tradingview.com/"');
    expect(report).toContain("TradingView Lightweight Charts™");
  });

  it("shows every statistic with its definition in sight, each once", () => {
    expect(statisticGroups().flatMap((group) => group.keys)).toEqual(STATISTIC_KEYS);
    const section = report.slice(report.indexOf('id="statistics"'), report.indexOf('id="trades"'));
    for (const key of STATISTIC_KEYS) {
      const { label, definition } = statisticLabel(key);
      expect(section, key).toContain(`<dt>${escapeHtml(label)}<small>${escapeHtml(definition)}</small>`);
    }
  });

  it("prints n/a for what is not defined", () => {
    const short = renderReport(smaCrossResult(dailyWalk(45)));
    expect(short).toContain(">n/a<");
    expect(short).not.toMatch(/>[^<]*(NaN|undefined|Infinity)[^<]*<\/(p|dd|td|b)>/);
  });

  it("is made of a run without a single trade, and of one that lost everything", () => {
    const idle = smaCrossResult(dailyWalk(60), { fast: 40, slow: 50 });
    expect(renderReport(idle)).toContain("Orders and denials");
    const ruined = smaCrossResult(dailyWalk(800), { cash: 500, quantity: 1000 });
    expect(renderReport(ruined)).toContain("Orders and denials");
  });

  it("says why there is no rolling Sharpe ratio: a short run, or equity that was gone", () => {
    const missing = (report: string): string | undefined => /"sharpeMissing":"([^"]*)"/.exec(report)?.[1];
    expect(missing(report)).toBeUndefined();
    expect(missing(renderReport(smaCrossResult(dailyWalk(60))))).toBe(
      "The run is too short for a rolling Sharpe ratio.",
    );
    const value = result.equity.value.slice();
    value.fill(-1, 3000);
    expect(missing(renderReport({ ...result, equity: { ...result.equity, value } }))).toMatch(
      /^There is no rolling Sharpe ratio: equity was at 0 or below on \d+ \w{3} \d{4}, and from there on there are no returns\.$/,
    );
  });

  it("lets no text of a user become markup or script", () => {
    const varied = renderReport(variedResult());
    expect(varied).not.toContain(HOSTILE);
    expect(varied).not.toContain("<img src=x");
    expect(varied).not.toContain("<script>window.harmed");
    expect(varied).not.toContain("</script><b>");
    expect(varied.match(/<script[ >]/g)).toHaveLength(5);
    expect(varied.match(/<\/script>/g)).toHaveLength(5);
    const data = /<script type="application\/json" id="run-data">(.*?)<\/script>/s.exec(varied);
    expect((JSON.parse(data?.[1] ?? "") as { symbols: string[] }).symbols).toEqual(["WALK", "</script><b>X"]);
  });

  it("counts denials by code, with the first one in full", () => {
    const varied = renderReport(variedResult());
    expect(varied).toContain("<b>1\u00a0×</b> <code>STALE_QUOTE</code>");
    expect(varied).toContain("STALE_QUOTE: age=3bars limit=");
  });

  it("stays under 8 megabytes for millions of bars and hundreds of thousands of trades", () => {
    const large = smaCrossResult(minuteWalk(2_000_000), { fast: 2, slow: 3, quantity: 1 });
    expect(large.trades.length).toBeGreaterThan(350_000);
    expect(renderReport(large).length).toBeLessThan(8 * MEGABYTE);
  });

  it("is rendered from what the engine makes of the bundled sample", async () => {
    const real = await backtest({ strategy: SmaCross, data: "sample" });
    const page = renderReport(real);
    expect(page.length).toBeLessThan(MEGABYTE);
    expect(page).toContain("<h1>SmaCross</h1>");
    expect(page).toContain(real.inputHash);
    expect(page).toContain(real.outcomeHash);
  });
});
