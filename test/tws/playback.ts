import { createServer, type Server, type Socket } from "node:net";
import { FIRST_REQUEST_ID } from "../../brokers/tws/connection/ids.js";
import type { RecordedLine } from "../../brokers/tws/recording/recording.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { frame } from "./scripted-tws.js";

const TIME = "49";

/**
 * Plays a recording back: it says what TWS said, each time when the client has sent what it had sent before that.
 * Request ids are those of the client that listens now; questions for the time are not waited for.
 */
export class Playback {
  /** What the client has sent and the recording has not; nothing, where it does the same again. */
  readonly unexpected: (readonly string[])[] = [];
  private readonly server: Server;
  private readonly connections: RecordedLine[][] = [];

  private constructor(recording: readonly RecordedLine[]) {
    for (const line of recording) {
      if ("dial" in line) this.connections.push([]);
      else this.connections.at(-1)?.push(line);
    }
    this.server = createServer((socket) => new Player(socket, this.connections.shift() ?? [], this.unexpected));
  }

  static async start(recording: readonly RecordedLine[]): Promise<Playback> {
    const playback = new Playback(recording);
    await new Promise<void>((resolve) => playback.server.listen(0, "127.0.0.1", resolve));
    closeAfterTest(() => playback.server.close());
    return playback;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }
}

class Player {
  private readonly socket: Socket;
  private readonly lines: readonly RecordedLine[];
  private readonly unexpected: (readonly string[])[];
  private at = 0;
  private rest = Buffer.alloc(0);
  private readonly heard: (readonly string[])[] = [];
  /** Request ids of the recording, and what they are now. */
  private readonly ids = new Map<string, string>();

  constructor(socket: Socket, lines: readonly RecordedLine[], unexpected: (readonly string[])[]) {
    this.socket = socket;
    this.lines = lines;
    this.unexpected = unexpected;
    socket.on("error", () => undefined);
    socket.on("close", () => this.unexpected.push(...this.heard));
    socket.on("data", (bytes) => {
      this.rest = Buffer.concat([this.rest, bytes]);
      this.read();
      this.play();
    });
  }

  private read(): void {
    if (this.rest.subarray(0, 4).toString("latin1") === "API\0") {
      const length = this.rest.readUInt32BE(4);
      this.heard.push(["API", this.rest.subarray(8, 8 + length).toString("latin1")]);
      this.rest = this.rest.subarray(8 + length);
    }
    while (this.rest.length >= 4 && this.rest.length >= 4 + this.rest.readUInt32BE(0)) {
      const end = 4 + this.rest.readUInt32BE(0);
      const fields = this.rest.subarray(4, end).toString("utf8").split("\0").slice(0, -1);
      this.rest = this.rest.subarray(end);
      if (fields[0] !== TIME) this.heard.push(fields);
    }
  }

  private play(): void {
    for (; this.at < this.lines.length; this.at++) {
      const line = this.lines[this.at];
      if ("out" in line) {
        if (line.out[0] !== TIME && !this.expect(line.out)) return;
      } else if ("in" in line) {
        const [id, first, second, ...others] = line.in;
        const now = (field: string): string => this.ids.get(field) ?? field;
        const fields = [id, first, second].filter((field) => field !== undefined).map(now);
        this.socket.write(frame([...fields, ...others]));
      } else if ("end" in line) {
        this.socket.end();
      }
    }
  }

  /** Whether the client has sent that message; it is not looked for again. */
  private expect(out: readonly string[]): boolean {
    const place = this.heard.findIndex((fields) => alike(fields, out));
    if (place < 0) return false;
    const [fields] = this.heard.splice(place, 1);
    for (const [i, field] of out.entries()) if (isRequestId(field, i)) this.ids.set(field, fields[i]);
    return true;
  }
}

function alike(fields: readonly string[], out: readonly string[]): boolean {
  return fields.length === out.length && out.every((field, i) => isRequestId(field, i) || fields[i] === field);
}

/** Where requests carry their id it is the first or the second field. */
function isRequestId(field: string, place: number): boolean {
  return (place === 1 || place === 2) && Number(field) > FIRST_REQUEST_ID;
}
