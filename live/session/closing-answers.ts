import { openAfter } from "../../core/calendar/session-time.js";
import { DUST } from "../../core/dust.js";
import type { Instrument } from "../../core/market/instrument.js";
import { increasing } from "../../core/orders/kept-exits.js";
import { LIQUIDATION } from "../../core/orders/order-book.js";
import { othersInWords, rowInWords } from "../broker/order-in-words.js";
import { ordersInWords, type Untraded, untradedInWords, untradedOf } from "../broker/untraded.js";
import { isMadeElsewhere } from "../ledger/made-elsewhere.js";
import { oppositeInWords, oppositeUnits } from "../ledger/opposite-units.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { unitsCell } from "../screen/cells.js";
import { ALL_CLOSED } from "../session-control.js";
import type { Session } from "./session.js";

/** What a command that closes or cancels has come to, and what of it is still to come: in sentences for an operator. */
export class ClosingAnswers {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /**
   * Instruments that were to be closed by force, of which not all is with the broker that closes them, and those of a
   * session that closes down of which an order works that could open something.
   */
  unfinished(): Instrument[] {
    const { broker, setup } = this.session.parts;
    return setup.instruments.filter(
      ({ index }) => broker.closingOf(index) === "waits" || broker.mayFillLate(index) || this.mayOpen(index),
    );
  }

  /** Whether something of a closing may still come about by itself, so that it is worth to wait for it. */
  get isUnderWay(): boolean {
    const { broker, engine } = this.session.parts;
    if (!broker.isConnected) return false;
    const isFilling = ({ index }: Instrument): boolean =>
      broker.closingOf(index) === "works" && engine.market.sessions[index].isOpenAt(this.session.now);
    return this.held().some(isFilling) || this.unfinished().some(({ index }) => !this.waitsForOthers(index));
  }

  /** What stays at the broker behind a session that ends and closes nothing. */
  kept(): string {
    const { setup, engine } = this.session.parts;
    const opening = setup.instruments.flatMap(({ index, symbol }) =>
      this.opening(index).map((row) => rowInWords(engine.book, row, symbol)),
    );
    const stays = "The session ends; positions and their exits stay";
    if (opening.length === 0) return `${stays}.`;
    return `${stays}, and so does what may still open a position: ${opening.join(", ")}. Cancel in TWS what is not to fill until its next start.`;
  }

  /** What a kill switch leaves: it cancels no order that this run does not trade, or that another client has made. */
  staying(): string {
    const untraded = this.untradedLeft().flatMap((one) => one.orders);
    const stays = ["Positions and their exits stay"];
    if (untraded.length > 0) stays.push(`orders in what this run does not trade: ${ordersInWords(untraded)}`);
    const others = this.openingOfOthers().filter((record) => !untraded.includes(record));
    if (others.length > 0)
      stays.push(`orders that only the client that made them can cancel: ${ordersInWords(others)}`);
    return `${stays.join(", and so do ")}.`;
  }

  /**
   * What has come of closing everything, with what the session has of instruments that this run cannot close.
   * @param from the first row of the book that was made behind that, where the strategy goes on; Infinity where it does not
   */
  flatness(from = Infinity): string {
    const { ledger } = this.session.parts;
    const untraded = this.untradedLeft().map((one) => untradedInWords(ledger, one));
    return [this.stillOpen(from), ...untraded].filter((text) => text !== "").join(" ") || ALL_CLOSED;
  }

  /** The same of what this run trades; "" where all of it is closed. */
  stillOpen(from = Infinity): string {
    const { setup } = this.session.parts;
    const unfinished = this.unfinished();
    const held = this.held();
    return setup.instruments
      .flatMap((one) => [
        ...(held.includes(one) ? this.openPosition(one, from) : []),
        unfinished.includes(one) && !held.includes(one) ? this.beingCancelled(one) : "",
        this.workingOn(one),
      ])
      .filter((text) => text !== "")
      .join(" ");
  }

  private held(): Instrument[] {
    const { engine, setup } = this.session.parts;
    return setup.instruments.filter(({ index }) => engine.portfolio.quantity[index] !== 0);
  }

  /** Whether an order of a session that closes down could open something. */
  private mayOpen(instrument: number): boolean {
    return this.session.parts.engine.guards.isClosing && this.opening(instrument).length > 0;
  }

  private opening(instrument: number): number[] {
    const { book, working, portfolio } = this.session.parts.engine;
    return increasing(book, working.of(instrument), portfolio.quantity[instrument]);
  }

  /** Whether nothing stands between an instrument and its being closed but orders that only other clients can cancel. */
  private waitsForOthers(instrument: number): boolean {
    const { broker } = this.session.parts;
    if (broker.mayFillLate(instrument)) return false;
    const isWaiting = broker.closingOf(instrument) === "waits";
    const awaited = isWaiting ? broker.awaitedOf(instrument) : [];
    if (isWaiting && awaited.length === 0) return false;
    const others = new Set(this.othersOf(instrument));
    const opening = this.mayOpen(instrument) ? this.opening(instrument) : [];
    return awaited.every((record) => others.has(record)) && opening.every((row) => this.isOfOthers(row, others));
  }

  private isOfOthers(row: number, others: ReadonlySet<OrderRecord>): boolean {
    return [...others].some((record) => record.row === row);
  }

  /** Orders of an instrument that may still fill, and that nobody but the client that made them can cancel. */
  private othersOf(instrument: number): OrderRecord[] {
    const { ledger, setup } = this.session.parts;
    const { symbol } = setup.instruments[instrument];
    return ledger.open.filter(
      (record) =>
        record.intent.symbol === symbol &&
        isMadeElsewhere(ledger, record) &&
        (record.end === undefined || record.isUndead),
    );
  }

