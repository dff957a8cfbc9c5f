import { IbError } from "../../brokers/ib/errors.js";
import type { TwsEvents } from "../../brokers/tws/client/tws-api.js";
import { FIRST_REQUEST_ID } from "../../brokers/tws/connection/ids.js";
import type { Link } from "../../brokers/tws/connection/link.js";
import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import { type ContractDetails, requestOf } from "../../brokers/tws/contracts/contract-details.js";
import { contractHours, type FindZone } from "../../brokers/tws/contracts/contract-hours.js";
import { contractsLike } from "../../brokers/tws/contracts/contract-questions.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import { TwsError } from "../../brokers/tws/errors.js";
import { TwsHistory } from "../../brokers/tws/history/tws-history.js";
import type { OrderIntent } from "../../brokers/tws/orders/order-intent.js";
import { type TradedContracts, tradedContracts } from "../../brokers/tws/orders/traded-contract.js";
import { SeatrialError } from "../../core/errors.js";
import { type Instant, SECOND } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { Ear, type Heard } from "./ear.js";
import { AcceptanceError } from "./errors.js";
import { OwnOrders } from "./own-orders.js";
import { NotShown, type Sight, Sighting } from "./sight.js";
import { WALK_TIMES, type WalkTimes } from "./walk-times.js";

export interface WalkSettings {
  /** Not open yet, so that nothing of it is missed. */
  readonly connection: TwsConnection;
  readonly findZone: FindZone;
  readonly signal: AbortSignal;
  readonly times?: Partial<WalkTimes>;
}

const READ_ONLY = "the API of TWS is read-only";

const OF_ORDERS = ["openOrder", "orderStatus", "completedOrder", "execDetails", "commissionReport"];

/** Milliseconds: of a closed market comes at once what comes at all. */
const CLOSED_WAIT = 3 * SECOND;

/** One gateway, as steps walk through it one after the other, and what they remember. */
export class Walk {
  readonly connection: TwsConnection;
  readonly ear: Ear;
  readonly signal: AbortSignal;
  readonly times: WalkTimes;
  readonly findZone: FindZone;
  /** By symbol, a price near the market; undefined where none was told. */
  readonly prices = new Map<string, number>();
  readonly history: TwsHistory;
  /** The far-away order that is changed, found again and cancelled. */
  order: OrderIntent | undefined;
  bracket: readonly OrderIntent[] = [];
  /** An order id that was passed over: below those that were used. */
  passedOver: OrderIntent["orderId"] | undefined;
  /** Executions of the walk, by id, with what each cost. */
  readonly executed = new Map<string, number>();
  /** What was heard before anything was asked. */
  greeting: readonly Heard[] = [];
  private readonly contracts: Contracts;
  private traded: TradedContracts = new Map();
  private ownAccount = "";
  /** The highest request id of the steps in front: what answers one of them now is late, and none of this step's. */
  private earlier = 0;
  private hasLostConnection = false;
  /** Whether TWS has said that it takes no orders. */
  private isReadOnly = false;
  private made: OwnOrders | undefined;

  constructor({ connection, findZone, signal, times }: WalkSettings) {
    this.connection = connection;
    this.ear = new Ear(connection);
    this.signal = signal;
    this.times = { ...WALK_TIMES, ...times };
    this.findZone = findZone;
    this.contracts = new Contracts(connection, { now: () => connection.clock.now });
    this.history = new TwsHistory({ connection, contracts: this.contracts, findZone });
  }

  /** Looks the contracts up; the connection is open. @throws TwsError CONTRACT_UNKNOWN, CONTRACT_AMBIGUOUS */
  async begin(instruments: readonly Instrument[], account: string): Promise<void> {
    this.ownAccount = account;
    this.greeting = this.ear.since(0);
    this.traded = await tradedContracts(this.contracts, instruments);
    this.made = new OwnOrders(this.connection, this.ear, account, this.traded, this.times);
  }

  /** The orders of the walk, where TWS takes some. @throws NotShown */
  get ordering(): OwnOrders {
    if (this.isReadOnly) throw new NotShown(READ_ONLY);
    return this.own;
  }

  /** What has kept whole parts of the walk from being tried, up to now. @throws the signal's reason */
  async obstacles(): Promise<AcceptanceError[]> {
    await this.isConnected();
    const found: AcceptanceError[] = [];
    if (this.hasLostConnection) found.push(new AcceptanceError("CONNECTION_GONE"));
    if (this.isReadOnly) {
      found.push(new AcceptanceError("ORDERS_UNTRIED", { extent: this.own.highestId === 0 ? "Nothing" : "Not all" }));
    }
    return found;
  }

  get own(): OwnOrders {
    if (this.made === undefined) throw new Error("the walk has not begun");
    return this.made;
  }

  /** The one that trades. */
  get account(): string {
    return this.ownAccount;
  }

  get now(): Instant {
    return this.connection.clock.now;
  }

  contractOf({ symbol }: Instrument): ContractDetails {
    const traded = this.traded.get(symbol);
    if (traded === undefined) throw new Error(`${symbol} has not been looked up`);
    return traded.details;
  }

