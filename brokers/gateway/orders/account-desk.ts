import { DUST } from "../../../core/dust.js";
import { type Denial, formatDenial } from "../../../core/orders/denial.js";
import type { Portfolio } from "../../../core/portfolio/portfolio.js";
import { LIQUIDITY } from "../../ib/order-names.js";
import type { Listing } from "../contracts/listing.js";
import type { FaultState } from "../faults/fault-state.js";
import { sessionOfStart } from "../history/bar-builder.js";
import type { Simulation } from "../simulation/simulation.js";
import type { CheckedOrder } from "./check-order.js";
import type { ExecutionLog } from "./execution-log.js";
import { GatewayOrder, NOT_SENT } from "./gateway-order.js";
import type { Execution } from "./order-answers.js";
import { OrderAttributes } from "./order-attributes.js";
import type { OrderRegister } from "./order-register.js";
import type { OrderTeller } from "./order-teller.js";
import type { SimVenue } from "./sim-venue.js";
import type { VenueFill, VenueListener, VenueOrder } from "./venue.js";

/** What the desks of all accounts share. */
export interface DeskParts {
  readonly simulation: Simulation;
  readonly faults: FaultState;
  readonly register: OrderRegister;
  readonly executions: ExecutionLog;
  readonly teller: OrderTeller;
  readonly listings: readonly Listing[];
  /** Called after an account's positions or cash have changed. */
  readonly onChanged: (account: string, listing: Listing) => void;
}

/** The kind of group of which any fill cancels all others; of the other two a fill of a part reduces them. */
const CANCELS_ALL = 1;
const TRIGGERED_TYPES = ["stop", "stop-limit", "trailing-stop", "trailing-stop-limit"];
const TOUCHED_TYPES = ["market-if-touched", "limit-if-touched"];
const AUCTION_TYPES = ["market-on-open", "limit-on-open", "market-on-close", "limit-on-close"];

/** One account's orders: they go to its venue, and what becomes of them there is told in IB's words. */
export class AccountDesk implements VenueListener {
  readonly account: string;
  private readonly parts: DeskParts;
  private venue!: SimVenue;
  private readonly byRow = new Map<number, GatewayOrder>();
  private readonly checked = new WeakMap<GatewayOrder, CheckedOrder>();
  private readonly triggeredOrders = new WeakSet<GatewayOrder>();
  private readonly groups = new Map<string, number>();
  /** The order that is being placed: its row is not known before it is accepted. */
  private placing: GatewayOrder | undefined;

  constructor(account: string, parts: DeskParts) {
    this.account = account;
    this.parts = parts;
  }

  open(venue: SimVenue): void {
    this.venue = venue;
  }

  get portfolio(): Portfolio {
    return this.venue.portfolio;
  }

  /** Sends an order to the venue, and tells its client what came of it. */
  send(order: GatewayOrder, checked: CheckedOrder): void {
    const { teller } = this.parts;
    this.checked.set(order, checked);
    order.isTransmitted = true;
    const terms = this.termsOf(order, checked);
    this.placing = order;
    const { row, denial } = this.venue.place(terms);
    this.placing = undefined;
    order.row = row;
    this.byRow.set(row, order);
    if (denial !== undefined) {
      this.refuse(order, denial);
      return;
    }
    this.stand(order);
    teller.accepted(order);
    this.warnOfClosedMarket(order);
  }

  /** Changes an order; undefined when done, else why not. */
  change(order: GatewayOrder, attributes: OrderAttributes, checked: CheckedOrder): Denial | undefined {
    const { quantity, limit, stop, trail } = checked;
    const before = this.checked.get(order);
    const terms = {
      quantity,
      // Clients do not say what follows from the stop.
      limit: limit === limit ? limit : this.venue.limitOf(order.row),
      stop: this.stopFor(order, { ...checked, stop }),
      trail,
    };
    if (quantity <= order.filled + DUST) {
      this.cancel(order);
      return undefined;
    }
    const denial = this.venue.change(order.row, terms);
    if (denial !== undefined) return denial;
    this.checked.set(order, { ...checked, type: before?.type ?? checked.type });
    order.attributes = attributes;
    order.quantity = quantity;
    // An exit of which nothing was left has ended with that, and was told so.
    if (!order.isOpen) return undefined;
    this.stand(order);
    this.parts.teller.state(order);
    return undefined;
  }

  cancel(order: GatewayOrder): void {
    this.announceCancel(order);
    this.venue.cancel(order.row);
  }

  /** Its cancel is on its way to the exchange, where it may still fill. */
  announceCancel(order: GatewayOrder): void {
    order.status = "PendingCancel";
    this.parts.teller.status(order);
  }

  /** Its cancel has come to the exchange. */
  endCancel(order: GatewayOrder): void {
    this.venue.cancel(order.row);
  }

