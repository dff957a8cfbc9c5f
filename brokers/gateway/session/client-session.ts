import { encodeFrame, type Message } from "../wire/message.js";
import type { Connection } from "./connection.js";
import { errorMessage } from "./session-answers.js";

/** One connected client: who it is, and the way to it. */
export class ClientSession {
  readonly clientId: number;
  readonly connection: Connection;
  /** What the client asked for with reqMarketDataType: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
  marketDataType = 1;

  constructor(clientId: number, connection: Connection) {
    this.clientId = clientId;
    this.connection = connection;
  }

  get isConnected(): boolean {
    return this.connection.isOpen;
  }

  send(message: Message): void {
    this.connection.send(encodeFrame(message));
  }

  /** A frame that was encoded already, such as a long history. */
  sendFrame(frame: Buffer): void {
    this.connection.send(frame);
  }

  /** @param id the request or order that it answers; -1 for none */
  error(id: number, code: number, text: string, reject = ""): void {
    this.send(errorMessage(id, code, text, reject));
  }
}
