/** What a program of the soak is told, as JSON in a file. */
export interface SoakTask {
  readonly port: number;
  readonly lockstepPort: number;
  /** Where journals and logs are. */
  readonly folder: string;
  readonly days: number;
}

/** What one of the sessions did on a day. */
export interface TradedDay {
  readonly strategy: string;
  readonly symbol: string;
  readonly orders: number;
  readonly fills: number;
  readonly denied: number;
  /** Units held, and orders that still work at the broker, behind the close. */
  readonly held: number;
  readonly working: number;
  /** Bytes of the journal, of what it has put into the archive, and of all logs; and how many logs there are. */
  readonly journal: number;
  readonly archive: number;
  readonly log: number;
  readonly logs: number;
}

/** A day of a process with sessions, as it stands when its night is over as well. */
export interface DayFigures {
  /** yyyymmdd. */
  readonly date: number;
  readonly sessions: readonly TradedDay[];
  /** Bytes, behind a collection of garbage: of objects, of buffers and columns, and of the whole process. */
  readonly heap: number;
  readonly buffers: number;
  readonly rss: number;
  /** What keeps the process alive, by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

/** Lines that the process writes: begun, a day's figures, and what was left when all was stopped. */
export const SAID = { begun: "begun", day: "day", left: "left" } as const;

export const CLIENTS: readonly number[] = [7, 8];
