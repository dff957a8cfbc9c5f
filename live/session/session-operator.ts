import type { Instant } from "../../core/market/bar-size.js";
import { orderInWords } from "../broker/order-in-words.js";
import { LiveError } from "../errors.js";
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
import { ClosingAnswers } from "./closing-answers.js";
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
  private readonly answers: ClosingAnswers;

  /** @param flattenWait milliseconds of the machine that a flattening is given */
  constructor(session: Session, viewer: SessionViewer, onStopped: () => void, flattenWait = FLATTEN_WAIT) {
    this.session = session;
    this.viewer = viewer;
    this.onStopped = onStopped;
    this.flattenWait = flattenWait;
    this.answers = new ClosingAnswers(session);
  }

  view(): SessionView {
    return this.viewer.view();
  }

  async kill({ reason: asked, flatten }: KillRequest): Promise<string> {
    const reason = flatten ? await this.killAndFlatten(asked) : this.session.kill(asked, false);
    // One that was asked to close positions goes on with it.
    const isClosing = flatten || this.session.hasFlattened;
    return `The kill switch is on: ${reason}. ${isClosing ? this.answers.flatness() : this.answers.staying()}`;
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
    const from = this.session.flatten("flatten");
    await this.whenFlat();
    return this.answers.flatness(from);
  }

  async adopt(asked: AdoptRequest): Promise<string> {
    const { engine, ledger } = this.session.parts;
    if ("ref" in asked && foreignOrder(ledger, asked.ref) !== undefined) {
      this.expectTraded(asked.ref);
      // What it has filled by now stays with others: heard of behind the adoption it would be the session's.
      await this.readAccount();
    }
    return this.noted((now) => {
      if ("ref" in asked) return adoptOrder(ledger, asked.ref, now);
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
    return this.noted((now) => settle(ledger, record.intent.id, settlement, now), orderInWords(record.intent));
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
    if (flatten && this.answers.unfinished().length > 0) {
      throw new LiveError("STOP_UNFINISHED", { what: this.answers.stillOpen().replace(/\.$/, "") });
    }
    // The answer leaves before the session does.
    setImmediate(this.onStopped);
    if (flatten) {
      const answer = this.answers.flatness();
      return answer === ALL_CLOSED ? answer : `The session ends. ${answer}`;
    }
    const { engine, setup } = this.session.parts;
    if (setup.mode === "simulated") return "The session ends; its simulated gateway, orders and positions end with it.";
    // Exits of what it was closing are cancelled: they do not stay.
    const isClosing = engine.guards.isClosing || this.session.hasFlattened || this.answers.unfinished().length > 0;
    return isClosing ? `The session ends. ${this.answers.flatness()}` : this.answers.kept();
  }

  /**
   * Something that the operator knows, written into the ledger and told to the engine. What is refused has changed
   * nothing: it is thrown behind the call of the engine, which has not failed and is not recorded so.
   * @param about the order of which the answer tells by itself what has become of it
   */
  private noted(note: (now: Instant) => string, about?: string): string {
    const done = this.session.act((): string | LiveError => {
      try {
        const { now } = this.session;
        let answer = "";
        const changed = this.session.parts.broker.tellNoted(now, () => {
          answer = note(now);
        });
        const own = about === undefined ? -1 : changed.findIndex((text) => text.startsWith(`${about} (`));
        const cut = changed.filter((_, i) => i !== own);
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
    const until = performance.now() + this.flattenWait;
    while (performance.now() < until && this.session.state === "running" && this.answers.isUnderWay) {
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
}
