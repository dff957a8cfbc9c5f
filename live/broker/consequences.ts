import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { FILLED, isWorking } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { Outcome } from "../ledger/outcome.js";
import type { AdoptedOrders } from "./adopted-orders.js";
import type { EngineTeller } from "./engine-teller.js";
import type { ExitSizes } from "./exit-sizes.js";
import type { ForcedClosing } from "./forced-closing.js";
import type { NothingOpens } from "./nothing-opens.js";
import type { RefusedCancels } from "./refused-cancels.js";
import type { UndeadOrders } from "./undead-orders.js";
import type { UnprotectedEntries } from "./unprotected-entries.js";
import type { UnsentSiblings } from "./unsent-siblings.js";

export interface ConsequencesParts {
  readonly account: BrokerAccount;
  readonly ledger: Ledger;
  readonly teller: EngineTeller;
  readonly forced: ForcedClosing;
  readonly exits: ExitSizes;
  readonly unsent: UnsentSiblings;
  readonly unprotected: UnprotectedEntries;
  readonly refused: RefusedCancels;
  readonly undead: UndeadOrders;
  readonly nothingOpens: NothingOpens;
  readonly adopted: AdoptedOrders;
  /** Does something behind all that is being told. */
  readonly afterwards: (act: () => void) => void;
}

/** Tells the engine what has become of an order, and does what follows from it for others. */
export class Consequences {
  private readonly parts: ConsequencesParts;
  /** Units that orders have filled, by what was told since their exits followed, that had ended in an earlier part of the run. */
  private readonly elsewhere = new Map<OrderRecord, number>();

  constructor(parts: ConsequencesParts) {
    this.parts = parts;
  }

  tell(outcome: Outcome): void {
    const { account, teller, forced, exits, unprotected, refused, adopted } = this.parts;
    // What else is new of it needs its row.
    if (outcome.kind === "adopted") adopted.join(outcome.record);
    const { book } = account;
    const row = "record" in outcome ? outcome.record.row : -1;
    const size = row >= 0 ? book.quantity[row] : Number.NaN;
    const hadEnded = row >= 0 && book.status[row] !== FILLED && !isWorking(book.status[row]);
    teller.tell(outcome);
    forced.hear(outcome);
    switch (outcome.kind) {
      case "filled":
      case "busted":
        this.filled(outcome.record, outcome.kind === "filled" ? outcome.quantity : -outcome.quantity, size, hadEnded);
        break;
      case "terms":
        if (outcome.isBack) this.changedBack(outcome.record, size, outcome.denial?.code === "UNSENT");
        else {
          exits.resizedByBroker(outcome.record);
          this.shrunk(outcome.record, size);
        }
        break;
      case "cut":
        this.shrunk(outcome.record, size);
        break;
      case "cancelled":
      case "expired":
      case "rejected":
        exits.fit(outcome.record);
        refused.ended(outcome.record);
        unprotected.ended(outcome.record);
        if (outcome.kind === "rejected") unprotected.rejected(outcome.record, outcome.denial);
        else if (outcome.kind === "cancelled") unprotected.cancelled(outcome.record);
        break;
      case "accepted":
        exits.accepted(outcome.record);
        unprotected.stands(outcome.record);
        break;
      case "adopted":
        this.keepClosed(outcome.record);
        break;
      case "revived":
        exits.accepted(outcome.record);
        this.leaveToOthers(outcome.record);
        unprotected.revived(outcome.record);
        this.keepClosed(outcome.record);
        break;
    }
  }

  /** An exit works again: what others close by now is not left to it, once its entry can fill no more. */
  leaveToOthers(record: OrderRecord): void {
    const { exits, ledger, undead } = this.parts;
    const entry = ledger.record(record.intent.parent);
    if (entry?.isOpen === false) exits.leave(record, undead.unitsLeftTo(record.intent));
  }

  /** Something that bears on an order has changed: while nothing may be opened, what could is cancelled. */
  keepClosed({ row }: OrderRecord): void {
    const { account, nothingOpens, afterwards } = this.parts;
    if (row >= 0 && nothingOpens.changed(account.book.instrument[row])) afterwards(() => nothingOpens.enforce());
  }

  /**
   * What follows for other orders when one has filled so many units, below zero of those that are taken back.
   * @param hadEnded whether it had ended before, and not by being filled: its exits were cut to what it had filled then
   */
  private filled(record: OrderRecord, units: number, sizeBefore: number, hadEnded: boolean): void {
    const { row } = record;
    const { account, exits, unsent, unprotected } = this.parts;
    if (units > 0) unprotected.filled(record);
    else unprotected.takenBack(record);
    if (row < 0) {
      this.filledElsewhere(record, units);
      return;
    }
    unsent.filled(row, units);
    const { quantity, filled, status } = account.book;
    if (hadEnded) exits.follow(record, filled[row] - units, filled[row]);
    else if (quantity[row] > sizeBefore) exits.follow(record, sizeBefore, quantity[row]);
    if (status[row] === FILLED || (hadEnded && units < 0)) exits.fit(record);
    if (units > 0) exits.exitFilled(record);
    this.keepClosed(record);
  }

  /**
   * The same of an order that has ended in an earlier part of the run: its exits may be of this one. They follow when all of
   * it is told, for the order has no row that would say what it had filled in between.
   */
  filledElsewhere(record: OrderRecord, units: number): void {
    this.elsewhere.set(record, (this.elsewhere.get(record) ?? 0) + units);
    if (units > 0) this.parts.exits.exitFilled(record);
  }

  /** Has exits follow what was told of orders of an earlier part of the run. Called when all that is known is told. */
  followElsewhere(): void {
    for (const [record, units] of this.elsewhere) {
      const { filled, splitSince } = record;
      this.parts.exits.follow(record, (filled - units) * splitSince, filled * splitSince);
    }
    this.elsewhere.clear();
  }

  /** Others of its group have taken units off an order, or the broker has: its exits close no more than it can open now. */
  private shrunk(record: OrderRecord, sizeBefore: number): void {
    const { account, exits } = this.parts;
    const { row } = record;
    const size = row < 0 ? Number.NaN : account.book.quantity[row];
    if (size < sizeBefore - DUST) exits.follow(record, sizeBefore, size);
  }

  /** A change has failed: exits that have followed it already follow it back. */
  private changedBack(record: OrderRecord, sizeBefore: number, isUnsent: boolean): void {
    const { row } = record;
    if (row < 0) return;
    const { account, exits } = this.parts;
    const { quantity } = account.book;
    if (quantity[row] !== sizeBefore) exits.follow(record, sizeBefore, quantity[row]);
    // What was to cut an exit was refused: it is too large as it was. What has not left is asked for when it can leave.
    if (!isUnsent) exits.resizedByBroker(record);
  }
}
