import type { Socket } from "node:net";
import { FieldReader, MalformedRequest } from "../wire/field-reader.js";
import { FrameReader } from "../wire/frame-reader.js";
import { encodeFrame } from "../wire/message.js";
import { REQUEST } from "../wire/message-ids.js";
import type { ClientSession } from "./client-session.js";
import { Connection } from "./connection.js";
import { parseVersions, type VersionRange } from "./handshake.js";
import { errorMessage } from "./session-answers.js";

/** What a caller is answered by. */
export interface Host {
  /** A socket is there; false hangs up on it. */
  admits(connection: Connection): boolean;
  /** The server's version and time for a client that speaks these; undefined hangs up. */
  greet(versions: VersionRange): { readonly version: number; readonly time: string } | undefined;
  /** Makes the caller a client, and tells it what every client is told first; undefined where it may not be one. */
  start(connection: Connection, clientId: number): ClientSession | undefined;
  handle(client: ClientSession, payload: Buffer): void;
  left(client: ClientSession): void;
}

/**
 * A socket on its way from a greeting to a client: "API", then the versions it speaks, then startApi with its client id.
 * Whatever else it sends before that is no client's behaviour, and is passed over or hung up on, as TWS does.
 */
export class Caller {
  readonly connection: Connection;
  private readonly host: Host;
  private readonly reader = new FrameReader();
  private isGreeted = false;
  private client: ClientSession | undefined;

  constructor(socket: Socket, host: Host) {
    this.host = host;
    this.connection = new Connection(socket, (bytes) => this.read(bytes));
    this.connection.onClosed = () => {
      if (this.client !== undefined) host.left(this.client);
    };
    if (!host.admits(this.connection)) this.connection.close();
  }

  private read(bytes: Buffer): void {
    for (const payload of this.reader.read(bytes)) {
      if (!this.connection.isOpen) return;
      if (!this.isGreeted) this.greet(payload);
      else if (this.client === undefined) this.start(payload);
      else this.host.handle(this.client, payload);
    }
    if (this.reader.broken && this.connection.isOpen) this.connection.close();
  }

  private greet(payload: Buffer): void {
    const versions = parseVersions(payload.toString("latin1").replace(/\0$/, ""));
    const answer = versions === undefined ? undefined : this.host.greet(versions);
    if (answer === undefined) {
      this.connection.close();
      return;
    }
    this.isGreeted = true;
    this.connection.send(encodeFrame([answer.version, answer.time]));
  }

  private start(payload: Buffer): void {
    let clientId: number;
    try {
      const fields = new FieldReader(payload);
      if (fields.int() !== REQUEST.startApi) return;
      fields.int();
      clientId = fields.int();
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      this.connection.send(encodeFrame(errorMessage(-1, 320, `Error reading request. ${error.message}`)));
      this.connection.close();
      return;
    }
    this.client = this.host.start(this.connection, clientId);
  }
}
