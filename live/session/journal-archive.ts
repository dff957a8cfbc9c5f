import { closeAfter } from "../../core/calendar/session-time.js";
import type { Sessions } from "../../core/calendar/sessions.js";
import { DAY, HOUR, type Instant } from "../../core/market/bar-size.js";
import type { Journal } from "../journal/journal.js";

/** How long the journal itself keeps what has ended. */
const KEPT = 7 * DAY;
/** How long behind a close it is moved: the market is quiet then, and all of the day has been told. */
const BEHIND_CLOSE = HOUR;

/** Moves what has ended long ago into a file beside the journal, so that the journal stays small however long it runs. */
export class JournalArchive {
  /** When it is time again. */
  due: Instant = Number.NEGATIVE_INFINITY;
  private readonly journal: Journal;
  private readonly sessions: Sessions;

  /** @param sessions after whose closes it is done */
  constructor(journal: Journal, sessions: Sessions) {
    this.journal = journal;
    this.sessions = sessions;
  }

  /** @throws LiveError JOURNAL_FAILED and whatever else the journal throws */
  async move(now: Instant): Promise<void> {
    this.due = closeAfter(this.sessions, now) + BEHIND_CLOSE;
    // In memory there is no place beside it.
    if (this.journal.path !== ":memory:") await this.journal.archive(now - KEPT);
  }
}
