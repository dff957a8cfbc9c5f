import { connect, type LookupFunction, type Socket } from "node:net";

/** What a port does when somebody greets it as a client of TWS does. */
export type Probe =
  /** Nothing listens. */
  | { readonly kind: "refused" }
  /** No answer at all: a firewall, or no such machine. */
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "unknown host" }
  /** The connection was taken, and closed without a word. */
  | { readonly kind: "closed" }
  /** The connection was taken, and nothing came. */
  | { readonly kind: "silent" }
  /** Something else answered. */
  | { readonly kind: "foreign"; readonly what: string }
  | { readonly kind: "greeted"; readonly version: number };

export interface ProbeSettings {
  readonly host: string;
  readonly port: number;
  /** Milliseconds until the connection has to be there, and from then until the greeting has to. */
  readonly dial: number;
  readonly greet: number;
  /** How the host's address is found. Default: as the system does. */
  readonly lookup?: LookupFunction;
}

/** The greeting of a client, up to the point at which TWS tells its version and has not heard of a client id. */
const GREETING = Buffer.from("API\0\0\0\0\x09v100..193", "latin1");

/** Greets a port and hangs up. It never fails: whatever happens is the answer. */
export function probePort({ host, port, dial, greet, lookup }: ProbeSettings): Promise<Probe> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...(lookup !== undefined && { lookup }) });
    let isThere = false;
    let bytes = Buffer.alloc(0);
    const answer = (probe: Probe): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(probe);
    };
    let timer = setTimeout(() => answer({ kind: "unreachable", reason: "no answer" }), dial);
    socket.once("connect", () => {
      isThere = true;
      clearTimeout(timer);
      timer = setTimeout(() => answer(bytes.length === 0 ? { kind: "silent" } : readGreeting(bytes, true)), greet);
      send(socket);
    });
    socket.on("data", (more) => {
      bytes = Buffer.concat([bytes, more]);
      const probe = readGreeting(bytes, false);
      if (probe.kind !== "silent") answer(probe);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (!isThere) answer(ofError(error));
    });
    socket.once("close", () => {
      // A connection that is reset was closed, too.
      if (isThere) answer(bytes.length === 0 ? { kind: "closed" } : readGreeting(bytes, true));
    });
  });
}

function send(socket: Socket): void {
  socket.write(GREETING);
}

function ofError(error: NodeJS.ErrnoException): Probe {
  // Where a name has several addresses the errors of all come as one.
  const codes = error instanceof AggregateError ? error.errors.map(({ code }) => String(code)) : [String(error.code)];
  if (codes.every((code) => code === "ECONNREFUSED")) return { kind: "refused" };
  // It was there, and was cut before anybody here heard of it.
  if (codes.some((code) => code === "ECONNRESET" || code === "ECONNABORTED")) return { kind: "closed" };
  if (codes.some((code) => ["ENOTFOUND", "EAI_AGAIN", "EAI_NONAME"].includes(code))) return { kind: "unknown host" };
  return { kind: "unreachable", reason: codes.join(", ") };
}

/** @param isAll whether nothing more will come; otherwise "silent" says that it is too early to tell */
function readGreeting(bytes: Buffer, isAll: boolean): Probe {
  const text = bytes.subarray(0, 64).toString("latin1");
  if (/^(HTTP\/|<)/.test(text)) return { kind: "foreign", what: "a web server" };
  if (text.startsWith("SSH-")) return { kind: "foreign", what: "an SSH server" };
  if (bytes[0] === 0x15 && bytes[1] === 0x03) return { kind: "foreign", what: "a server that wants TLS" };
  // Before version 100 greetings had no length in front.
  const old = /^(\d{1,3})\0\d{8}/.exec(text);
  if (old !== null) return { kind: "greeted", version: Number(old[1]) };
  if (bytes.length >= 4) {
    const length = bytes.readUInt32BE(0);
    const greeting = /^(\d{1,4})\0[^\0]*\0$/.exec(bytes.subarray(4, 4 + length).toString("latin1"));
    if (bytes.length >= 4 + length && greeting !== null) return { kind: "greeted", version: Number(greeting[1]) };
    if (length > 200) return { kind: "foreign", what: "another program" };
  }
  return isAll ? { kind: "foreign", what: "another program" } : { kind: "silent" };
}
