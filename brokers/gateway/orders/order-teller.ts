import type { Instant } from "../../../core/market/bar-size.js";
import type { Listing } from "../contracts/listing.js";
import type { FaultState } from "../faults/fault-state.js";
import type { ClientList } from "../session/client-list.js";
import { errorMessage } from "../session/session-answers.js";
import type { TimeTexts } from "../time-text.js";
import type { Message } from "../wire/message.js";
import type { GatewayOrder } from "./gateway-order.js";
import { openOrder } from "./open-order-answer.js";
import { commissionReport, type Execution, execution, orderStatus } from "./order-answers.js";

/**
 * Tells clients what becomes of their orders, in the orders that real gateways have been seen to use, and does to the
 * messages what faults demand. An order's news go to the client that placed it, if it is there: whoever was away has to
 * ask.
 */
export class OrderTeller {
  private readonly clients: ClientList;
  private readonly faults: FaultState;
  private readonly texts: TimeTexts;
  /** What IB cannot tell while TWS has lost it. */
  private held: (() => void)[] = [];

  constructor(clients: ClientList, faults: FaultState, texts: TimeTexts) {
    this.clients = clients;
    this.faults = faults;
    this.texts = texts;
  }

  /** The permanent id as it is told. */
  permIdOf(order: { readonly permId: number }): number {
    return this.faults.hasNoPermIds ? 0 : order.permId;
  }

  timeOf(one: Execution): string {
    return this.textOf(one.time, one.listing);
  }

  textOf(instant: Instant, listing: Listing): string {
    return this.texts.of(instant, listing.zone, listing.zoneId);
  }

  /** A new order has been taken; one that goes to the market at once is told as held first, as IB does. */
  accepted(order: GatewayOrder): void {
    const { status } = order;
    const states = status === "Submitted" ? (["PreSubmitted", "Submitted"] as const) : ([status] as const);
    const told = this.faults.statuses === "reorder" ? [...states].reverse() : states;
    for (const one of told) {
      order.status = one;
      this.state(order);
    }
    order.status = status;
  }

  /** The order as it stands, with all it says. */
  state(order: GatewayOrder): void {
    this.send(order, openOrder(order, this.permIdOf(order)), orderStatus(order, this.permIdOf(order)));
  }

  status(order: GatewayOrder): void {
    this.send(order, orderStatus(order, this.permIdOf(order)));
  }

  /** A fill: by default the execution, then the order, then the commission; faults change the order. */
  fill(order: GatewayOrder, one: Execution): void {
    const permId = this.permIdOf(order);
    const executed = execution(-1, one, this.timeOf(one));
    const open = openOrder(order, permId);
    const status = orderStatus(order, permId);
    const commission = commissionReport(one);
    switch (this.faults.statuses) {
      case "fill-first":
        this.send(order, status, executed, commission);
        break;
      case "fill-without-status":
        this.send(order, executed, commission);
        break;
      case "reorder":
        this.send(order, open, status, executed, commission);
        break;
      default:
        this.send(order, executed, open, status, commission);
    }
  }

  /** An error or a word about the order. */
  error(order: GatewayOrder, code: number, text: string, reject = ""): void {
    this.send(order, errorMessage(order.orderId, code, text, reject));
  }

  /** TWS has IB again: what has been held back is told now. */
  release(): void {
    const { held } = this;
    this.held = [];
    for (const tell of held) tell();
  }

  /** What has been held back of one order is told now, in the order it came, and the rest at once. */
  tellLate(order: GatewayOrder): void {
    const { late = [] } = order;
    order.late = undefined;
    for (const tell of late) tell();
  }

  /** Tells something else that comes of an order: as late as what is told of the order itself, and never where that is lost. */
  besides(order: GatewayOrder, tell: () => void): void {
    if (order.isMuted) return;
    if (order.late === undefined) tell();
    else order.late.push(tell);
  }

  private send(order: GatewayOrder, ...messages: readonly Message[]): void {
    if (order.isMuted) return;
    if (order.late !== undefined) {
      order.late.push(() => this.send(order, ...messages));
      return;
    }
    if (this.faults.isUpstreamLost) {
      this.held.push(() => this.deliver(order, messages));
      return;
    }
    this.deliver(order, messages);
  }

  private deliver(order: GatewayOrder, messages: readonly Message[]): void {
    const client = this.clients.get(order.clientId);
    if (client === undefined) return;
    const times = order.isDoubled || this.faults.statuses === "duplicate" ? 2 : 1;
    for (const message of messages) for (let i = 0; i < times; i++) client.send(message);
  }
}
