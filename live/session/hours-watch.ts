import { differenceInWords } from "../../brokers/ib/compare-hours.js";
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
  private readonly told = new Set<string>();
  private hasFailed = false;

  constructor(parts: HoursWatchParts) {
    this.parts = parts;
  }

  /**
   * Takes in what the contracts said at the start.
   * @throws IbError IB_ZONE_UNKNOWN, IB_HOURS_UNREADABLE: nothing is traded by hours that may be wrong
   */
  start(): void {
    this.take(this.parts.details);
  }

  onDue(): void {
    const asks = this.parts.asks();
    if (asks !== undefined) void this.read(asks);
    // After a reconnect they are read in any case.
    else this.due = this.parts.now() + RETRY_AFTER;
  }

  /** Reads the hours of every contract and goes by them. What cannot be read leaves those that are known. */
  async read(asks: Asks): Promise<void> {
    const { details, news, now } = this.parts;
    this.due = Infinity;
    try {
      this.take(await Promise.all(details.map((one) => detailsNow(asks, one))));
      this.hasFailed = false;
    } catch (error) {
      this.due = now() + RETRY_AFTER;
      if (this.hasFailed) return;
      this.hasFailed = true;
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof IbError) news.alert("HOURS_UNREAD", { reason: reason.replace(/\.$/, "") });
      else news.note("hours", `the trading hours could not be read again: ${reason}`, undefined, "warn");
    }
  }

  private take(details: readonly ContractDetails[]): void {
    const { hours, apply, now } = this.parts;
    const { changes, differences } = hours.compare(details.map((one) => contractHours(one, findZone)));
    this.due = now() + READ_EVERY;
    if (changes.length > 0) apply(changes);
    this.tell(differences);
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

/** What IB says of a contract now. One that it does not find any more stays as it was. */
async function detailsNow(asks: Asks, known: ContractDetails): Promise<ContractDetails> {
  const { conId, exchange, symbol } = known;
  const found = await asks.ask(contractsLike(symbol, { conId, exchange }));
  return found.find((one) => one.conId === conId) ?? known;
}
