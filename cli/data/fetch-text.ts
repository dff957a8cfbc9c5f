import { duration, utc } from "../../data/checks/words.js";
import type { FetchResult } from "../../data/history/fetch-history.js";
import type { MissingStretch } from "../../data/history/fetch-outcome.js";
import type { HistoryPlan, PlannedSeries } from "../../data/history/plan-history.js";
import { seriesName } from "../../data/store/series-key.js";
import { countText, instantText, numberText } from "./figures.js";

/** Requests and missing stretches of a series that are shown; JSON has all. */
const SHOWN = 10;

/** What a download has come to, for people. */
export function fetchedText(store: string, { series, requests, stopped }: FetchResult): string {
  const lines: string[] = [];
  for (const { key, bars, notes, missing } of series) {
    if (bars === 0 && notes.length === 0 && missing.length === 0) continue;
    lines.push(seriesName(key), `  ${countText(bars, "bar")}, ${missing.length === 0 ? "complete" : "and missing:"}`);
    lines.push(...missing.slice(0, SHOWN).map((one) => `    ${missingText(one)}`));
    if (missing.length > SHOWN) lines.push(`    and ${numberText(missing.length - SHOWN)} more`);
    lines.push(...notes.map(({ text }) => `  note: ${text.replace(`${seriesName(key)}: `, "")}`));
  }
  const bars = series.reduce((sum, one) => sum + one.bars, 0);
  if (stopped !== undefined) lines.push(`It was ended early: ${stopped}.`);
  const isAll = series.every(({ missing }) => missing.length === 0);
  if (bars > 0) lines.push(`${countText(bars, "bar")} in ${countText(requests, "request")}, stored in ${store}.`);
  else if (isAll && !series.some(({ notes }) => notes.some(({ kind }) => kind === "begins")))
    lines.push(`${store} had all of it already.`);
  else lines.push("Nothing was stored.");
  return `${lines.join("\n")}\n`;
}

function missingText({ from, to, text }: MissingStretch): string {
  const begin = Number.isFinite(from) ? utc(from) : "the beginning";
  return `${begin} to ${utc(to)}: ${text}`;
}

/** The same for programs. */
export function fetchedJson(store: string, { series, requests, stopped, interrupted }: FetchResult): string {
  const told = series.map(({ key, bars, notes, missing }) => ({
    series: key,
    bars,
    notes,
    missing: missing.map(missingJson),
  }));
  return `${JSON.stringify({ store, requests, stopped: stopped ?? null, interrupted, series: told }, null, 2)}\n`;
}

function missingJson({ from, to, kind, text }: MissingStretch): object {
  return { from: Number.isFinite(from) ? instantText(from) : null, to: instantText(to), kind, text };
}

/** What a download would ask for, for people. */
export function planText({ series, time }: HistoryPlan): string {
  const lines = series.flatMap(seriesPlan);
  const requests = series.reduce((sum, { chunks }) => sum + chunks.length, 0);
  if (requests === 0) lines.push("There is nothing to fetch.");
  else lines.push(`${countText(requests, "request")}, which takes about ${duration(rounded(time))}.`);
  lines.push("Nothing was stored: it was a dry run.");
  return `${lines.join("\n")}\n`;
}

function seriesPlan({ key, chunks, missing }: PlannedSeries): string[] {
  if (chunks.length === 0 && missing.length === 0) return [];
  const bars = chunks.reduce((sum, one) => sum + one.bars, 0);
  const lines = [seriesName(key), `  ${countText(chunks.length, "request")} for about ${countText(bars, "bar")}`];
  for (const { ask, duration: words } of chunks.slice(0, SHOWN))
    lines.push(`    ${utc(ask.from)} to ${utc(ask.to)}, asked for as ${words.count} ${words.unit}`);
  if (chunks.length > SHOWN) lines.push(`    and ${numberText(chunks.length - SHOWN)} more`);
  lines.push(...missing.map((one) => `  cannot be had: ${missingText(one)}`));
  return lines;
}

function rounded(ms: number): number {
  const unit = ms < 120_000 ? 1_000 : 60_000;
  return Math.ceil(ms / unit) * unit;
}

export function planJson({ series, time }: HistoryPlan): string {
  const told = series.map(({ key, chunks, missing }) => ({
    series: key,
    requests: chunks.map(({ ask, duration: words, bars }) => ({
      from: instantText(ask.from),
      to: instantText(ask.to),
      duration: `${words.count} ${words.unit}`,
      bars,
    })),
    missing: missing.map(missingJson),
  }));
  return `${JSON.stringify({ seconds: Math.ceil(time / 1000), series: told }, null, 2)}\n`;
}
