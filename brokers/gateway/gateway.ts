import { createServer, type Server, type Socket } from "node:net";
import { LIMITS } from "../ib/pacing.js";
import { MOST_CLIENT_ID } from "../ib/ports.js";
import { GatewayError } from "./errors.js";
import { FaultState } from "./faults/fault-state.js";
import { finestSeries } from "./gateway-data.js";
import {
  ALL_LIMITS,
  checkAccounts,
  DEFAULT_ACCOUNT,
  DEFAULT_FUNDS,
  DEFAULT_PORT,
  DEFAULT_TICKS,
  defaultRules,
  type GatewayOptions,
  type LimitSwitches,
  startOf,
} from "./gateway-options.js";
import { GatewayServices } from "./gateway-services.js";
import { HistoryPacing } from "./limits/history-pacing.js";
import { MessageRate } from "./limits/message-rate.js";
import { OrderIds } from "./orders/order-ids.js";
import { Caller, type Host } from "./session/caller.js";
import { ClientList } from "./session/client-list.js";
import { ClientSession } from "./session/client-session.js";
import type { Connection } from "./session/connection.js";
import { FARMS, tellFarm } from "./session/farms.js";
import { agreedVersion, type VersionRange } from "./session/handshake.js";
import { Refusal } from "./session/refusal.js";
import { errorMessage, managedAccounts, nextValidId } from "./session/session-answers.js";
import { SocketBrake } from "./session/socket-brake.js";
import { Driver } from "./simulation/driver.js";
import { MarketEvents } from "./simulation/market-events.js";
import { Simulation } from "./simulation/simulation.js";
import { TimeTexts } from "./time-text.js";
import { FieldReader, MalformedRequest } from "./wire/field-reader.js";
import { encodeFrame } from "./wire/message.js";
import { ibZoneId } from "./zones.js";

const OPERATOR_ZONE = "America/New_York";

/**
 * A simulated IB Gateway: a TCP server on the loopback interface that unmodified clients of TWS take for one. Its
 * market is made of bars, its time is simulated, its orders are matched by the simulated broker.
 *
 * Known limitations: no scanners, no news, no fundamental data, no adviser groups; combinations (BAG) are refused.
 */
export class Gateway {
  readonly simulation: Simulation;
  readonly clients = new ClientList();
  readonly accounts: readonly string[];
  private readonly limits: LimitSwitches;
  private readonly wallClock: () => number;
  private readonly driver: Driver;
  private readonly brake: SocketBrake;
  private readonly texts: TimeTexts;
  private readonly orderIds = new OrderIds();
  /** What is wrong with the gateway now. */
  readonly faults = new FaultState();
  /** How the windows of historical requests were used. */
  readonly historyPacing = new HistoryPacing();
  readonly services: GatewayServices;
  private readonly rates = new WeakMap<ClientSession, MessageRate>();
  private readonly callers = new Set<Caller>();
  private readonly server: Server;

  /** @throws GatewayError for settings that cannot be meant */
  private constructor(options: GatewayOptions) {
    this.accounts = options.accounts ?? [DEFAULT_ACCOUNT];
    checkAccounts(this.accounts);
    this.limits = { ...ALL_LIMITS, ...options.limits };
    this.wallClock = options.wallClock ?? (() => performance.now());
    const { data } = options;
    const start = startOf(data, options.from);
    const finest = finestSeries(data);
    const ticks = options.ticks ?? DEFAULT_TICKS;
    const events = new MarketEvents(finest, ticks, start);
    this.simulation = new Simulation(events, start);
    this.brake = new SocketBrake(this.clients, () => this.services.isWatched);
    this.driver = new Driver(this.simulation, options.speed ?? 1, this.wallClock, this.brake);
    const operator = options.operatorZone ?? OPERATOR_ZONE;
    this.texts = new TimeTexts(options.timeStyle ?? "exchange", data.zoneOf(operator), ibZoneId(operator));
    this.services = new GatewayServices({
      data,
      finest,
      ticks,
      accounts: this.accounts,
      account: { ...DEFAULT_FUNDS, ...options.funds },
      rules: options.rules ?? defaultRules,
      simulation: this.simulation,
      clients: this.clients,
      faults: this.faults,
      texts: this.texts,
      operator: data.zoneOf(operator),
      orderIds: this.orderIds,
      pacing: this.limits.historyPacing ? this.historyPacing : undefined,
      lines: this.limits.lines ? LIMITS.marketDataLines : Infinity,
      wallClock: this.wallClock,
    });
    this.server = createServer((socket) => this.answer(socket));
  }

