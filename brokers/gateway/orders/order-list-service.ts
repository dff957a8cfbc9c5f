import { DAY } from "../../../core/market/bar-size.js";
import type { FaultState } from "../faults/fault-state.js";
import { parseRequestTime } from "../request-time.js";
import type { ClientSession } from "../session/client-session.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { Simulation } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import type { ZoneOf, ZoneTimes } from "../zones.js";
import { completedOrder } from "./completed-order-answer.js";
import type { ExecutionLog } from "./execution-log.js";
import type { GatewayOrder } from "./gateway-order.js";
import { openOrder } from "./open-order-answer.js";
import {
  commissionReport,
  completedOrdersEnd,
  execution,
  executionsEnd,
  openOrdersEnd,
  orderBound,
  orderStatus,
} from "./order-answers.js";
import type { OrderIds } from "./order-ids.js";
import type { OrderRegister } from "./order-register.js";
import type { OrderTeller } from "./order-teller.js";
import { needWriteAccess } from "./write-access.js";

export interface OrderListParts {
  readonly register: OrderRegister;
  readonly executions: ExecutionLog;
  readonly orderIds: OrderIds;
  readonly teller: OrderTeller;
  readonly simulation: Simulation;
  readonly faults: FaultState;
  readonly zoneOf: ZoneOf;
  readonly operator: ZoneTimes;
}

/** Open orders, completed orders and executions, as they are asked for. IB tells the latter two back to midnight. */
export class OrderListService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.openOrders]: (client, fields) => this.ownOrders(client, fields),
    [REQUEST.allOpenOrders]: (client, fields) => this.allOrders(client, fields),
    [REQUEST.autoOpenOrders]: (client, fields) => this.autoOrders(client, fields),
    [REQUEST.completedOrders]: (client, fields) => this.completed(client, fields),
    [REQUEST.executions]: (client, fields) => this.executed(client, fields),
  };
  private readonly parts: OrderListParts;
  /** Whether client 0 takes the orders that are made by hand from now on. */
  private binds = false;

  constructor(parts: OrderListParts) {
    this.parts = parts;
  }

  left(client: ClientSession): void {
    if (client.clientId === 0) this.binds = false;
  }

  /** An order was made by hand: client 0 is told, and gets an id for it where it binds. */
  madeByHand(client: ClientSession | undefined, order: GatewayOrder): void {
    if (client === undefined) return;
    if (this.binds) this.bind(client, order);
    this.tell(client, order);
  }

  /** A client's own; client 0 sees those made by hand as well. */
  private ownOrders(client: ClientSession, fields: FieldReader): void {
    fields.int();
    fields.end();
    needWriteAccess(this.parts.faults, -1);
    for (const order of this.parts.register.open) if (order.clientId === client.clientId) this.tell(client, order);
    this.end(client, openOrdersEnd());
  }

  private allOrders(client: ClientSession, fields: FieldReader): void {
    fields.int();
    fields.end();
    needWriteAccess(this.parts.faults, -1);
    for (const order of this.parts.register.open) this.tell(client, order);
    this.end(client, openOrdersEnd());
  }

  private autoOrders(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const binds = fields.bool();
    fields.end();
    needWriteAccess(this.parts.faults, -1);
    if (client.clientId !== 0) {
      refuse(-1, {
        code: 327,
        text: "Only API connections with clientId set to 0 can set the auto bind TWS orders property.",
      });
    }
    this.binds = binds;
    for (const order of this.parts.register.open) {
      if (order.clientId !== 0) continue;
      if (binds && order.orderId === 0) this.bind(client, order);
      this.tell(client, order);
    }
    this.end(client, openOrdersEnd());
  }

  private completed(client: ClientSession, fields: FieldReader): void {
    const apiOnly = fields.bool();
    fields.end();
    needWriteAccess(this.parts.faults, -1);
    const { register, teller } = this.parts;
    const since = this.midnight();
    for (const order of register.all) {
      if (order.isOpen || !order.isTransmitted || !(order.completedAt >= since)) continue;
      if (apiOnly && order.clientId === 0 && order.orderId === 0) continue;
      const time = teller.textOf(order.completedAt, order.listing);
      client.send(completedOrder(order, teller.permIdOf(order), time));
    }
    this.end(client, completedOrdersEnd());
  }

  private executed(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    const clientId = fields.int();
    const account = fields.text();
    const time = fields.text();
    const [symbol, secType, exchange, side] = [fields.text(), fields.text(), fields.text(), fields.text()];
    fields.end();
    const { executions, teller, simulation, zoneOf, operator } = this.parts;
    const asked = time === "" ? undefined : parseRequestTime(time, zoneOf, operator, simulation.now);
    if (time !== "" && asked === undefined) {
      refuse(request, { code: 337, text: "The date, time, or time-zone entered is invalid." });
    }
    const since = Math.max(this.midnight(), asked?.instant ?? Number.NEGATIVE_INFINITY);
    for (const one of executions.matching({ clientId, account, since, symbol, secType, exchange, side })) {
      client.send(execution(request, one, teller.timeOf(one)));
      client.send(commissionReport(one));
    }
    this.end(client, executionsEnd(request));
  }

  private bind(client: ClientSession, order: GatewayOrder): void {
    const { register, orderIds, teller } = this.parts;
    const orderId = orderIds.nextOf(0);
    orderIds.use(0, orderId);
    register.bind(order, orderId);
    client.send(orderBound(teller.permIdOf(order), 0, orderId));
  }

  private tell(client: ClientSession, order: GatewayOrder): void {
    const permId = this.parts.teller.permIdOf(order);
    client.send(openOrder(order, permId));
    client.send(orderStatus(order, permId));
  }

  private end(client: ClientSession, message: Parameters<ClientSession["send"]>[0]): void {
    if (!this.parts.faults.hidesEnds) client.send(message);
  }

  /** The operator's last midnight. */
  private midnight(): number {
    const { simulation, operator } = this.parts;
    const day = Math.floor((simulation.now + operator.offsetAt(simulation.now)) / DAY);
    return operator.instantAtOrAfter(day * DAY);
  }
}
