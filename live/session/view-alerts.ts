import { type Instant, SECOND } from "../../core/market/bar-size.js";
import { formatDenial } from "../../core/orders/denial.js";
import type { Alert, AlertCode } from "../alerts.js";
import type { Ledger } from "../ledger/ledger.js";
import { ageCell, priceCell, unitsCell } from "../screen/cells.js";
import { orderText } from "../screen/screen.js";
import type { SessionView } from "../session-view.js";

/** Milliseconds between two clocks that are worth a word: the guard's own limit for one. */
const SKEW = 2 * SECOND;

/** What somebody may have to be called for, since the look before: each once when it begins. */
export function alertsBetween(before: SessionView | undefined, after: SessionView): Alert[] {
  const alerts: Alert[] = [];
  const at = after.now;
  const alert = (code: AlertCode, details: Alert["details"]): void => void alerts.push({ code, at, details });
  const { connection } = after;
  const had = before?.connection;
  const isSkewed = (skew: number | null | undefined): boolean => Math.abs(skew ?? 0) > SKEW;
  if (isSkewed(connection.clockSkew) && !isSkewed(had?.clockSkew)) {
    alert("CLOCK_SKEWED", { seconds: ((connection.clockSkew as number) / SECOND).toFixed(1) });
  }
  for (const { symbol, quantity } of after.foreign) {
    const known = before?.foreign.find((one) => one.symbol === symbol);
    if (known?.quantity !== quantity) alert("FOREIGN_POSITION", { symbol, quantity: unitsCell(quantity) });
  }
  for (const order of after.foreignOrders) {
    if (before?.foreignOrders.some(({ ref }) => ref === order.ref) === true) continue;
    alert("FOREIGN_ORDER", { order: `${orderText(order)} ${order.symbol}`, ref: order.ref });
  }
  for (const order of after.orders) {
    if (order.status !== "unknown" || before?.orders.some((one) => one.ref === order.ref && one.status === "unknown")) {
      continue;
    }
    alert("ORDER_UNKNOWN", { order: `${orderText(order)} ${order.symbol}`, age: ageCell(order.age) });
  }
  for (const { at: when, ref, price, ...fill } of after.fills.filter(({ isRecovered }) => isRecovered)) {
    if (before?.fills.some((one) => one.at === when && one.ref === ref) === true) continue;
    const order = `${fill.side} ${unitsCell(fill.quantity)} ${fill.symbol}`;
    alert("FILL_RECOVERED", { order, price: priceCell(price) });
  }
  for (const { code, last } of after.trips) {
    const isFirst = before?.trips.some((one) => one.code === code) !== true;
    if (isFirst && (code === "DAILY_LOSS" || code === "DRAWDOWN")) {
      alert("LOSS_LIMIT", { limit: code, loss: last.reason.replace(/^[A-Z_]+: /, "") });
    }
  }
  return alerts;
}

/** What a ledger has to call somebody for: orders that were rejected, executions that are not what they were. */
export class LedgerAlerts {
  private readonly ledger: Ledger;
  private readonly seen = new Set<string>();

  /** What is in the ledger already is no news. */
  constructor(ledger: Ledger) {
    this.ledger = ledger;
    this.look(0);
  }

  /** What is new since the look before. */
  look(at: Instant): Alert[] {
    const alerts: Alert[] = [];
    for (const { intent, end } of this.ledger.records) {
      if (end?.as !== "rejected" || !this.isNew(`order ${intent.id}`)) continue;
      const order = `${intent.side > 0 ? "buy" : "sell"} ${unitsCell(intent.quantity)} ${intent.symbol}`;
      alerts.push({ code: "ORDER_REJECTED", at, details: { order, reason: formatDenial(end.denial) } });
    }
    for (const { intent, base, revision, quantity, price, symbol } of this.ledger.executions.values()) {
      if (intent === 0 || revision === 1 || !this.isNew(`execution ${base} ${revision}`)) continue;
      if (quantity > 0) {
        const what = `it is ${unitsCell(quantity)} ${symbol} at ${priceCell(price)} now`;
        alerts.push({ code: "EXECUTION_CORRECTED", at, details: { execId: base, what } });
      } else alerts.push({ code: "EXECUTION_BUSTED", at, details: { execId: base, what: `it was of ${symbol}` } });
    }
    return alerts;
  }

  private isNew(key: string): boolean {
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }
}
