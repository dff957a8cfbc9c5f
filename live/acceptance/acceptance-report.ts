import { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import type { AcceptanceResult, AcceptanceRow } from "./acceptance.js";
import type { Heard } from "./ear.js";
import { shownOf } from "./forms.js";
import type { Fields } from "./messages.js";

/** What a report says of the run itself. */
export interface ReportAbout {
  /** Of Seatrial. */
  readonly version: string;
  /** Epoch ms UTC. */
  readonly at: number;
  readonly symbols: readonly string[];
  readonly allowsMarket: boolean;
  /** Whether the gateway was a simulated one. */
  readonly isSimulated: boolean;
}

/** How many messages of one sort, and rows of one message, a report shows: the others are like them. */
const MOST_ALIKE = 3;

/**
 * A result as JSON, fit to be sent in: account ids are masked, sums of the account are left out, and no host, no port and
 * no order of anybody else is in it. Of a step that differs there are the messages of both sides.
 */
export function acceptanceReport(result: AcceptanceResult, about: ReportAbout): string {
  const { rows, left, serverVersion, isInterrupted, accounts, obstacles } = result;
  const count = (which: AcceptanceRow["result"]): number => rows.filter((row) => row.result === which).length;
  const report = {
    report: "Seatrial acceptance",
    version: 1,
    seatrial: about.version,
    at: new Date(about.at).toISOString(),
    gateway: { serverVersion, isSimulated: about.isSimulated },
    symbols: about.symbols,
    allowsMarket: about.allowsMarket,
    isInterrupted,
    obstacles: obstacles.map(({ code, message }) => ({ code, message })),
    counts: { ok: count("ok"), different: count("different"), notShown: count("not shown") },
    left,
    steps: rows.map((row) => ({
      step: row.step,
      relies: row.relies,
      result: row.result,
      ...(row.reason !== undefined && { reason: row.reason }),
      ...(row.differences.length > 0 && {
        differences: row.differences,
        messages: { got: shown(row.heard), simulated: shown(row.simulated) },
      }),
    })),
  };
  const mask = new AccountMask();
  mask.learn(accounts);
  return `${mask.apply(JSON.stringify(report, null, 2))}\n`;
}

function shown(heard: readonly Heard[]): object[] {
  const seen = new Map<string, number>();
  return heard.flatMap(({ kind, label, id, fields, rows }) => {
    const alike = seen.get(label) ?? 0;
    seen.set(label, alike + 1);
    if (alike >= MOST_ALIKE) return [];
    return [
      {
        message: kind,
        ...(id !== undefined && { id }),
        ...shownFields(fields),
        ...(rows.length > 0 && { rows: rows.slice(0, MOST_ALIKE).map(shownFields), rowsInAll: rows.length }),
      },
    ];
  });
}

function shownFields(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, [value, look]]) => [name, shownOf(value, look)]));
}
