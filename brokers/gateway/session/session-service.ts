import { SECOND } from "../../../core/market/bar-size.js";
import type { FaultState } from "../faults/fault-state.js";
import type { Simulation } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import type { ClientSession } from "./client-session.js";
import type { RequestHandler, Service } from "./service.js";
import { currentTime, managedAccounts, userInfo } from "./session-answers.js";

/** Time, accounts, and whatever else belongs to a session as such. */
export class SessionService implements Service {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.currentTime]: (client, fields) => this.currentTime(client, fields),
    [REQUEST.managedAccounts]: (client, fields) => this.managedAccounts(client, fields),
    [REQUEST.serverLogLevel]: (client, fields) => this.serverLogLevel(client, fields),
    [REQUEST.userInfo]: (client, fields) => this.userInfo(client, fields),
  };
  private readonly simulation: Simulation;
  private readonly accounts: readonly string[];

  private readonly faults: FaultState;
  private readonly wallClock: () => number;
  /** When each client asked for the time last. */
  private readonly asked = new WeakMap<ClientSession, number>();

  constructor(simulation: Simulation, accounts: readonly string[], faults: FaultState, wallClock: () => number) {
    this.simulation = simulation;
    this.accounts = accounts;
    this.faults = faults;
    this.wallClock = wallClock;
  }

  private currentTime(client: ClientSession, fields: FieldReader): void {
    fields.int();
    fields.end();
    const now = this.wallClock();
    const isRepeated = now - (this.asked.get(client) ?? Number.NEGATIVE_INFINITY) < SECOND;
    this.asked.set(client, now);
    if (isRepeated && this.faults.isDeafToTime) return;
    client.send(currentTime(this.simulation.now + this.faults.timeAhead));
  }

  private managedAccounts(client: ClientSession, fields: FieldReader): void {
    fields.int();
    fields.end();
    client.send(managedAccounts(this.accounts));
  }

  private serverLogLevel(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const level = fields.int();
    fields.end();
    if (level < 1 || level > 5) client.error(-1, 319, "Invalid log level");
  }

  private userInfo(client: ClientSession, fields: FieldReader): void {
    const request = fields.int();
    fields.end();
    client.send(userInfo(request));
  }
}
