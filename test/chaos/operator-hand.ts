import { SeatrialError } from "../../core/errors.js";
import { isExit } from "../../core/guards/guard.js";
import { ORDER_TYPES, PENDING_CANCEL } from "../../core/orders/kinds.js";
import { STOPS } from "../../live/broker/unprotected-entries.js";
import { isMadeElsewhere } from "../../live/ledger/made-elsewhere.js";
import { isExitOf, openedBy } from "../../live/ledger/units-held.js";
import type { Session } from "../../live/session/session.js";
import { SessionOperator } from "../../live/session/session-operator.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import type { OperatorWord } from "./misfortune.js";

const DUST = 1e-6;

/** What may close what is held on a side of an instrument. */
interface Cover {
  /** Units that stops close of what is there to close. */
  readonly stops: number;
  /** Units that orders of the strategy's own may close. */
  readonly closers: number;
  /** Units that exits of entries may close of what these hold. */
  readonly exits: number;
  /** Units that entries hold under exits and have no stop for. */
  readonly unstopped: number;
}

/** The operator of a session that runs: tells it what a story says, and looks what has become of its orders by that. */
export class OperatorHand {
  /** What did not hold, in sentences. */
  readonly broken: string[] = [];
  private readonly session: Session;
  private readonly operator: SessionOperator;
  private readonly note: (line: string) => void;
  private readonly cut: (ref: string, most: number) => void;

  /** @param cut hears how many units an order may have that a word has made smaller */
  constructor(session: Session, note: (line: string) => void, cut: (ref: string, most: number) => void) {
    this.session = session;
    this.note = note;
    this.cut = cut;
    this.operator = new SessionOperator(session, new SessionViewer(session, 0), () => undefined);
    const { broker } = session.parts;
    const tellNoted = broker.tellNoted.bind(broker);
    broker.tellNoted = (now, act) => this.watched(() => tellNoted(now, act));
  }

  async tell(word: OperatorWord): Promise<void> {
    const { symbol, as, looks } = word;
    try {
      if (looks) await this.operator.reconcile();
      this.note(`operator ${as} ${symbol}: ${await this.say(word)}`);
    } catch (error) {
      if (error instanceof SeatrialError) this.note(`operator ${as} ${symbol}: ${error.message}`);
      else this.broken.push(`the operator's word has thrown ${String(error)}`);
    }
  }

  async adoptOrder(ref: string, looks: boolean): Promise<void> {
    try {
      if (looks) await this.operator.reconcile();
      this.note(`operator adopts ${ref}: ${await this.operator.adopt({ ref })}`);
    } catch (error) {
      if (error instanceof SeatrialError) this.note(`operator adopts ${ref}: ${error.message}`);
      else this.broken.push(`the adoption of ${ref} has thrown ${String(error)}`);
    }
  }

  private say({ symbol, as }: OperatorWord): Promise<string> {
    if (as === "adopted") return this.operator.adopt({ symbol });
    const quantity = this.session.parts.ledger.unnamed(symbol);
    return this.operator.nameDifference({ symbol, quantity, as });
  }

  /**
   * No word takes stops off what it leaves, and none leaves more to close than is left. Whose units are gone nobody knows:
   * what is left may be of an entry that had no stop before.
   */
  private watched(act: () => string[]): string[] {
    const { engine, broker, setup } = this.session.parts;
    const { instruments } = setup;
    const { quantity } = engine.book;
    const sizes = instruments.flatMap(({ index }) => this.rows(index).map((row) => [row, quantity[row]] as const));
    const before = instruments.map(({ index }) => {
      const held = this.possible(index);
      const side = Math.sign(held);
      return { index, held, side, opening: this.opening(index, held), cover: this.cover(index, side, new Map()) };
    });
    const cut = act();
    for (const [row, size] of sizes) if (quantity[row] < size - DUST) this.cut(broker.refOf(row), quantity[row]);
    for (const { index, held, side, opening, cover } of before) {
      if (side === 0) continue;
      const { symbol } = instruments[index];
      const left = Math.max(0, side * this.possible(index));
      if (side * held - left <= DUST) continue;
      const now = this.cover(index, side, opening);
      const told = `of ${held} ${symbol} an operator has left ${left}`;
      if (now.stops < Math.min(cover.stops, left - cover.unstopped) - DUST)
        this.broken.push(`${told}, of which stops close ${now.stops}, and have closed ${cover.stops}`);
      if (now.closers > Math.max(0, left - now.exits) + DUST)
        this.broken.push(`${told}, exits close ${now.exits}, and orders beside them may close ${now.closers}`);
    }
    return cut;
  }

