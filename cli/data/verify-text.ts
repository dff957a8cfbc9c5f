import { KIND_TELLS } from "../../data/checks/finding.js";
import type { FindingList } from "../../data/checks/finding-list.js";
import { countText, instantText, numberText } from "./figures.js";

/** What was found in one series, file or store. */
export interface Verdict {
  readonly what: string;
  /** Bars that were looked at; undefined for a store's own structure. */
  readonly bars: number | undefined;
  readonly findings: FindingList;
  /** Whether a calendar told the sessions. */
  readonly calendar: boolean;
}

/** Findings of one kind that are shown; JSON has up to a thousand. */
const SHOWN = 8;
const UNKNOWN_SESSIONS =
  "no calendar tells its sessions: gaps and bars outside of them are found only as far as the bars themselves tell";

export function verdictsText(verdicts: readonly Verdict[]): string {
  const all = verdicts.reduce((sum, { findings }) => sum + findings.count, 0);
  const bars = verdicts.reduce((sum, verdict) => sum + (verdict.bars ?? 0), 0);
  const lines = verdicts.flatMap(verdictLines);
  const looked = `${countText(bars, "bar")} looked at`;
  lines.push(all === 0 ? `${looked}: nothing is wrong.` : `${looked}: ${countText(all, "finding")}.`);
  return `${lines.join("\n")}\n`;
}

function verdictLines({ what, findings, calendar }: Verdict): string[] {
  if (findings.count === 0) return calendar ? [] : [what, `  note: ${UNKNOWN_SESSIONS}`];
  const lines = [what];
  if (!calendar) lines.push(`  note: ${UNKNOWN_SESSIONS}`);
  for (const { kind, count, findings: some } of findings.kinds) {
    lines.push(`  ${kind} (${numberText(count)}): ${KIND_TELLS[kind]}`);
    for (const { text } of some.slice(0, SHOWN)) lines.push(`    ${text}`);
    if (count > SHOWN) lines.push(`    and ${numberText(count - SHOWN)} more`);
  }
  return lines;
}

export function verdictsJson(verdicts: readonly Verdict[]): string {
  const told = verdicts.map(({ what, bars, findings, calendar }) => ({
    what,
    bars: bars ?? null,
    calendar,
    found: findings.count,
    kinds: findings.kinds.map(({ kind, count, findings: some }) => ({
      kind,
      count,
      findings: some.map(({ from, to, text }) => ({ from: textOrNull(from), to: textOrNull(to), text })),
    })),
  }));
  return `${JSON.stringify(told, null, 2)}\n`;
}

function textOrNull(instant: number): string | null {
  return Number.isNaN(instant) ? null : instantText(instant);
}
