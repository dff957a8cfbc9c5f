import { openAfter } from "../../core/calendar/session-time.js";
import type { Instant } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { increasing } from "../../core/orders/kept-exits.js";
import { rowInWords } from "../broker/order-in-words.js";
import { ordersInWords, type Untraded, untradedInWords, untradedOf } from "../broker/untraded.js";
import { LiveError } from "../errors.js";
import { oppositeInWords, oppositeUnits } from "../ledger/opposite-units.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { adoptOrder, adoptPosition, foreignOrder, nameDifference, settle } from "../reconcile/operator.js";
import { unitsCell } from "../screen/cells.js";
import {
  type AdoptRequest,
  ALL_CLOSED,
  BOOKS_AGREE,
  type KillRequest,
  type NameRequest,
  type SessionControl,
  type SettleRequest,
  type StopRequest,
} from "../session-control.js";
import type { SessionView } from "../session-view.js";
import type { Session } from "./session.js";
import type { SessionViewer } from "./session-viewer.js";

/** Milliseconds of the machine that a flattening is given before it is told how far it has come. */
const FLATTEN_WAIT = 30_000;
const LOOK_EVERY = 50;
/** Milliseconds of the machine that a closing by force waits for what the account holds. */
const READ_WAIT = 5_000;

/** A running session as its operator holds it. */
export class SessionOperator implements SessionControl {
  private readonly session: Session;
  private readonly viewer: SessionViewer;
  /** Ends the process's session; called behind the answer. */
  private readonly onStopped: () => void;
  private readonly flattenWait: number;

  /** @param flattenWait milliseconds of the machine that a flattening is given */
  constructor(session: Session, viewer: SessionViewer, onStopped: () => void, flattenWait = FLATTEN_WAIT) {
    this.session = session;
    this.viewer = viewer;
    this.onStopped = onStopped;
    this.flattenWait = flattenWait;
  }

  view(): SessionView {
    return this.viewer.view();
  }

  async kill({ reason: asked, flatten }: KillRequest): Promise<string> {
    const reason = flatten ? await this.killAndFlatten(asked) : this.session.kill(asked, false);
    // One that was asked to close positions goes on with it.
    const isClosing = flatten || this.session.hasFlattened;
    return `The kill switch is on: ${reason}. ${isClosing ? this.flatness() : this.staying()}`;
  }

  /** The switch is on at once; what closes waits until it is known what there is to close. */
  private async killAndFlatten(asked: string): Promise<string> {
    let reason: string | undefined;
    let failure: unknown;
    try {
      reason = this.session.kill(asked, false);
    } catch (error) {
      // It is on for this session, and a disk that is full keeps nothing from being closed.
      failure = error;
    }
    await this.readAccount();
    const again = this.session.kill(asked, true);
    await this.whenFlat();
    if (failure !== undefined) throw failure;
    return reason ?? again;
  }

  async releaseKill(): Promise<string> {
    return this.session.releaseKill() ? "The kill switch is off." : "The kill switch was not on.";
  }

  async flatten(): Promise<string> {
    await this.readAccount();
    this.session.flatten("flatten");
    await this.whenFlat();
    return this.flatness();
  }

  async adopt(asked: AdoptRequest): Promise<string> {
    const { engine } = this.session.parts;
    return this.noted((now) => {
      const { ledger } = this.session.parts;
      if ("ref" in asked) {
        this.expectTraded(asked.ref);
        return adoptOrder(ledger, asked.ref, now);
      }
      const { symbol } = asked;
      const { conId, index } = this.traded(symbol);
      return adoptPosition(ledger, symbol, conId, engine.portfolio.mark[index], now);
    });
  }

  async reconcile(): Promise<string> {
    const report = await this.session.reconcile();
    if (report.differences.length === 0 && report.lost.length === 0) {
      if (!report.isFull) return "The broker has not told everything; it is asked again.";
      return this.uncompared(report.isSettled) ?? BOOKS_AGREE;
    }
    return this.viewer.view().reconciliation?.differences.join(" ") ?? "";
  }

  /** What no look could compare, such as a position that changed while it was read; undefined for nothing. */
  private uncompared(isSettled: boolean): string | undefined {
    const { ledger, setup } = this.session.parts;
    const blocks = setup.instruments.flatMap(({ symbol }) => {
      const block = ledger.blockOf(symbol);
      return block === undefined ? [] : [`Orders of ${symbol} that increase are not sent: ${block.detail}.`];
    });
    if (blocks.length > 0) return blocks.join(" ");
    return isSettled ? undefined : "Not all could be compared, for it changed meanwhile; it is looked at again.";
  }

