import type { BrokerAccount } from "../../core/broker.js";
import { DUST } from "../../core/dust.js";
import { FILLED } from "../../core/orders/kinds.js";
import type { Ledger } from "../ledger/ledger.js";

/**
 * Orders of a group that have not left yet, held until their market opens or waiting for the end of others: the broker
 * knows nothing of them, so what others of the group fill is taken off them here, as it takes it off those that it has.
 */
export class UnsentSiblings {
  private readonly account: BrokerAccount;
  private readonly isUnsent: (row: number) => boolean;
  private readonly end: (row: number) => void;

  /** @param end cancels an order that has not left */
  constructor(account: BrokerAccount, isUnsent: (row: number) => boolean, end: (row: number) => void) {
    this.account = account;
    this.isUnsent = isUnsent;
    this.end = end;
  }

  /** An order has filled so many units, below zero of those that are taken back. Told when the book has them. */
  filled(order: number, units: number): void {
    const { book, working } = this.account;
    const group = book.group[order];
    if (group < 0) return;
    const isDone = book.status[order] === FILLED && units > 0;
    for (let i = 0; i < working.lists.length; i++) {
      for (const sibling of working.lists[i].slice(0, working.count[i])) {
        if (sibling === order || book.group[sibling] !== group || !this.isUnsent(sibling)) continue;
        const rest = book.quantity[sibling] - units;
        if (isDone || rest <= DUST) this.end(sibling);
        else book.quantity[sibling] = rest;
      }
    }
  }
}

/** Units that the orders of a group have filled. */
export function filledOfGroup(ledger: Ledger, group: string): number {
  return ledger.group(group).reduce((sum, { filled }) => sum + filled, 0);
}

/** Whether one of a group has filled whole: the others are cancelled with that. */
export function isGroupDone(ledger: Ledger, group: string): boolean {
  return ledger.group(group).some(({ filled, remaining }) => filled > DUST && remaining <= DUST);
}