  /** Orders of the session that another client has made and that may open a position. */
  private openingOfOthers(): OrderRecord[] {
    const { ledger } = this.session.parts;
    return ledger.open.filter((record) => {
      const held = ledger.holdings.get(record.intent.symbol)?.quantity ?? 0;
      const closes = record.intent.side * held < 0 && record.remaining <= Math.abs(held) + DUST;
      return isMadeElsewhere(ledger, record) && !closes;
    });
  }

  private untradedLeft(): Untraded[] {
    const { ledger, setup } = this.session.parts;
    return untradedOf(ledger, setup.instruments);
  }

  private beingCancelled({ index, symbol }: Instrument): string {
    if (this.waitsForOthers(index)) return "";
    return `Nothing is held of ${symbol}, but orders of it that are being cancelled may still fill.`;
  }

  /** Orders that were to be cancelled and are not, for only another client can; "" where there are none. */
  private workingOn({ index, symbol }: Instrument): string {
    const { broker, engine } = this.session.parts;
    const awaited = broker.awaitedOf(index);
    const others = this.othersOf(index).filter((record) => !awaited.includes(record));
    if (others.length === 0) return "";
    const nothing = engine.portfolio.quantity[index] === 0 ? `Nothing is held of ${symbol}, but ` : "Beside them ";
    const [it, what] = others.length === 1 ? ["it", "it fills"] : ["them", "they fill"];
    const then = engine.guards.opensNothing
      ? `: what ${what} until then is closed`
      : `, and flatten again where ${others.length === 1 ? "it has" : "they have"} filled`;
    return `${nothing}${othersInWords(others)}, may still fill.${this.inTws(` Cancel ${it} in TWS${then}.`)}`;
  }

  /** What is held of an instrument that was to be closed, and why: what was not closed, and what was opened behind that. */
  private openPosition(one: Instrument, from: number): string[] {
    const { index, symbol } = one;
    const anew = this.heldAnew(index, from);
    const before = this.session.parts.engine.portfolio.quantity[index] - anew;
    if (anew === 0) return [this.leftOpen(one, before)];
    const units = `${unitsCell(anew)} ${symbol} are held by orders that were made since`;
    if (Math.abs(before) > DUST) return [this.leftOpen(one, before), `Beside them ${units}.`];
    const then = "The strategy goes on: `seatrial kill --flatten` closes them and keeps it from opening anything";
    return [`What was held of ${symbol} is closed, and ${units}. ${then}.`];
  }

  /** Signed units of what is held of an instrument that orders have opened from a row on, but for those that close by force. */
  private heldAnew(instrument: number, from: number): number {
    const { broker, engine } = this.session.parts;
    const { book, portfolio } = engine;
    let units = 0;
    for (let row = from; row < book.length; row++) {
      // What came by no order has a row of its own, and was never sent.
      const isOrder = broker.refOf(row) !== "" && (book.flags[row] & LIQUIDATION) === 0;
      if (isOrder && book.instrument[row] === instrument) units += book.side[row] * book.filled[row];
    }
    const held = portfolio.quantity[instrument];
    const anew = Math.sign(held) * Math.max(0, Math.min(Math.abs(held), Math.sign(held) * units));
    return Math.abs(anew) <= DUST ? 0 : anew;
  }

  /** So many signed units are still held of an instrument that were to be closed, and why. */
  private leftOpen({ index, symbol }: Instrument, units: number): string {
    const { engine, ledger, broker } = this.session.parts;
    const what = `${unitsCell(units)} ${symbol}`;
    const closing = broker.closingOf(index);
    if (closing === undefined && broker.mayFillLate(index) && ledger.blockOf(symbol) === undefined) {
      return `${what} are still held: their closing order leaves when the cancels of the others are confirmed.`;
    }
    if (closing === undefined) {
      const opposite = oppositeUnits(ledger, symbol);
      const ended = opposite > 0 ? oppositeInWords(opposite) : "its closing order has ended";
      const why = ledger.blockOf(symbol)?.detail ?? ended;
      return `${what} are still held, and nothing closes them: ${why}.`;
    }
    if (!broker.isConnected) {
      return `${what} are still held: there is no connection, and their closing order leaves when it is back.${this.inTws(" Close them in TWS if that cannot wait.")}`;
    }
    if (closing === "waits")
      return `${what} are still held: their closing order was not sent, for ${this.waitsFor(index)}.`;
    const sessions = engine.market.sessions[index];
    const opens = sessions.isOpenAt(this.session.now) ? Infinity : openAfter(sessions, this.session.now);
    const until = opens < Infinity ? `, whose market opens at ${new Date(opens).toISOString().slice(0, 16)}Z` : "";
    return `${what} are still held: the order to close them works and has not filled${until}.`;
  }

  /** What can be done by hand, where there is a TWS to do it in. */
  private inTws(advice: string): string {
    return this.session.parts.setup.mode === "simulated" ? "" : advice;
  }

  private waitsFor(instrument: number): string {
    const awaited = this.session.parts.broker.awaitedOf(instrument);
    const others = this.othersOf(instrument).filter((record) => awaited.includes(record));
    const own = "it waits until the cancels of their exits are confirmed";
    if (others.length === 0) return own;
    const [it, has] = others.length === 1 ? ["it", "it has"] : ["them", "they have"];
    const until = `${othersInWords(others)}, may close them${this.inTws(`. Cancel ${it} in TWS`)}: when ${has} ended, what is held then is closed`;
    return others.length === awaited.length ? until : `${own}, and ${until}`;
  }
}