  async settle(asked: SettleRequest): Promise<string> {
    const { ledger } = this.session.parts;
    const record = ledger.byRef(asked.ref);
    if (record === undefined) throw new LiveError("SETTLE_UNKNOWN", { intent: asked.ref });
    const settlement =
      asked.as === "gone"
        ? ({ as: "dead" } as const)
        : ({ as: "filled", quantity: asked.quantity, price: asked.price } as const);
    return this.noted((now) => settle(ledger, record.intent.id, settlement, now));
  }

  async nameDifference({ symbol, quantity, as }: NameRequest): Promise<string> {
    const { ledger, engine } = this.session.parts;
    const { conId, index } = this.traded(symbol);
    const price = engine.portfolio.mark[index];
    return this.noted((now) => nameDifference(ledger, { symbol, conId, quantity, name: as, price, note: "" }, now));
  }

  async stop({ flatten }: StopRequest): Promise<string> {
    if (flatten) {
      await this.readAccount();
      this.session.closeDown();
      await this.whenFlat();
    }
    // With nobody there that would send it, a position would stay whose exits are cancelled; one that nobody attends
    // would come of an order that still opens something.
    if (flatten && this.unfinished().length > 0) {
      throw new LiveError("STOP_UNFINISHED", { what: this.stillOpen().replace(/\.$/, "") });
    }
    // The answer leaves before the session does.
    setImmediate(this.onStopped);
    if (flatten) {
      const answer = this.flatness();
      return answer === ALL_CLOSED ? answer : `The session ends. ${answer}`;
    }
    const { engine } = this.session.parts;
    // Exits of what it was closing are cancelled: they do not stay.
    const isClosing = engine.guards.isClosing || this.session.hasFlattened || this.unfinished().length > 0;
    return isClosing ? `The session ends. ${this.flatness()}` : this.kept();
  }

  /** What stays at the broker behind a session that ends and closes nothing. */
  private kept(): string {
    const { setup, engine } = this.session.parts;
    const opening = setup.instruments.flatMap(({ index, symbol }) =>
      this.opening(index).map((row) => rowInWords(engine.book, row, symbol)),
    );
    const stays = "The session ends; positions and their exits stay";
    if (opening.length === 0) return `${stays}.`;
    return `${stays}, and so does what may still open a position: ${opening.join(", ")}. Cancel in TWS what is not to fill until its next start.`;
  }

  /**
   * Something that the operator knows, written into the ledger and told to the engine. What is refused has changed
   * nothing: it is thrown behind the call of the engine, which has not failed and is not recorded so.
   */
  private noted(note: (now: Instant) => string): string {
    const done = this.session.act((): string | LiveError => {
      try {
        const { now } = this.session;
        let answer = "";
        const cut = this.session.parts.broker.tellNoted(now, () => {
          answer = note(now);
        });
        return cut.length === 0 ? answer : `${answer} Of its orders: ${cut.join("; ")}.`;
      } catch (error) {
        if (error instanceof LiveError) return error;
        throw error;
      }
    });
    if (done instanceof LiveError) throw done;
    return done;
  }

  private traded(symbol: string): { conId: number; index: number } {
    const { setup, conIds } = this.session.parts;
    const instrument = setup.instruments.find((one) => one.symbol === symbol);
    if (instrument === undefined) throw this.untraded(symbol);
    return { conId: conIds[instrument.index], index: instrument.index };
  }

  /** An order that the run does not trade would be in no view and no strategy's hands. */
  private expectTraded(ref: string): void {
    const { ledger, conIds } = this.session.parts;
    const order = foreignOrder(ledger, ref);
    if (order === undefined || conIds.includes(order.conId)) return;
    throw new LiveError("ADOPT_UNTRADED", { what: `Order ${ref}`, symbol: order.symbol });
  }

  /** Why nothing can be noted of a symbol that is none of this run. */
  private untraded(symbol: string): LiveError {
    const { ledger } = this.session.parts;
    const held = [...ledger.foreign].find(([conId, quantity]) => quantity !== 0 && ledger.nameOf(conId) === symbol);
    if (held === undefined) return new LiveError("ADOPT_UNKNOWN", { what: symbol });
    return new LiveError("ADOPT_UNTRADED", { what: `A position of ${unitsCell(held[1])}`, symbol });
  }

  /**
   * Until nothing is held any more, nothing can come of waiting, or nobody can wait any longer. What has to be heard of
   * before a closing order can be sent comes while the market is closed, too.
   */
  private async whenFlat(): Promise<void> {
    const { parts } = this.session;
    const until = performance.now() + this.flattenWait;
    const isWorthIt = (): boolean =>
      parts.broker.isConnected &&
      (this.unfinished().length > 0 ||
        this.held().some(
          ({ index }) =>
            parts.broker.closingOf(index) !== undefined &&
            parts.engine.market.sessions[index].isOpenAt(this.session.now),
        ));
    while (performance.now() < until && this.session.state === "running" && isWorthIt()) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  }

