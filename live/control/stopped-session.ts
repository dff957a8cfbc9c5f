import { existsSync, statSync } from "node:fs";
import type { Instant } from "../../core/market/bar-size.js";
import { formatDenial } from "../../core/orders/denial.js";
import { Journal } from "../journal/journal.js";
import { expectKept } from "../journal/journal-file.js";
import { type LedgerView, ledgerView } from "../ledger-view.js";
import type { KillSwitchView, TripView } from "../session-view.js";
import { readKillFile, removeKillFile } from "./kill-file.js";
import { readSessionFile, type SessionFile } from "./session-file.js";
import type { SessionFolder } from "./session-folder.js";
import { SessionLock } from "./session-lock.js";

/** What a session that does not run has left: its journal, which the broker may have gone beyond since. */
export interface StoppedSession extends LedgerView {
  readonly name: string;
  /**
   * What its ages are reckoned by: the machine's clock, for the broker's goes on with it; of a simulated session, whose
   * market ended with it, the latest instant that its journal knows.
   */
  readonly now: Instant;
  /** Its latest start; null where nothing is known of it. */
  readonly started: SessionFile | null;
  /** Why the strategy had failed in its latest run, in a sentence; null where it had not. */
  readonly failure: string | null;
  readonly trips: readonly TripView[];
  readonly killSwitch: KillSwitchView;
}

/** Trips that are counted, of however many the journal keeps. */
const TRIPS = 10_000;

/**
 * Reads it. @param now of the machine
 * @throws LiveError JOURNAL_GONE, JOURNAL_DAMAGED and those of the journal; ControlError SESSION_FILE
 */
export async function readStopped(folder: SessionFolder, now: number): Promise<StoppedSession> {
  const started = readSessionFile(folder) ?? null;
  const { name } = folder;
  const asked = readKillFile(folder.killFile);
  // It is on from its next start; asked for it was when the file was written.
  const since = (): Instant => statSync(folder.killFile, { throwIfNoEntry: false })?.mtimeMs ?? now;
  const byFile = asked === undefined ? undefined : ({ isOn: true, ...asked, since: Math.floor(since()) } as const);
  if (started !== null) expectKept(name, folder.journal);
  if (!existsSync(folder.journal)) {
    return { name, now, started, failure: null, ...NOTHING, trips: [], killSwitch: byFile ?? { isOn: false } };
  }
  const journal = await Journal.openExisting(folder.journal);
  try {
    const ledger = journal.openLedger();
    const asOf = started?.mode === "simulated" ? latestOf(journal, now) : now;
    const kept = journal.killSwitch();
    const byJournal = kept?.isOn === true ? ({ ...kept, isOn: true } as const) : undefined;
    return {
      name,
      now: asOf,
      started,
      failure: journal.strategyFailure() ?? null,
      ...ledgerView(ledger, asOf),
      trips: tripsOf(journal),
      killSwitch: byJournal ?? byFile ?? { isOn: false },
    };
  } finally {
    journal.close();
  }
}

/**
 * Turns the kill switch of a session that does not run off, for its next start; answers whether it was on.
 * @throws ControlError SESSION_RUNNING where it has been started meanwhile; LiveError of the journal
 */
export async function releaseStopped(folder: SessionFolder, now: number): Promise<boolean> {
  const lock = await SessionLock.take(folder);
  try {
    const byFile = removeKillFile(folder.killFile);
    if (!existsSync(folder.journal)) return byFile;
    const journal = await Journal.openExisting(folder.journal);
    try {
      const byJournal = journal.killSwitch()?.isOn === true;
      if (byJournal) journal.putKillSwitch({ isOn: false, reason: "released by command", flatten: false, since: now });
      journal.commit();
      return byFile || byJournal;
    } finally {
      journal.close();
    }
  } finally {
    lock.release();
  }
}

const NOTHING: LedgerView = {
  positions: [],
  foreign: [],
  orders: [],
  foreignOrders: [],
  fills: [],
  blocks: [],
  lostIntents: [],
  reconciliation: null,
};

/** The latest instant that a journal knows of its session, by the session's own time. @param none where it knows of none */
function latestOf(journal: Journal, none: Instant): Instant {
  let latest = journal.lossFigures()?.at ?? Number.NEGATIVE_INFINITY;
  // The start and the end of a run are events, and no entries.
  for (const { at } of [...journal.entries(), ...journal.events(1), ...journal.trips(1)]) latest = Math.max(latest, at);
  return Number.isFinite(latest) ? latest : none;
}

function tripsOf(journal: Journal): TripView[] {
  const trips = new Map<string, TripView>();
  for (const { at, symbol, denial } of journal.trips(TRIPS)) {
    const count = (trips.get(denial.code)?.count ?? 0) + 1;
    trips.set(denial.code, { code: denial.code, count, last: { at, symbol, reason: formatDenial(denial) } });
  }
  return [...trips.values()];
}