  /** Orders whose size has followed what others filled are told as they are now. */
  followSizes(): void {
    for (const order of this.byRow.values()) {
      if (!order.isOpen) continue;
      const quantity = this.venue.quantityOf(order.row);
      if (Math.abs(quantity - order.quantity) <= DUST) continue;
      order.quantity = quantity;
      this.parts.teller.state(order);
    }
  }

  accepted(row: number): void {
    if (this.placing !== undefined || this.byRow.has(row)) return;
    this.adoptLiquidation(row);
  }

  triggered(row: number): void {
    const order = this.byRow.get(row);
    if (order === undefined) return;
    this.triggeredOrders.add(order);
    this.stand(order);
    this.parts.teller.state(order);
  }

  filled(fill: VenueFill): void {
    const order = this.byRow.get(fill.row);
    if (order === undefined) return;
    const { register, teller, executions, simulation, onChanged } = this.parts;
    // Another of its group may have filled just now, at the same instant.
    order.quantity = this.venue.quantityOf(fill.row);
    order.filled = Math.round((order.filled + fill.quantity) * 1e9) / 1e9;
    order.value += fill.quantity * fill.price;
    order.lastFillPrice = fill.price;
    if (order.remaining <= DUST) this.end(order, "Filled", `Filled Size: ${order.filled}`);
    else this.stand(order);
    const one = this.executionOf(order, fill);
    executions.add(one);
    teller.fill(order, one);
    for (const child of register.childrenOf(order)) this.wake(child);
    // The broker takes what was filled off the others, which is right for the other kinds; it is not to be disturbed in
    // the middle of that.
    if (order.attributes.number("ocaType") === CANCELS_ALL) {
      simulation.after(this.parts.faults.cutDelay, () => this.cancelGroupOf(order));
    }
    teller.besides(order, () => onChanged(this.account, order.listing));
  }

  pendingCancel(row: number): void {
    const order = this.byRow.get(row);
    if (order !== undefined) order.status = "PendingCancel";
  }

  cancelled(row: number): void {
    const order = this.byRow.get(row);
    if (order === undefined) return;
    this.end(order, "Cancelled", "Cancelled by Trader");
    this.parts.teller.status(order);
    this.parts.teller.error(order, 202, "Order Canceled - reason:");
  }

  expired(row: number): void {
    const order = this.byRow.get(row);
    if (order === undefined) return;
    this.end(order, "Cancelled", "Cancelled by System:The time in force of the order has ended");
    this.parts.teller.status(order);
    this.parts.teller.error(order, 202, "Order Canceled - reason:The time in force of the order has ended");
  }

  rejected(row: number, reason: Denial): void {
    const order = this.byRow.get(row);
    if (order !== undefined) this.refuse(order, reason);
  }

  private refuse(order: GatewayOrder, denial: Denial): void {
    this.end(order, "Inactive", "Rejected");
    this.parts.teller.state(order);
    this.parts.teller.error(order, 201, `Order rejected - reason:${formatDenial(denial)}`);
  }

  /** A child whose parent has filled goes to the market. */
  private wake(child: GatewayOrder): void {
    if (!child.isOpen || child.row === NOT_SENT) return;
    const before = `${child.status} ${child.whyHeld}`;
    this.stand(child);
    if (`${child.status} ${child.whyHeld}` !== before) this.parts.teller.state(child);
  }

  /** Finds the state that IB would show of a working order, and what holds it. */
  private stand(order: GatewayOrder): void {
    const checked = this.checked.get(order);
    if (checked === undefined || order.status === "PendingCancel") return;
    const parent = this.parts.register.parentOf(order);
    const held: string[] = [];
    if (parent !== undefined && parent.filled === 0 && parent.isOpen) held.push("child");
    const waits = TRIGGERED_TYPES.includes(checked.type) || TOUCHED_TYPES.includes(checked.type);
    if (waits && !this.triggeredOrders.has(order)) held.push("trigger");
    order.whyHeld = held.join(",");
    const isHeld = held.length > 0 || AUCTION_TYPES.includes(checked.type) || !this.isTrading(order);
    order.status = isHeld ? "PreSubmitted" : "Submitted";
  }

  private isTrading({ listing, attributes }: GatewayOrder): boolean {
    const outside = attributes.flag("outsideRth");
    const sessions = outside ? listing.extendedSessions : listing.sessions;
    return sessionOfStart(sessions, this.parts.simulation.now) >= 0;
  }

