import { differenceInWords, type IbTradingTimes } from "../../brokers/ib/compare-hours.js";
import { IbError } from "../../brokers/ib/errors.js";
import type { ContractDetails } from "../../brokers/tws/contracts/contract-details.js";
import { contractHours } from "../../brokers/tws/contracts/contract-hours.js";
import { contractsLike } from "../../brokers/tws/contracts/contract-questions.js";
import type { Asks } from "../../brokers/tws/contracts/contracts.js";
import { isoDate } from "../../core/calendar/calendar-date.js";
import { HOUR, type Instant, MINUTE } from "../../core/market/bar-size.js";
import { findZone } from "../../data/zone-offsets.js";
import type { ChangedHours, InstrumentDifference, MarketHours } from "./market-hours.js";
import type { SessionNews } from "./session-news.js";

/** IB tells some days ahead, and an exchange may decree an early close for today. */
const READ_EVERY = HOUR;
/** How soon it is tried again where they could not be read. */
const RETRY_AFTER = 5 * MINUTE;

export interface HoursWatchParts {
  readonly hours: MarketHours;
  readonly news: SessionNews;
  /** Of each instrument, as it was found at the start. */
  readonly details: readonly ContractDetails[];
  readonly now: () => Instant;
  /** Whom to ask; undefined where nobody can be asked now. */
  readonly asks: () => Asks | undefined;
  /** Goes by them from now on. */
  readonly apply: (changes: readonly ChangedHours[]) => void;
}

/** Holds a session's calendars against the hours that IB tells, again and again, and tells of every difference once. */
export class HoursWatch {
  /** When they are to be read again; Infinity while they are. */
  due: Instant = Infinity;
  private readonly parts: HoursWatchParts;
  /** Of each instrument, what IB has said last that could be read. */
  private readonly hours: IbTradingTimes[] = [];
  private readonly told = new Set<string>();
  /** Places of instruments whose hours nobody has told, or nobody can read: each is told of once until they are read. */
  private readonly unanswered = new Set<number>();
  private readonly unreadable = new Set<number>();

  constructor(parts: HoursWatchParts) {
    this.parts = parts;
  }

  /**
   * Takes in what the contracts said at the start.
   * @throws IbError IB_ZONE_UNKNOWN, IB_HOURS_UNREADABLE: nothing is traded by hours that may be wrong
   */
  start(): void {
    this.hours.push(...this.parts.details.map((one) => contractHours(one, findZone)));
    this.follow();
    this.due = this.parts.now() + READ_EVERY;
  }

  onDue(): void {
    const asks = this.parts.asks();
    if (asks !== undefined) void this.read(asks);
    // After a reconnect they are read in any case.
    else this.due = this.parts.now() + RETRY_AFTER;
  }

  /** Reads the hours of every contract and goes by them. What cannot be read of one leaves those that it had last. */
  async read(asks: Asks): Promise<void> {
    const { details, news, now } = this.parts;
    this.due = Infinity;
    const answers = await Promise.allSettled(details.map((one) => hoursNow(asks, one)));
    const failures: Failure[] = [];
    for (const [i, answer] of answers.entries()) {
      if (answer.status === "rejected") {
        failures.push({ place: i, error: answer.reason });
        continue;
      }
      if (answer.value !== undefined) this.hours[i] = answer.value;
      this.unanswered.delete(i);
      this.unreadable.delete(i);
    }
    this.due = now() + (failures.length > 0 ? RETRY_AFTER : READ_EVERY);
    this.tellFailures(failures);
    try {
      this.follow();
    } catch (error) {
      news.note("hours", `the session could not go by the trading hours: ${reasonOf(error)}`, undefined, "error");
    }
  }

  private follow(): void {
    const { hours, apply } = this.parts;
    const { changes, differences } = hours.compare(this.hours);
    if (changes.length > 0) apply(changes);
    this.tell(differences);
  }

  /** That nobody answers is no news for long; what cannot be read somebody has to look at. */
  private tellFailures(failures: readonly Failure[]): void {
    const { news } = this.parts;
    const isUnreadable = ({ error }: Failure): boolean => error instanceof IbError;
    const unreadable = this.newOf(failures.filter(isUnreadable), this.unreadable);
    if (unreadable !== undefined) news.alert("HOURS_UNREAD", { reason: unreadable });
    const unanswered = this.newOf(
      failures.filter((one) => !isUnreadable(one)),
      this.unanswered,
    );
    if (unanswered === undefined) return;
    news.note("hours", `the trading hours could not be read again: ${unanswered}`, undefined, "warn");
  }

  /** Those that have not been told of, with the reason of the first; undefined where there are none. */
  private newOf(failures: readonly Failure[], told: Set<number>): string | undefined {
    const fresh = failures.filter(({ place }) => !told.has(place));
    if (fresh.length === 0) return undefined;
    for (const { place } of fresh) told.add(place);
    const names = fresh.map(({ place }) => nameOf(this.parts.details[place]));
    return `${names.join(", ")}: ${reasonOf(fresh[0].error).replace(/\.$/, "")}`;
  }

  /** Each difference once, together for those that have the same. */
  private tell(differences: readonly InstrumentDifference[]): void {
    const symbols = new Map<string, string[]>();
    for (const { instrument, difference, clock } of differences) {
      const { calendar, ib } = differenceInWords(difference, clock);
      const key = JSON.stringify({ date: isoDate(difference.date), calendar, ib });
      const own = `${instrument.symbol} ${key}`;
      if (this.told.has(own)) continue;
      this.told.add(own);
      symbols.set(key, [...(symbols.get(key) ?? []), instrument.symbol]);
    }
    for (const [key, names] of symbols) {
      this.parts.news.alert("HOURS_DIFFER", {
        symbol: names.join(", "),
        ...(JSON.parse(key) as Record<string, string>),
      });
    }
  }
}

/** Why the hours of the instrument at a place are not known anew. */
interface Failure {
  readonly place: number;
  readonly error: unknown;
}

/** What IB says of a contract now; undefined of one that it does not find any more. */
async function hoursNow(asks: Asks, { conId, exchange, symbol }: ContractDetails): Promise<IbTradingTimes | undefined> {
  const found = await asks.ask(contractsLike(symbol, { conId, exchange }));
  const details = found.find((one) => one.conId === conId);
  return details && contractHours(details, findZone);
}

function nameOf({ localSymbol, symbol }: ContractDetails): string {
  return localSymbol || symbol;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
