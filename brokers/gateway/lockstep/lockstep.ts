import { createServer, type Server } from "node:net";
import { GatewayError } from "../errors.js";
import type { ClientList } from "../session/client-list.js";
import type { SocketBrake } from "../session/socket-brake.js";
import type { Brake } from "../simulation/driver.js";
import type { Simulation } from "../simulation/simulation.js";
import type { PartnerLine } from "./lockstep-line.js";
import { Partner } from "./partner.js";

/**
 * Holds simulated time until every partner has dealt with all that it was sent, and everything it sent in turn has been
 * dealt with here. So a run through sockets is as repeatable as one in process, however fast it goes. Without partners
 * time is held by the sockets alone.
 */
export class Lockstep implements Brake {
  private readonly simulation: Simulation;
  private readonly clients: ClientList;
  private readonly sockets: SocketBrake;
  private readonly partners = new Set<Partner>();
  /** Those that have answered their step, whose bytes may still be on their way. */
  private readonly hasAnswered = new Set<Partner>();
  private readonly server: Server;
  private free: (() => void) | undefined;

  constructor(simulation: Simulation, clients: ClientList, sockets: SocketBrake) {
    this.simulation = simulation;
    this.clients = clients;
    this.sockets = sockets;
    this.server = createServer((socket) => {
      const partner = new Partner(
        socket,
        (from, line) => this.hear(from, line),
        (from) => this.lose(from),
      );
      this.partners.add(partner);
    });
  }

  /** @throws GatewayError PORT_IN_USE, PORT_REFUSED */
  open(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once("error", (error: NodeJS.ErrnoException) => {
        const code = error.code === "EADDRINUSE" ? "PORT_IN_USE" : "PORT_REFUSED";
        reject(new GatewayError(code, { port, reason: error.message }, error));
      });
      this.server.listen(port, "127.0.0.1", () => resolve());
    });
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    for (const partner of this.partners) partner.close();
    if (!this.server.listening) return;
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  set onFree(free: (() => void) | undefined) {
    this.free = free;
    this.sockets.onFree = free;
  }

  get isFree(): boolean {
    if (this.partners.size === 0) return this.sockets.isFree;
    for (const partner of this.partners) if (partner.clientId === undefined || partner.pending > 0) return false;
    return !this.sockets.isFull;
  }

  stepped(): void {
    for (const partner of this.partners) if (partner.clientId !== undefined) this.tell(partner);
  }

  exhausted(): void {
    for (const partner of this.partners) partner.tellOver(this.simulation.now);
  }

  /** Bytes of a client have been dealt with: a partner that waited for that may be done. */
  look(): void {
    for (const partner of this.partners) if (this.isWaiting(partner)) this.settle(partner);
    this.go();
  }

  private hear(partner: Partner, line: PartnerLine): void {
    if ("hello" in line) {
      partner.clientId = line.hello;
      this.tell(partner);
      return;
    }
    if (!partner.answers(line)) return;
    partner.writtenBytes = line.bytes;
    this.hasAnswered.add(partner);
    if (partner.wake !== undefined) partner.wake.cancelled = true;
    partner.wake = line.wake === undefined ? undefined : this.simulation.at(line.wake, () => undefined);
    this.settle(partner);
    this.go();
  }

  private tell(partner: Partner): void {
    this.hasAnswered.delete(partner);
    partner.tellStep(this.simulation.now, this.connectionOf(partner)?.sentBytes ?? 0);
  }

  private isWaiting(partner: Partner): boolean {
    return partner.pending > 0 && this.hasAnswered.has(partner);
  }

  /** A partner has answered: it is done once all it wrote has been read here and led to nothing new for it. */
  private settle(partner: Partner): void {
    const connection = this.connectionOf(partner);
    // What is not read any more cannot be waited for.
    const hasArrived = !connection?.isReading || connection.receivedBytes >= partner.writtenBytes;
    if (!hasArrived) return;
    if ((connection?.sentBytes ?? 0) > partner.toldBytes) this.tell(partner);
    else partner.pending = 0;
  }

  private lose(partner: Partner): void {
    this.partners.delete(partner);
    this.hasAnswered.delete(partner);
    if (partner.wake !== undefined) partner.wake.cancelled = true;
    this.go();
  }

  private go(): void {
    if (this.isFree) this.free?.();
  }

  private connectionOf(partner: Partner): { sentBytes: number; receivedBytes: number; isReading: boolean } | undefined {
    return partner.clientId === undefined ? undefined : this.clients.get(partner.clientId)?.connection;
  }
}