  /** An order for a closed market waits for its open: IB says so with 399, and sends it on then. */
  private warnOfClosedMarket(order: GatewayOrder): void {
    const { simulation, teller } = this.parts;
    if (!order.isOpen || this.isTrading(order)) return;
    const { listing, attributes, quantity } = order;
    const sessions = attributes.flag("outsideRth") ? listing.extendedSessions : listing.sessions;
    const next = sessions.indexAt(simulation.now);
    if (next >= sessions.length) return;
    const open = sessions.open[next];
    const text = `${attributes.text("action")} ${quantity} ${listing.symbol} ${listing.primaryExchange}`;
    const when = teller.textOf(open, listing);
    const warning = "Warning: your order will not be placed at the exchange until";
    teller.error(order, 399, `Order Message:\n${text}\n${warning} ${when}`);
    // The session begins right behind its open.
    simulation.at(open, () => this.wake(order));
  }

  private end(order: GatewayOrder, status: "Filled" | "Cancelled" | "Inactive", said: string): void {
    order.status = status;
    order.whyHeld = "";
    order.completedAt = this.parts.simulation.now;
    order.completedStatus = said;
  }

  private termsOf(order: GatewayOrder, checked: CheckedOrder): VenueOrder {
    const parent = this.parts.register.parentOf(order);
    const waits = parent?.isOpen === true;
    return {
      ...checked,
      instrument: order.listing.instrument.index,
      side: order.isBuy ? 1 : -1,
      stop: this.stopFor(order, checked),
      outsideRth: order.attributes.flag("outsideRth"),
      parent: waits ? parent.row : -1,
      group: this.groupOf(order, parent),
      isExit: waits && parent.isBuy !== order.isBuy,
    };
  }

  /**
   * Where a trailing stop begins: where it says, else behind the market by its distance, and that of a child once its
   * parent fills. One that is changed stays where it is.
   */
  private stopFor(order: GatewayOrder, { type, stop, trail, isTrailFraction }: CheckedOrder): number {
    if (type !== "trailing-stop" && type !== "trailing-stop-limit") return stop;
    if (stop === stop) return stop;
    if (order.row !== NOT_SENT) return this.venue.stopOf(order.row);
    if (order.parentId !== 0) return stop;
    const mark = this.portfolio.mark[order.listing.instrument.index];
    const distance = isTrailFraction ? mark * trail : trail;
    const tick = order.listing.instrument.tickSize;
    const raw = mark + (order.isBuy ? distance : -distance);
    return tick === 0 ? raw : Math.round(Math.round(raw / tick) * tick * 1e8) / 1e8;
  }

  /** Ends whatever still works of a group of which the first fill, whole or not, cancels the others. */
  private cancelGroupOf(order: GatewayOrder): void {
    const group = order.attributes.text("ocaGroup");
    if (group === "") return;
    for (const other of this.byRow.values()) {
      if (other !== order && other.isOpen && other.attributes.text("ocaGroup") === group) this.venue.cancel(other.row);
    }
  }

  /** The group of which one cancels the others: the one it names, or that of its parent's children. */
  private groupOf(order: GatewayOrder, parent: GatewayOrder | undefined): number {
    const named = order.attributes.text("ocaGroup");
    const key = named !== "" ? `oca ${named}` : parent === undefined ? "" : `parent ${parent.permId}`;
    if (key === "") return -1;
    let group = this.groups.get(key);
    if (group === undefined) {
      group = this.groups.size;
      this.groups.set(key, group);
    }
    return group;
  }

  private executionOf(order: GatewayOrder, fill: VenueFill): Execution {
    const { listing } = order;
    return {
      execId: this.parts.executions.takeId(),
      orderId: order.orderId,
      clientId: order.clientId,
      permId: this.parts.teller.permIdOf(order),
      account: this.account,
      listing,
      exchange: order.exchange === "SMART" ? listing.primaryExchange : order.exchange,
      isBuy: order.isBuy,
      quantity: fill.quantity,
      price: fill.price,
      time: fill.time,
      cumulative: order.filled,
      averagePrice: order.averagePrice,
      orderRef: order.attributes.text("orderRef"),
      isLiquidation: order.attributes.text("orderRef") === LIQUIDATION_REF,
      liquidity: LIQUIDITY.removed,
      commission: fill.fee,
      realisedProfit: fill.realised === fill.realised ? fill.realised - fill.fee : Number.NaN,
    };
  }

  /** An order that the broker makes itself, on a margin call: no client's, told to client 0. */
  private adoptLiquidation(row: number): void {
    const { register, teller, listings } = this.parts;
    const { instrument, side, quantity } = this.venue.lookAt(row);
    const listing = listings[instrument];
    const own = new OrderAttributes();
    own.set("action", side > 0 ? "BUY" : "SELL");
    own.set("totalQuantity", quantity);
    own.set("orderType", "MKT");
    own.set("tif", "GTC");
    own.set("orderRef", LIQUIDATION_REF);
    const order = new GatewayOrder(0, 0, register.takePermId(), this.account, listing, listing.exchange, own);
    order.row = row;
    order.isTransmitted = true;
    this.byRow.set(row, order);
    register.add(order);
    order.status = "Submitted";
    teller.state(order);
  }
}

const LIQUIDATION_REF = "Margin call";
