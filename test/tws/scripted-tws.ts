import { createServer, type Server, type Socket } from "node:net";
import { closeAfterTest } from "../gateway/close-after-test.js";

/** What a scripted TWS does; each may be left out. */
export interface Script {
  /** A socket is there. False: nothing else happens by itself. */
  readonly connected?: (caller: Caller) => boolean | undefined;
  /** What the greeting is answered with: the version, or nothing where it is false. Default 178. */
  readonly version?: number | false;
  /** It has said who it is. Default: it is told an account and the next order id. */
  readonly started?: (caller: Caller) => void;
  /** A message has come. Default: only questions for the time are answered. */
  readonly message?: (caller: Caller, fields: readonly string[]) => void;
}

/** A server that greets as TWS does and then does what a test says, message by message. */
export class ScriptedTws {
  readonly callers: Caller[] = [];
  private readonly server: Server;

  private constructor(script: Script) {
    this.server = createServer((socket) => this.callers.push(new Caller(socket, script)));
  }

  /** Starts it on a free port of the loopback interface, or on the one that is named; it ends with the test. */
  static async start(script: Script = {}, port = 0): Promise<ScriptedTws> {
    const tws = new ScriptedTws(script);
    await new Promise<void>((resolve, reject) => {
      tws.server.once("error", reject);
      tws.server.listen(port, "127.0.0.1", () => resolve());
    });
    closeAfterTest(() => tws.stop());
    return tws;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  /** The caller that came last. */
  get caller(): Caller {
    const last = this.callers.at(-1);
    if (last === undefined) throw new Error("nobody has called");
    return last;
  }

  /** Every message of every caller that has this id. */
  heard(id: number): (readonly string[])[] {
    return this.callers.flatMap((caller) => caller.messages.filter(([first]) => first === String(id)));
  }

  async stop(): Promise<void> {
    for (const caller of this.callers) caller.socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** One who has called. */
export class Caller {
  readonly socket: Socket;
  /** What came behind the greeting: startApi first. */
  readonly messages: (readonly string[])[] = [];
  /** All bytes that came. */
  bytes = Buffer.alloc(0);
  clientId = -1;
  isGone = false;
  private readonly script: Script;
  private isGreeted = false;
  private rest = Buffer.alloc(0);

  constructor(socket: Socket, script: Script) {
    this.socket = socket;
    this.script = script;
    socket.setNoDelay(true);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.isGone = true;
    });
    const goesOn = script.connected?.(this) ?? true;
    socket.on("data", (bytes) => {
      this.bytes = Buffer.concat([this.bytes, bytes]);
      if (!goesOn) return;
      this.rest = Buffer.concat([this.rest, bytes]);
      this.read();
    });
  }

  send(...fields: readonly (string | number)[]): void {
    this.sendFrame(frame(fields));
  }

  sendFrame(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  /** Code and text, for a request or an order; -1 for nobody. */
  error(id: number, code: number, text: string, reject = ""): void {
    this.send(4, 2, id, code, text, reject);
  }

  /** What TWS tells a client that has come in. */
  welcome(account = "DU1234567", nextOrderId = 1): void {
    this.send(15, 1, account);
    this.send(9, 1, nextOrderId);
  }

  private read(): void {
    if (!this.isGreeted) {
      const hello = this.rest.indexOf("API\0");
      if (hello !== 0 || this.rest.length < 8) return;
      const length = this.rest.readUInt32BE(4);
      if (this.rest.length < 8 + length) return;
      this.rest = this.rest.subarray(8 + length);
      this.isGreeted = true;
      const version = this.script.version ?? 178;
      if (version !== false) this.send(version, "20260105 10:00:00 EST");
    }
    while (this.rest.length >= 4) {
      const length = this.rest.readUInt32BE(0);
      if (this.rest.length < 4 + length) return;
      const fields = this.rest
        .subarray(4, 4 + length)
        .toString("utf8")
        .split("\0")
        .slice(0, -1);
      this.rest = this.rest.subarray(4 + length);
      this.messages.push(fields);
      if (fields[0] === "71") {
        this.clientId = Number(fields[2]);
        if (this.script.started === undefined) this.welcome();
        else this.script.started(this);
      } else if (this.script.message !== undefined) this.script.message(this, fields);
      else if (fields[0] === "49") this.tellTime();
    }
  }

  /** Tells the time of this machine, plus so many milliseconds. */
  tellTime(ahead = 0): void {
    this.send(49, 1, Math.floor((Date.now() + ahead) / 1_000));
  }
}

export function frame(fields: readonly (string | number)[]): Buffer {
  const payload = Buffer.from(fields.map((field) => `${field}\0`).join(""));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return Buffer.concat([length, payload]);
}

/** Resolves when that holds; fails after some seconds. */
export async function until(holds: () => boolean, what = "it", ms = 5_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`${what} never came about`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
