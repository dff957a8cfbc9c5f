import { widerInts } from "./columns.js";
import type { ConnectionEvent } from "./connection-event.js";
import type { Denial } from "./orders/denial.js";

/** What a message is about. */
export const ORDER_CHANGED = 0;
export const ORDER_FILLED = 1;
export const ORDER_DENIED = 2;
export const CONNECTION_CHANGED = 3;

/** An order that a guard or the account stopped. */
export interface DeniedOrder {
  /** Its row in the book. */
  readonly order: number;
  readonly denial: Denial;
  readonly time: number;
}

/**
 * What a strategy has yet to hear: orders that changed, fills, denials, what became of the connection, in the order they
 * happened. It is emptied at
 * fixed points of an instant, so that handlers never run inside matching. Only kinds somebody listens to are kept.
 */
export class Inbox {
  length = 0;
  wantsOrders = false;
  wantsFills = false;
  wantsDenials = false;
  wantsConnection = false;
  /** Told of every denial at once, whether or not the strategy listens: for a session's display and record. */
  onDenied: ((denied: DeniedOrder) => void) | undefined = undefined;
  private kinds = new Int32Array(16);
  private rows = new Int32Array(16);
  private denials: DeniedOrder[] = [];
  private connections: ConnectionEvent[] = [];

  orderChanged(order: number): void {
    if (this.wantsOrders) this.add(ORDER_CHANGED, order);
  }

  filled(fill: number): void {
    if (this.wantsFills) this.add(ORDER_FILLED, fill);
  }

  denied(denial: DeniedOrder): void {
    this.onDenied?.(denial);
    if (!this.wantsDenials) return;
    this.denials.push(denial);
    this.add(ORDER_DENIED, this.denials.length - 1);
  }

  connectionChanged(event: ConnectionEvent): void {
    if (!this.wantsConnection) return;
    this.connections.push(event);
    this.add(CONNECTION_CHANGED, this.connections.length - 1);
  }

  kindAt(index: number): number {
    return this.kinds[index];
  }

  /** The order, the fill, the denial or the event that the message is about, by its place. */
  rowAt(index: number): number {
    return this.rows[index];
  }

  denialAt(row: number): DeniedOrder {
    return this.denials[row];
  }

  connectionAt(row: number): ConnectionEvent {
    return this.connections[row];
  }

  clear(): void {
    this.length = 0;
    if (this.denials.length > 0) this.denials = [];
    if (this.connections.length > 0) this.connections = [];
  }

  private add(kind: number, row: number): void {
    const index = this.length;
    if (index === this.kinds.length) {
      this.kinds = widerInts(this.kinds, index * 2);
      this.rows = widerInts(this.rows, index * 2);
    }
    this.length = index + 1;
    this.kinds[index] = kind;
    this.rows[index] = row;
  }
}