  /**
   * Starts a gateway that listens on the loopback interface.
   * @throws GatewayError PORT_IN_USE, PORT_REFUSED, and what the settings are refused for
   */
  static async listen(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.open(options.port ?? DEFAULT_PORT);
    gateway.driver.begin();
    return gateway;
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** Cuts what every client is sent into pieces of that many bytes; 0 sends it whole. */
  setPieces(bytes: number): void {
    this.faults.pieceBytes = bytes;
    for (const { connection } of this.callers) connection.pieceBytes = bytes;
  }

  /** Cuts all clients off and ends. */
  async close(): Promise<void> {
    this.driver.end();
    for (const caller of this.callers) caller.connection.reset();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  private open(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) => {
        const code = error.code === "EADDRINUSE" ? "PORT_IN_USE" : "PORT_REFUSED";
        reject(new GatewayError(code, { port, reason: error.message }, error));
      });
      this.server.listen(port, "127.0.0.1", () => resolve());
    });
  }

  private answer(socket: Socket): void {
    const caller = new Caller(socket, this.host);
    caller.connection.pieceBytes = this.faults.pieceBytes;
    this.callers.add(caller);
    socket.once("close", () => this.callers.delete(caller));
  }

  private readonly host: Host = {
    admits: () => true,
    greet: (versions) => this.greet(versions),
    start: (connection, clientId) => this.start(connection, clientId),
    handle: (client, payload) => this.handle(client, payload),
    left: (client) => this.left(client),
  };

  private greet(versions: VersionRange): { version: number; time: string } | undefined {
    this.driver.catchUp();
    const version = agreedVersion(versions);
    return version === undefined ? undefined : { version, time: this.texts.ofOperator(this.simulation.now) };
  }

  private start(connection: Connection, clientId: number): ClientSession | undefined {
    const refuse = (code: number, text: string): undefined => {
      connection.send(encodeFrame(errorMessage(-1, code, text)));
      connection.close();
      return undefined;
    };
    if (!(clientId >= 0 && clientId <= MOST_CLIENT_ID)) {
      return refuse(321, `Error validating request.-'bN' : cause - Client id ${clientId} is out of range`);
    }
    if (this.clients.get(clientId) !== undefined) {
      return refuse(326, "Unable to connect as the client id is already in use. Retry with a unique client id.");
    }
    const client = new ClientSession(clientId, connection);
    this.clients.add(client);
    connection.onDrained = () => this.brake.look();
    client.send(managedAccounts(this.accounts));
    client.send(nextValidId(this.orderIds.nextOf(clientId)));
    for (const farm of FARMS) tellFarm(client, farm, true);
    this.driver.wake();
    return client;
  }

  private handle(client: ClientSession, payload: Buffer): void {
    this.driver.catchUp();
    if (!this.isWithinRate(client)) return;
    try {
      const fields = new FieldReader(payload);
      const id = fields.int();
      const handler = this.services.handler(id);
      if (handler === undefined) client.error(-1, 320, `Error reading request. Unknown message id ${id}`);
      else handler(client, fields);
    } catch (error) {
      if (error instanceof Refusal) client.error(error.id, error.code, error.message);
      else if (error instanceof MalformedRequest) client.error(-1, 320, `Error reading request. ${error.message}`);
      else throw error;
    }
    this.driver.wake();
  }

  private isWithinRate(client: ClientSession): boolean {
    if (!this.limits.messageRate) return true;
    let rate = this.rates.get(client);
    if (rate === undefined) {
      rate = new MessageRate();
      this.rates.set(client, rate);
    }
    const verdict = rate.take(this.wallClock());
    if (verdict === "taken") return true;
    client.error(-1, 100, rate.text);
    if (verdict === "disconnect") client.connection.close();
    return false;
  }

  private left(client: ClientSession): void {
    this.clients.remove(client);
    this.services.left(client);
    this.brake.look();
  }
}
