import { createServer, type Server, type Socket } from "node:net";
import { LIMITS } from "../ib/pacing.js";
import { MOST_CLIENT_ID } from "../ib/ports.js";
import type { Listing } from "./contracts/listing.js";
import { GatewayError } from "./errors.js";
import type { FaultPlan } from "./faults/fault-plan.js";
import { type FaultEvent, FaultRunner } from "./faults/fault-runner.js";
import { FaultState } from "./faults/fault-state.js";
import type { FaultTarget } from "./faults/fault-target.js";
import { finestSeries } from "./gateway-data.js";
import {
  ALL_LIMITS,
  checkAccounts,
  DEFAULT_ACCOUNT,
  DEFAULT_FUNDS,
  DEFAULT_PORT,
  DEFAULT_TICKS,
  defaultRules,
  endOf,
  type GatewayOptions,
  type LimitSwitches,
  startOf,
} from "./gateway-options.js";
import { GatewayServices } from "./gateway-services.js";
import { HistoryPacing } from "./limits/history-pacing.js";
import { MessageRate } from "./limits/message-rate.js";
import { Lockstep } from "./lockstep/lockstep.js";
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
import { Driver, type Speed } from "./simulation/driver.js";
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
  private readonly log: (line: string) => void;
  private readonly speed: Speed;
  private readonly driver: Driver;
  private readonly lockstep: Lockstep;
  private readonly faultRunner: FaultRunner;
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
    this.log = options.log ?? (() => undefined);
    const { data } = options;
    const start = startOf(data, options.from);
    const finest = finestSeries(data);
    const ticks = options.ticks ?? DEFAULT_TICKS;
    const events = new MarketEvents(finest, ticks, start);
    this.simulation = new Simulation(events, start, endOf(data, finest));
    const sockets = new SocketBrake(this.clients, () => this.services.isWatched);
    this.lockstep = new Lockstep(this.simulation, this.clients, sockets);
    this.speed = options.speed ?? 1;
    this.driver = new Driver(this.simulation, this.speed, this.wallClock, this.lockstep, options.beat);
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
    const plan = options.faults ?? { faults: [], random: undefined };
    const { listings } = this.services;
    checkSymbols(plan, listings);
    const [listing] = listings;
    const say = (line: string): void => this.say(line);
    this.faultRunner = new FaultRunner(plan, this.faultTarget(), this.simulation, listing, options.seed ?? 1, say);
  }

  /**
   * Starts a gateway that listens on the loopback interface.
   * @throws GatewayError PORT_IN_USE, PORT_REFUSED, and what the settings are refused for
   */
  static async listen(options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.open(options.port ?? DEFAULT_PORT);
    try {
      if (gateway.speed === "max") await gateway.lockstep.open(options.lockstepPort ?? 0);
    } catch (error) {
      gateway.server.close();
      throw error;
    }
    gateway.driver.begin();
    return gateway;
  }

  /** The port it listens on. */
  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** The port of the lockstep channel; 0 unless time runs as fast as everybody can follow. */
  get lockstepPort(): number {
    return this.lockstep.port;
  }

  /** The faults that have happened so far. */
  get faultEvents(): readonly FaultEvent[] {
    return this.faultRunner.events;
  }

  /** Cuts what every client is sent into pieces of that many bytes; 0 sends it whole. */
  setPieces(bytes: number): void {
    this.faults.pieceBytes = bytes;
    for (const { connection } of this.callers) connection.pieceBytes = bytes;
  }

  /** Cuts all clients off and ends. */
  async close(): Promise<void> {
    this.driver.end();
    await this.lockstep.close();
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
    this.callers.add(caller);
    socket.once("close", () => this.callers.delete(caller));
  }

  private readonly host: Host = {
    admits: (connection) => this.admits(connection),
    greet: (versions) => this.greet(versions),
    start: (connection, clientId) => this.start(connection, clientId),
    handle: (client, payload) => this.handle(client, payload),
    left: (client) => this.left(client),
  };

  private admits(connection: Connection): boolean {
    const { faults } = this;
    connection.pieceBytes = faults.pieceBytes;
    connection.isSilent = faults.isSilent;
    if (!faults.reads) connection.setReading(false);
    if (faults.refusedSockets <= 0) return true;
    faults.refusedSockets--;
    return false;
  }

  private greet(versions: VersionRange): { version: number; time: string } | undefined {
    this.driver.catchUp();
    const version = agreedVersion(versions);
    if (version === undefined) return undefined;
    const { faults } = this;
    const time = this.texts.ofOperator(this.simulation.now);
    if (faults.wrongVersions <= 0) return { version, time };
    faults.wrongVersions--;
    return { version: NO_VERSION, time };
  }

  private start(connection: Connection, clientId: number): ClientSession | undefined {
    const { faults } = this;
    const refuse = (code: number, text: string): undefined => {
      connection.send(encodeFrame(errorMessage(-1, code, text)));
      connection.close();
      return undefined;
    };
    if (!(clientId >= 0 && clientId <= MOST_CLIENT_ID)) {
      return refuse(321, `Error validating request.-'bN' : cause - Client id ${clientId} is out of range`);
    }
    if (this.clients.get(clientId) !== undefined || faults.takenIds > 0) {
      if (this.clients.get(clientId) === undefined) faults.takenIds--;
      return refuse(326, "Unable to connect as the client id is already in use. Retry with a unique client id.");
    }
    const client = new ClientSession(clientId, connection);
    this.clients.add(client);
    connection.onDrained = () => this.lockstep.look();
    this.say(`client ${clientId} has connected`);
    client.send(managedAccounts(this.accounts));
    if (faults.withheldIds > 0) faults.withheldIds--;
    else client.send(nextValidId(this.orderIds.nextOf(clientId)));
    for (const farm of FARMS) tellFarm(client, farm, !faults.brokenFarms.has(farm));
    this.lockstep.look();
    this.driver.wake();
    return client;
  }

  private handle(client: ClientSession, payload: Buffer): void {
    this.driver.catchUp();
    // What arrives behind a cut is lost.
    if (!client.isConnected || !this.isWithinRate(client)) return;
    try {
      const fields = new FieldReader(payload);
      const id = fields.int();
      const handler = this.services.handler(id);
      if (handler === undefined) client.error(-1, 320, `Error reading request. Unknown message id ${id}`);
      else handler(client, fields);
      this.faultRunner.handled(id);
    } catch (error) {
      if (error instanceof Refusal) client.error(error.id, error.code, error.message);
      else if (error instanceof MalformedRequest) client.error(-1, 320, `Error reading request. ${error.message}`);
      else throw error;
    }
    this.lockstep.look();
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
    if (this.clients.get(client.clientId) === client) this.say(`client ${client.clientId} is gone`);
    this.clients.remove(client);
    this.services.left(client);
    this.lockstep.look();
  }

  /** A line of the log, with the simulated time. */
  private say(line: string): void {
    this.log(`${new Date(this.simulation.now).toISOString()} ${line}`);
  }

  private faultTarget(): FaultTarget {
    const { faults, services, clients } = this;
    return {
      state: faults,
      disconnect: (how) => {
        for (const { connection } of [...this.callers]) {
          if (how === "reset") connection.reset();
          else connection.close();
        }
        // Their ids are free at once, and nothing more is told to them.
        for (const client of clients.all) this.left(client);
      },
      setSilence: (isSilent, reads) => {
        faults.isSilent = isSilent;
        faults.reads = reads;
        for (const { connection } of this.callers) {
          connection.isSilent = isSilent;
          connection.setReading(reads);
        }
      },
      setPieces: (bytes) => this.setPieces(bytes),
      tell: (code, text) => {
        for (const client of clients.all) client.error(-1, code, text);
      },
      tellFarm: (farm, isOk) => {
        for (const client of clients.all) tellFarm(client, farm, isOk);
      },
      forgetStreams: () => services.forgetStreams(),
      killLiveBars: () => services.live.kill(),
      refreshQuotes: () => services.quotes.refresh(),
      resume: () => services.resume(),
      placeByHand: (order) => services.placeByHand(order),
      afterNextOrder: (act) => this.faultRunner.afterNextOrder(act),
    };
  }
}

/** @throws GatewayError FAULT_FIELD for an order by hand of a symbol that is not listed */
function checkSymbols(plan: FaultPlan, listings: readonly Listing[]): void {
  const symbols = listings.map(({ localSymbol }) => localSymbol);
  for (const { name, fields } of plan.faults) {
    if (name !== "manual-order" || symbols.includes(fields.text("symbol"))) continue;
    const rule = `one of ${symbols.join(", ")}`;
    throw new GatewayError("FAULT_FIELD", { fault: name, field: "symbol", value: fields.text("symbol"), rule });
  }
}

/** A protocol version that no client takes. */
const NO_VERSION = 7;