  /**
   * Reads in front of a closing by force what the account holds: what somebody has closed by hand is told to nobody, and
   * closing it once more would open the opposite. Where it cannot be read in time the session closes what it knows of.
   */
  private async readAccount(): Promise<void> {
    if (!this.session.parts.broker.isConnected) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, READ_WAIT);
    });
    // What fails it the session has told itself, or tells with its next look.
    const read = this.session.reconcile().then(
      () => undefined,
      () => undefined,
    );
    await Promise.race([read, late]);
    clearTimeout(timer);
  }

  private held(): Instrument[] {
    const { engine, setup } = this.session.parts;
    return setup.instruments.filter(({ index }) => engine.portfolio.quantity[index] !== 0);
  }

  /**
   * Instruments that were to be closed by force, of which not all is with the broker that closes them, and those of a
   * session that closes down of which an order works that could open something.
   */
  private unfinished(): Instrument[] {
    const { broker, setup, engine } = this.session.parts;
    return setup.instruments.filter(
      ({ index }) =>
        broker.closingOf(index) === "waits" ||
        broker.mayFillLate(index) ||
        (engine.guards.isClosing && this.mayOpen(index)),
    );
  }

  private mayOpen(instrument: number): boolean {
    return this.opening(instrument).length > 0;
  }

  private opening(instrument: number): number[] {
    const { book, working, portfolio } = this.session.parts.engine;
    return increasing(book, working.of(instrument), portfolio.quantity[instrument]);
  }

  /** What a kill switch leaves: it cancels no order that this run does not trade, or that another client has made. */
  private staying(): string {
    const untraded = this.untradedLeft().flatMap((one) => one.orders);
    const stays = ["Positions and their exits stay"];
    if (untraded.length > 0) stays.push(`orders in what this run does not trade: ${ordersInWords(untraded)}`);
    const others = this.openingOfOthers().filter((record) => !untraded.includes(record));
    if (others.length > 0)
      stays.push(`orders that only the client that made them can cancel: ${ordersInWords(others)}`);
    return `${stays.join(", and so do ")}.`;
  }

  /** Orders of the session that another client has made and that may open a position. */
  private openingOfOthers(): OrderRecord[] {
    const { ledger } = this.session.parts;
    return ledger.open.filter(({ intent: { clientId, symbol, side } }) => {
      const held = ledger.holdings.get(symbol)?.quantity ?? 0;
      return clientId !== ledger.identity.clientId && side * held >= 0;
    });
  }

  private untradedLeft(): Untraded[] {
    const { ledger, setup } = this.session.parts;
    return untradedOf(ledger, setup.instruments);
  }

  /** What has come of closing everything, with what the session has of instruments that this run cannot close. */
  private flatness(): string {
    const { ledger } = this.session.parts;
    const untraded = this.untradedLeft().map((one) => untradedInWords(ledger, one));
    return [this.stillOpen(), ...untraded].filter((text) => text !== "").join(" ") || ALL_CLOSED;
  }

  /** The same of what this run trades; "" where all of it is closed. */
  private stillOpen(): string {
    const open = new Set([...this.held(), ...this.unfinished()]);
    return [...open].map((instrument) => this.openPosition(instrument)).join(" ");
  }

  /** What is still held of an instrument that was to be closed, and why. */
  private openPosition({ index, symbol }: Instrument): string {
    const { engine, ledger, broker } = this.session.parts;
    const what = `${unitsCell(engine.portfolio.quantity[index])} ${symbol}`;
    const closing = broker.closingOf(index);
    if (engine.portfolio.quantity[index] === 0) {
      return `Nothing is held of ${symbol}, but orders of it that are being cancelled may still fill.`;
    }
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
      return `${what} are still held: there is no connection, and their closing order leaves when it is back. Close them in TWS if that cannot wait.`;
    }
    if (closing === "waits") {
      return `${what} are still held: their closing order was not sent, for it waits until the cancels of their exits are confirmed.`;
    }
    const sessions = engine.market.sessions[index];
    const opens = sessions.isOpenAt(this.session.now) ? Infinity : openAfter(sessions, this.session.now);
    const until = opens < Infinity ? `, whose market opens at ${new Date(opens).toISOString().slice(0, 16)}Z` : "";
    return `${what} are still held: the order to close them works and has not filled${until}.`;
  }
}
