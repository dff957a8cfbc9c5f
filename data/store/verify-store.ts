import { SeatrialError } from "../../core/errors.js";
import { BarChecks } from "../checks/check-bars.js";
import type { FindingKind } from "../checks/finding.js";
import { FindingList } from "../checks/finding-list.js";
import { type SessionLookup, tradingTime } from "../checks/trading-time.js";
import { utc } from "../checks/words.js";
import type { BarStore } from "./bar-store.js";
import { KeptColumns } from "./kept-columns.js";
import type { StoredSeries } from "./stored-series.js";

export interface VerifyOptions {
  /** The largest move, as a share of the price, that is not remarked on. Default 0.2. */
  readonly spike?: number;
  /** Milliseconds without bars that are no gap. Default a bar, or a minute where bars are shorter. */
  readonly tolerance?: number;
  /** Kinds of findings to leave out. */
  readonly skip?: readonly FindingKind[];
}

/** What was found in one series. */
export interface SeriesVerdict {
  readonly bars: number;
  readonly findings: FindingList;
  /** Whether an exchange's calendar told the sessions; without one whole days that are missing cannot be seen. */
  readonly calendar: boolean;
}

/** Looks through the file's own structure: its pages and indexes, not what is in its blocks. */
export function verifyFile(store: BarStore): FindingList {
  const findings = new FindingList();
  const add = (text: string): void => findings.add({ kind: "damage", from: Number.NaN, to: Number.NaN, text });
  try {
    const told = store.file.use((db) => db.prepare("pragma integrity_check(100)").pluck().all() as string[]);
    for (const line of told) if (line !== "ok") add(line.replaceAll("\n", " "));
  } catch (error) {
    if (!(error instanceof SeatrialError)) throw error;
    add(error.message);
  }
  return findings;
}

/**
 * Reads a series block by block and checks all that can be checked: checksums, order, prices, sessions, jumps, repeats.
 * A block that is damaged is named, and the checks go on behind it.
 * @param into columns to read into, for whoever verifies several series
 */
export function verifySeries(
  store: BarStore,
  series: StoredSeries,
  lookup: SessionLookup,
  options: VerifyOptions = {},
  into = new KeptColumns(),
): SeriesVerdict {
  const findings = new FindingList(options.skip);
  const heads = series.heads();
  const bars = heads.reduce((sum, head) => sum + head.count, 0);
  if (heads.length === 0) return { bars, findings, calendar: true };
  const { instrument, key, size } = series;
  const span = { from: heads[0].first, to: heads.reduce((last, head) => Math.max(last, head.last), -Infinity) };
  const time = tradingTime(lookup, instrument, key.hours, span, () => readable(series, into));
  const splits = key.adjustment === "raw" ? store.actions.of(instrument.symbol, instrument.timeZone).splits : [];
  const { negativePrices } = instrument;
  const { spike, tolerance } = options;
  const checks = new BarChecks(
    {
      size,
      negativePrices,
      time,
      splits,
      ...(spike !== undefined && { spike }),
      ...(tolerance !== undefined && { tolerance }),
    },
    findings.add,
  );
  for (const head of heads) {
    try {
      checks.take(series.readBlock(head, into));
    } catch (error) {
      if (!(error instanceof SeatrialError)) throw error;
      const where = `block ${head.id}, ${head.count} bars from ${utc(head.first)} to ${utc(head.last)}`;
      const reason = error.details.reason ?? error.message;
      findings.add({ kind: "damage", from: head.first, to: head.last, text: `${where}: ${reason}` });
    }
  }
  checks.finish();
  return { bars, findings, calendar: time.known };
}

/** All bars that can be read, for what only bars can tell; none where one block cannot. */
function readable(series: StoredSeries, into: KeptColumns): ReturnType<StoredSeries["read"]> {
  try {
    return series.read({ into });
  } catch (error) {
    if (error instanceof SeatrialError) return series.none();
    throw error;
  }
}