  /** Signed units that are the session's, or may be. */
  private possible(instrument: number): number {
    const { engine, ledger, setup } = this.session.parts;
    const own = engine.portfolio.quantity[instrument];
    const unnamed = ledger.unnamed(setup.instruments[instrument].symbol);
    return own * unnamed < 0 ? own : own + unnamed;
  }

  /** What orders would open beyond the position, by row. */
  private opening(instrument: number, held: number): ReadonlyMap<number, number> {
    const { book } = this.session.parts.engine;
    return new Map(this.rows(instrument).map((row) => [row, Math.max(0, book.remaining(row) - Math.abs(held))]));
  }

  private cover(instrument: number, side: number, opening: ReadonlyMap<number, number>): Cover {
    const { engine, ledger, broker } = this.session.parts;
    const { book } = engine;
    const rows = this.rows(instrument);
    const opened = new Set(rows.map((row) => book.parent[row]));
    const entries = new Map<string, { held: number; stops: number; closes: number }>();
    const groups = new Map<string, { stops: number; closes: number }>();
    for (const row of rows) {
      if (book.side[row] * side >= 0) continue;
      const isStop = STOPS.includes(ORDER_TYPES[book.type[row]]);
      const record = ledger.byRef(broker.refOf(row));
      // Only who has made it can cut it, and a person is told so.
      if (record !== undefined && isMadeElsewhere(ledger, record)) continue;
      const parent = record === undefined ? undefined : ledger.record(record.intent.parent);
      if (record !== undefined && parent !== undefined && isExitOf(record, parent)) {
        const exited = ledger.records
          .filter((one) => isExitOf(one, parent))
          .reduce((sum, one) => sum + openedBy(one), 0);
        const held = Math.max(0, openedBy(parent) - exited);
        const entry = entries.get(parent.intent.ref) ?? { held, stops: 0, closes: 0 };
        entry.closes = Math.max(entry.closes, book.remaining(row));
        if (isStop) entry.stops += book.remaining(row);
        entries.set(parent.intent.ref, entry);
        continue;
      }
      if (isExit(book, row) || book.parent[row] >= 0 || opened.has(row)) continue;
      const key = book.group[row] < 0 ? `row ${row}` : `group ${book.group[row]}`;
      const group = groups.get(key) ?? { stops: 0, closes: 0 };
      const closes = Math.max(0, book.remaining(row) - (opening.get(row) ?? 0));
      group.closes = Math.max(group.closes, closes);
      if (isStop) group.stops = Math.max(group.stops, book.remaining(row));
      groups.set(key, group);
    }
    const sum = (units: readonly number[]): number => units.reduce((all, one) => all + one, 0);
    const [inExits, inGroups] = [[...entries.values()], [...groups.values()]];
    return {
      stops: sum([...inExits.map(({ held, stops }) => Math.min(held, stops)), ...inGroups.map(({ stops }) => stops)]),
      closers: sum(inGroups.map(({ closes }) => closes)),
      exits: sum(inExits.map(({ held, closes }) => Math.min(held, closes))),
      unstopped: sum(inExits.map(({ held, stops }) => Math.max(0, held - stops))),
    };
  }

  private rows(instrument: number): number[] {
    const { book, working } = this.session.parts.engine;
    return [...working.of(instrument)].filter((row) => book.status[row] !== PENDING_CANCEL);
  }
}
