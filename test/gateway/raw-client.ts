import { connect, type Socket } from "node:net";
import { closeAfterTest } from "./close-after-test.js";

/** A client that speaks the protocol by hand: it shows every message as its fields. */
export class RawClient {
  /** The messages that came, as fields; the first is the server's version and time. */
  readonly messages: string[][] = [];
  isClosed = false;
  private readonly socket: Socket;
  private rest = Buffer.alloc(0);
  private readonly waiting: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.rest = Buffer.concat([this.rest, bytes]);
      this.cut();
      this.tell();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.isClosed = true;
      this.tell();
    });
  }

  static async dial(port: number): Promise<RawClient> {
    const socket = connect(port, "127.0.0.1");
    const client = new RawClient(socket);
    closeAfterTest(() => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", () => resolve());
      socket.once("error", reject);
    });
    return client;
  }

  /** Dials, greets, and starts as a client. */
  static async start(port: number, clientId: number | string, versions = "v100..178"): Promise<RawClient> {
    const client = await RawClient.dial(port);
    client.greet(versions);
    await client.until(() => client.messages.length > 0);
    client.send(71, 2, clientId, "");
    await client.until(() => client.isClosed || client.of(9).length > 0);
    return client;
  }

  greet(versions: string): void {
    const frame = Buffer.alloc(8 + versions.length);
    frame.write("API\0", 0, "latin1");
    frame.writeUInt32BE(versions.length, 4);
    frame.write(versions, 8, "latin1");
    this.socket.write(frame);
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  send(...fields: readonly (string | number | boolean)[]): void {
    const text = fields.map((field) => `${typeof field === "boolean" ? Number(field) : field}\0`).join("");
    const payload = Buffer.from(text);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(payload.length);
    this.socket.write(Buffer.concat([length, payload]));
  }

  /** The messages of an id so far. */
  of(id: number): string[][] {
    return this.messages.filter(([first], i) => i > 0 && first === String(id));
  }

  /** The codes and texts of the errors that answer a request. */
  errors(request: number): { code: number; text: string }[] {
    return this.of(4)
      .filter((fields) => fields[2] === String(request))
      .map((fields) => ({ code: Number(fields[3]), text: fields[4] }));
  }

  /** Resolves when that holds; fails after some seconds. */
  until(holds: () => boolean, ms = 5_000): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        clearInterval(beat);
        reject(new Error(`it never came about; the last messages are ${JSON.stringify(this.messages.slice(-5))}`));
      }, ms);
      // What holds may depend on more than messages.
      const beat = setInterval(() => look(), 10);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        clearInterval(beat);
        this.waiting.splice(this.waiting.indexOf(look), 1);
        resolve();
      };
      this.waiting.push(look);
    });
  }

  /** Bytes that came and went on this connection. */
  get bytesRead(): number {
    return this.socket.bytesRead;
  }

  get bytesWritten(): number {
    return this.socket.bytesWritten;
  }

  hangUp(): void {
    this.socket.destroy();
  }

  private cut(): void {
    while (this.rest.length >= 4) {
      const length = this.rest.readUInt32BE(0);
      if (this.rest.length < 4 + length) return;
      const text = this.rest.subarray(4, 4 + length).toString("utf8");
      this.rest = this.rest.subarray(4 + length);
      this.messages.push(text.split("\0").slice(0, -1));
    }
  }

  private tell(): void {
    for (const look of [...this.waiting]) look();
  }
}