  /** Whether the regular hours of an instrument are on, by what TWS says of them; hours that cannot be read are. */
  isOpen(instrument: Instrument): boolean {
    const { now } = this;
    try {
      const { liquid, clock } = contractHours(this.contractOf(instrument), this.findZone);
      return liquid.stretches.some(
        ({ start, end }) => clock.instantAtOrAfter(start) <= now && now < clock.instantAtOrAfter(end),
      );
    } catch (error) {
      // A step of its own tells it.
      if (error instanceof IbError) return true;
      throw error;
    }
  }

  /** How long to wait for something of an instrument's market. */
  marketWait(instrument: Instrument): number {
    const { market } = this.times;
    return this.isOpen(instrument) ? market : Math.min(market, CLOSED_WAIT);
  }

  /** Goes one step. @throws the signal's reason, once it is aborted */
  async take(step: { run(walk: Walk, sight: Sighting): Promise<void> }): Promise<Sight> {
    const sight = new Sighting();
    const place = this.ear.place;
    this.earlier = this.connection.requestIds.used;
    try {
      if (!(await this.isConnected())) throw new NotShown("there is no connection any more");
      await this.orAborted(step.run(this, sight));
    } catch (error) {
      if (this.signal.aborted) throw this.signal.reason;
      if (error instanceof NotShown) sight.miss(error.message);
      else if (isReadOnly(error)) {
        this.isReadOnly = true;
        sight.miss(READ_ONLY);
      } else if (error instanceof SeatrialError) {
        sight.fact("answer", failureText(error));
        // What came instead, but for what may be about the orders of others.
        sight.heard = this.ear.since(place).filter(({ kind }) => !OF_ORDERS.includes(kind));
      } else throw error;
    }
    return sight;
  }

  /** The link that there is. */
  link(what: string): Promise<Link> {
    return this.connection.linkNow(what);
  }

  /** @returns false where it does not hold within so many milliseconds. @throws the signal's reason */
  until(holds: () => boolean, ms = this.times.answer): Promise<boolean> {
    return this.ear.until(holds, ms, this.signal);
  }

  /** Waits for whatever comes behind what was waited for: what was under way, and what takes a moment. */
  async settle(): Promise<void> {
    const [[symbol, { details }]] = this.traded;
    const question = { ...contractsLike(symbol, requestOf(details)), timeOut: this.times.answer };
    try {
      await this.connection.ask(question);
    } catch (error) {
      // Only that it has been answered was wanted.
      if (!(error instanceof TwsError)) throw error;
    }
    await this.until(() => false, this.times.settle);
  }

  /** Messages of these kinds from a place on, and errors that answer a request of the step. */
  answers(place: number, ...kinds: readonly string[]): readonly Heard[] {
    return this.ear.since(place).filter(({ kind, id }) => {
      const isLate = id !== undefined && id >= FIRST_REQUEST_ID && id <= this.earlier;
      if (isLate) return false;
      return kinds.includes(kind) || kind === "unreadable" || (kind === "error" && (id ?? 0) >= FIRST_REQUEST_ID);
    });
  }

  /** Open orders of the walk's client id from a place on: each client counts its own ids, and all may be told. */
  ownOpen(place: number): readonly TwsEvents["openOrder"][] {
    return this.ear.told("openOrder", place).filter(([, , { clientId }]) => clientId === this.connection.clientId);
  }

  /** The same of their statuses. */
  ownStatuses(place: number): readonly TwsEvents["orderStatus"][] {
    return this.ear.told("orderStatus", place).filter((told) => told[8] === this.connection.clientId);
  }

  /** Messages about orders of the walk from a place on, of these ids and kinds. */
  news(place: number, orderIds: readonly number[], ...more: readonly string[]): readonly Heard[] {
    const { clientId } = this.connection;
    const executions = new Set(
      this.ear.told("execDetails", place).flatMap(([, , one]) => (this.own.hasMade(one.orderRef) ? [one.execId] : [])),
    );
    return this.ear.since(place).filter(({ kind, id, told, fields }) => {
      if (more.includes(kind) || kind === "unreadable") return true;
      if (kind === "openOrder" || kind === "orderStatus") {
        return orderIds.includes(id ?? -1) && fields.clientId?.[0] === clientId;
      }
      if (kind === "error") return orderIds.includes(id ?? -1);
      if (kind === "execDetails") return executions.has(fields.execId?.[0] as string);
      if (kind === "commissionReport") return executions.has((told[0] as { execId?: string }).execId);
      if (kind === "completedOrder") return this.own.hasMade(fields.orderRef?.[0] as string | undefined);
      return false;
    });
  }

  /** A connection that was lost is made again by itself; one that was waited for in vain is not waited for again. */
  private async isConnected(): Promise<boolean> {
    const { connection, times } = this;
    if (!connection.isUsable && !this.hasLostConnection) {
      this.hasLostConnection = !(await this.until(() => connection.isUsable, times.reconnect));
    }
    return connection.isUsable;
  }

  private orAborted<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
    });
  }
}

function isReadOnly(error: unknown): boolean {
  return error instanceof TwsError && /read-only/i.test(error.refusal?.text ?? "");
}

/** Why something was not answered, without the address that it was asked at. */
export function failureText(error: SeatrialError): string {
  if (!(error instanceof TwsError)) return error.message;
  const { refusal, code, details } = error;
  if (refusal !== undefined) return `code ${refusal.code}: ${refusal.text}`;
  return code === "REQUEST_TIMED_OUT" ? `none within ${details.seconds} s` : code;
}
