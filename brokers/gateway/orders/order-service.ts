import { formatDenial } from "../../../core/orders/denial.js";
import type { ContractBook } from "../contracts/contract-book.js";
import type { FaultState, OrderFault } from "../faults/fault-state.js";
import { parseRequestTime } from "../request-time.js";
import type { ClientSession } from "../session/client-session.js";
import { type ErrorText, Refusal, refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { Simulation } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import type { ZoneOf, ZoneTimes } from "../zones.js";
import type { AccountDesk } from "./account-desk.js";
import { type CheckedOrder, checkOrder } from "./check-order.js";
import { GatewayOrder } from "./gateway-order.js";
import { LateRequests } from "./late-requests.js";
import { openOrder } from "./open-order-answer.js";
import type { OrderIds } from "./order-ids.js";
import type { OrderRegister } from "./order-register.js";
import type { OrderTeller } from "./order-teller.js";
import { type PlacedOrder, readPlaceOrder } from "./read-place-order.js";
import type { WhatIf } from "./what-if.js";
import { needWriteAccess } from "./write-access.js";

export interface OrderParts {
  readonly contracts: ContractBook;
  readonly desks: ReadonlyMap<string, AccountDesk>;
  readonly register: OrderRegister;
  readonly orderIds: OrderIds;
  readonly teller: OrderTeller;
  readonly whatIf: WhatIf;
  readonly simulation: Simulation;
  readonly faults: FaultState;
  readonly zoneOf: ZoneOf;
  readonly operator: ZoneTimes;
}

/** Takes, changes and cancels orders. */
export class OrderService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.placeOrder]: (client, fields) => this.place(client, fields),
    [REQUEST.cancelOrder]: (client, fields) => this.cancel(client, fields),
    [REQUEST.globalCancel]: (_client, fields) => this.cancelAll(fields),
  };
  private readonly parts: OrderParts;
  /** Orders that wait until they may be sent, with what they were found to be. */
  private readonly waiting = new Map<GatewayOrder, CheckedOrder>();
  /** What clients asked while TWS had lost IB. */
  private postponed: (() => void)[] = [];

  /** What was asked of orders and takes effect later. */
  private readonly queue: LateRequests;

  constructor(parts: OrderParts) {
    this.parts = parts;
    this.queue = new LateRequests(parts.simulation, (act) => {
      if (parts.faults.isUpstreamLost) this.postponed.push(act);
      else act();
    });
  }

  /** TWS has IB again: what was asked meanwhile is done. */
  resume(): void {
    const { postponed } = this;
    this.postponed = [];
    for (const act of postponed) act();
  }

  private place(client: ClientSession, fields: FieldReader): void {
    const placed = readPlaceOrder(fields);
    const { orderId, attributes } = placed;
    needWriteAccess(this.parts.faults, orderId);
    const known = this.parts.register.get(client.clientId, orderId);
    if (attributes.flag("whatIf")) this.tellImpact(client, placed);
    else if (known === undefined) this.takeNew(client.clientId, placed);
    else this.change(known, placed);
  }

  /** @throws Refusal for an order that cannot be */
  takeNew(clientId: number, placed: PlacedOrder): GatewayOrder {
    const { register, orderIds, faults } = this.parts;
    const { orderId } = placed;
    if (orderId < orderIds.nextOf(clientId)) refuse(orderId, { code: 103, text: "Duplicate order id" });
    const { order, checked } = this.look(clientId, placed);
    orderIds.use(clientId, orderId);
    const fault = faults.takeOrder();
    // Nobody will ever find a trace of a lost order.
    if (fault?.kind === "lose") return order;
    register.add(order);
    this.waiting.set(order, checked);
    if (fault !== undefined && this.spoil(order, fault)) return order;
    // An order that does not say whether it is to be sent on is not.
    if (placed.attributes.flag("transmit")) this.transmit(order);
    return order;
  }

  /** Places an order as if it were made by hand in TWS. */
  placeByHand(placed: PlacedOrder): GatewayOrder {
    const { register } = this.parts;
    const { order, checked } = this.look(0, { ...placed, orderId: 0 });
    register.add(order);
    this.waiting.set(order, checked);
    this.send(order);
    return order;
  }

  private look(clientId: number, placed: PlacedOrder): { order: GatewayOrder; checked: CheckedOrder } {
    const { contracts, register, zoneOf, operator, simulation } = this.parts;
    const { orderId, contract, attributes } = placed;
    const listing = contracts.one(orderId, contract);
    const account = this.accountOf(orderId, attributes.text("account"));
    if (contract.exchange === "" && contract.conId === 0) {
      refuse(orderId, {
        code: 321,
        text: "Error validating request.-'bG' : cause - Missing order exchange",
      });
    }
    const checked = checkOrder(orderId, attributes, listing, { zoneOf, operator, now: simulation.now });
    attributes.set("tif", checked.tif);
    attributes.set("account", account);
    const exchange = contract.exchange === "" ? listing.exchange : contract.exchange;
    const order = new GatewayOrder(clientId, orderId, register.takePermId(), account, listing, exchange, attributes);
    const parent = register.parentOf(order);
    if (order.parentId !== 0 && parent === undefined) {
      refuse(orderId, { code: 135, text: `Can't find order with id =${order.parentId}` });
    }
    if (parent !== undefined && !parent.isOpen && parent.status !== "Filled") {
      refuse(orderId, { code: 201, text: "Order rejected - reason:Parent order is being cancelled." });
    }
    order.parentPermId = parent?.permId ?? 0;
    return { order, checked };
  }

  private accountOf(orderId: number, named: string): string {
    const accounts = [...this.parts.desks.keys()];
    if (named === "") {
      if (accounts.length > 1) refuse(orderId, { code: 435, text: "You must specify an account." });
      return accounts[0];
    }
    if (accounts.includes(named)) return named;
    return refuse(orderId, {
      code: 321,
      text: `Error validating request.-'bG' : cause - Invalid account code '${named}'.`,
    });
  }

  /** Sends an order, and with it those of its family that wait: its parent first, then the others as they came. */
  private transmit(order: GatewayOrder): void {
    const { register } = this.parts;
    const root = register.parentOf(order) ?? order;
    const family = [root, ...register.childrenOf(root)];
    for (const one of family) if (this.waiting.has(one)) this.send(one);
  }

  private send(order: GatewayOrder): void {
    const { faults, desks } = this.parts;
    const checked = this.waiting.get(order);
    const desk = desks.get(order.account);
    this.waiting.delete(order);
    if (checked === undefined || desk === undefined) return;
    if (faults.isUpstreamLost) this.postponed.push(() => desk.send(order, checked));
    else desk.send(order, checked);
  }

  /** What a fault does to a new order; true where the order is not sent. */
  private spoil(order: GatewayOrder, fault: OrderFault): boolean {
    const { teller, simulation } = this.parts;
    if (fault.kind === "late-answer") {
      order.late = [];
      simulation.after(fault.ms, () => teller.tellLate(order));
    }
    if (fault.kind === "lose-answer") order.isMuted = true;
    if (fault.kind === "double-answer") order.isDoubled = true;
    if (fault.kind === "preset") {
      // It flashes as cancelled and lives.
      order.status = "Cancelled";
      teller.error(order, 10349, "Order TIF was set to DAY based on order preset.");
      teller.status(order);
      order.status = "PendingSubmit";
    }
    if (fault.kind !== "reject") return false;
    this.waiting.delete(order);
    order.isTransmitted = true;
    order.status = "Inactive";
    order.completedStatus = "Rejected";
    order.completedAt = simulation.now;
    teller.error(order, fault.code, fault.text, fault.badJson ? "{not json" : "");
    teller.state(order);
    return true;
  }

  private change(order: GatewayOrder, placed: PlacedOrder): void {
    const { contracts, desks, zoneOf, operator, simulation, faults } = this.parts;
    const { orderId, contract, attributes } = placed;
    const no: (code: number, text: string) => never = (code, text) => refuse(orderId, { code, text });
    if (order.status === "Filled") no(104, "Cannot modify a filled order.");
    if (!order.isOpen) no(105, "Order being modified does not match original order.");
    const listing = contracts.one(orderId, contract);
    const isSame = (name: string): boolean =>
      attributes.text(name).toUpperCase() === order.attributes.text(name).toUpperCase();
    if (listing !== order.listing || !isSame("action")) no(105, "Order being modified does not match original order.");
    if (!isSame("orderType")) no(329, "Order modify failed. Cannot change to the new order type.");
    const checked = checkOrder(orderId, attributes, listing, { zoneOf, operator, now: simulation.now });
    attributes.set("tif", checked.tif);
    attributes.set("account", order.account);
    if (this.waiting.has(order)) {
      order.attributes = attributes;
      order.quantity = checked.quantity;
      this.waiting.set(order, checked);
      if (attributes.flag("transmit")) this.transmit(order);
      return;
    }
    const act = (): void => {
      const denial = desks.get(order.account)?.change(order, attributes, checked);
      if (denial !== undefined) no(201, `Order rejected - reason:${formatDenial(denial)}`);
    };
    // It may have filled by then.
    const later = (): void =>
      this.attempt(order, () => {
        if (order.isOpen) act();
        else no(104, "Cannot modify a filled order.");
      });
    const fault = faults.takeChange();
    if (fault?.kind === "refuse") no(fault.code, fault.text);
    if (fault?.kind === "late" || this.queue.isBusy(order)) {
      this.queue.add(order, fault?.kind === "late" ? fault.ms : 0, later);
    } else if (faults.isUpstreamLost) this.postponed.push(later);
    else act();
  }

  private cancel(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const orderId = fields.int();
    fields.text();
    fields.end();
    needWriteAccess(this.parts.faults, orderId);
    const order = this.parts.register.get(client.clientId, orderId);
    if (order === undefined) {
      refuse(orderId, { code: 10147, text: `OrderId ${orderId} that needs to be cancelled is not found.` });
    }
    const isEnding = order.status === "PendingCancel";
    if (!order.isOpen || isEnding) {
      refuse(orderId, {
        code: 10148,
        text: notCancellable(order),
      });
    }
    const refused = this.withdraw(order);
    if (refused !== undefined) refuse(orderId, refused);
  }

  /** Cancels every order of every client, as reqGlobalCancel does. */
  private cancelAll(fields: FieldReader): void {
    fields.int();
    fields.end();
    needWriteAccess(this.parts.faults, -1);
    const { register, teller } = this.parts;
    for (const order of register.all) {
      if (!order.isOpen || order.status === "PendingCancel") continue;
      const refused = this.withdraw(order);
      if (refused !== undefined) teller.error(order, refused.code, refused.text);
    }
  }

  /** @returns why it works on, where a fault has its cancel refused */
  private withdraw(order: GatewayOrder): ErrorText | undefined {
    const { teller, desks, faults, simulation } = this.parts;
    if (this.waiting.delete(order)) {
      order.status = "Cancelled";
      order.isTransmitted = true;
      order.completedAt = simulation.now;
      order.completedStatus = "Cancelled by Trader";
      teller.status(order);
      teller.error(order, 202, "Order Canceled - reason:");
      return undefined;
    }
    const fault = faults.takeCancel();
    if (fault?.kind === "refuse") return fault;
    const desk = desks.get(order.account);
    if (fault?.kind === "late" || this.queue.isBusy(order)) {
      desk?.announceCancel(order);
      this.queue.add(order, fault?.kind === "late" ? fault.ms : 0, () => {
        if (order.isOpen) desk?.endCancel(order);
        else teller.error(order, 10148, notCancellable(order));
      });
      return undefined;
    }
    const act = (): void => {
      if (order.isOpen) desk?.cancel(order);
    };
    if (faults.isUpstreamLost) this.postponed.push(act);
    else act();
    return undefined;
  }

  /** A what-if order is answered with what it would do, and is gone. */
  private tellImpact(client: ClientSession, placed: PlacedOrder): void {
    const { whatIf, teller, orderIds } = this.parts;
    const { order, checked } = this.look(client.clientId, placed);
    orderIds.use(client.clientId, placed.orderId);
    order.impact = whatIf.impactOf(order, checked);
    order.status = "PreSubmitted";
    client.send(openOrder(order, teller.permIdOf(order)));
  }

  /** Does what was postponed, and tells its client where it is refused. */
  private attempt(order: GatewayOrder, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.parts.teller.error(order, error.code, error.message);
    }
  }

  /** The time that a client's text means. */
  timeOf(text: string): number {
    const { zoneOf, operator, simulation } = this.parts;
    return parseRequestTime(text, zoneOf, operator, simulation.now)?.instant ?? Number.NaN;
  }
}

function notCancellable({ orderId, status }: GatewayOrder): string {
  return `OrderId ${orderId} that needs to be cancelled cannot be cancelled, state: ${status}.`;
}
