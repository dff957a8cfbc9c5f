import { closeSync, fsyncSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { makeFolders } from "../../backtest/folders.js";
import { reasonOf } from "../../core/system-reason.js";
import { LadderError } from "./errors.js";
import { type LadderRecord, type MissingRung, PAPER_DAYS, RUNGS, type Rung } from "./rungs.js";

/**
 * What is on record of each version of each strategy: a file a version, a line of JSON a record, only ever added to. It
 * belongs to the user and not to a folder, so that a backtest here counts for a session there.
 */
export class Ladder {
  private readonly folder: string;

  constructor(folder = ladderFolder()) {
    this.folder = folder;
  }

  /**
   * Puts something on record; what the latest of its rung says already word for word, but for when, is not repeated.
   * @throws LadderError EVIDENCE_UNWRITABLE
   */
  record(hash: string, record: LadderRecord): void {
    const file = this.fileOf(hash);
    try {
      const text = this.textOf(hash);
      const latest = recordsIn(text).findLast(({ rung }) => rung === record.rung);
      if (latest !== undefined && withoutTime(latest) === withoutTime(record)) return;
      makeFolders(this.folder, 0o700);
      const open = openSync(file, "a", 0o600);
      try {
        // A line that was torn must not take this one with it.
        writeFileSync(open, `${text === "" || text.endsWith("\n") ? "" : "\n"}${JSON.stringify(record)}\n`);
        fsyncSync(open);
      } finally {
        closeSync(open);
      }
    } catch (error) {
      const reason = reasonOf(error);
      throw new LadderError("EVIDENCE_UNWRITABLE", { file, reason }, error);
    }
  }

  /** All records of a version, the oldest first. */
  recordsOf(hash: string): LadderRecord[] {
    return recordsIn(this.textOf(hash));
  }

  /** The rungs that a version still lacks, in their order. @param named the strategy's file with flags, for what to run */
  missing(hash: string, named: string, paperDays = PAPER_DAYS): MissingRung[] {
    const records = this.recordsOf(hash);
    return (Object.keys(RUNGS) as Rung[]).flatMap((rung): MissingRung[] => {
      const says = RUNGS[rung].isThere ? LACKS[rung](records, paperDays) : undefined;
      return says === undefined ? [] : [{ rung, says, how: RUNGS[rung].how.replace("{file}", () => named) }];
    });
  }

  private textOf(hash: string): string {
    try {
      return readFileSync(this.fileOf(hash), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw error;
    }
  }

  private fileOf(hash: string): string {
    return join(this.folder, `${hash}.jsonl`);
  }
}

/** What is wanting on a rung; undefined where nothing is. Of drills and checks the latest counts. */
const LACKS: Readonly<Record<Rung, (records: readonly LadderRecord[], paperDays: number) => string | undefined>> = {
  backtest: (records) =>
    records.some(({ rung }) => rung === "backtest") ? undefined : "no backtest of it is on record",
  check: (records) => {
    const last = records.findLast((one) => one.rung === "check");
    if (last === undefined) return "no check for bias is on record";
    return last.isClean ? undefined : `the latest check found ${last.found.join(", ")}`;
  },
  paper: (records, paperDays) => {
    const days = new Set(records.flatMap((one) => (one.rung === "paper" ? [one.day] : [])));
    if (days.size >= paperDays) return undefined;
    return `${days.size} of ${paperDays} trading days on a paper account are on record`;
  },
  drill: (records) => {
    const last = records.findLast((one) => one.rung === "drill");
    if (last === undefined) return "no drill is on record";
    return last.passed ? undefined : `the latest drill failed, ${last.held} of ${last.of} held`;
  },
};

/** A line that cannot be read, as after a loss of power, proves nothing. */
function recordsIn(text: string): LadderRecord[] {
  return text.split("\n").flatMap((line): LadderRecord[] => {
    try {
      const record = JSON.parse(line) as Partial<LadderRecord> | null;
      return typeof record?.rung === "string" && typeof record.at === "number" ? [record as LadderRecord] : [];
    } catch {
      return [];
    }
  });
}

function withoutTime(record: LadderRecord): string {
  return JSON.stringify({ ...record, at: 0 });
}

/** The user's own folder for what programs remember; SEATRIAL_STATE names another. */
export function ladderFolder(): string {
  const { SEATRIAL_STATE, XDG_STATE_HOME, LOCALAPPDATA } = process.env;
  if (SEATRIAL_STATE) return join(SEATRIAL_STATE, "ladder");
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "seatrial", "ladder");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "seatrial", "ladder");
  return join(XDG_STATE_HOME || join(homedir(), ".local", "state"), "seatrial", "ladder");
}
