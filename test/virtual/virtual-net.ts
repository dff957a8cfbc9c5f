import { EventEmitter } from "node:events";
import type { AddressInfo } from "node:net";
import type { VirtualProcess, VirtualTime } from "./virtual-time.js";
import type { Network } from "./world.js";

/** What a network does to bytes, drawn anew each time. */
export interface Weather {
  /** Milliseconds that bytes take. */
  delay(): number;
  /** How many of so many bytes that have arrived together are read at once; the others a moment later. */
  together(bytes: number): number;
}

/** Bytes that may be on their way to somebody who does not read, before a writer has to keep them. */
const WINDOW = 1 << 18;

/** Bytes on their way in one direction, and the end that may come behind them. */
class Pipe {
  /** Nothing arrives before then: the network stands still. */
  stillUntil = 0;
  private bytes: Buffer[] = [];
  private length = 0;
  private ending: "none" | "end" | "reset" = "none";
  private isMoving = false;
  private isSevered = false;
  private readonly net: VirtualNet;
  private readonly to: () => VirtualSocket;

  constructor(net: VirtualNet, to: () => VirtualSocket) {
    this.net = net;
    this.to = to;
  }

  /** Bytes that have left the writer and were not read. */
  get load(): number {
    return this.length + this.to().unread;
  }

  put(bytes: Buffer): void {
    if (this.ending !== "none" || this.isSevered) return;
    this.bytes.push(bytes);
    this.length += bytes.length;
    this.move();
  }

  end(how: "end" | "reset"): void {
    if (this.ending === "reset" || this.isSevered) return;
    this.ending = how;
    this.move();
  }

  /** All that is on its way is lost. */
  lose(): void {
    this.bytes = [];
    this.length = 0;
  }

  /** Nothing goes through any more. */
  sever(): void {
    this.lose();
    this.ending = "none";
    this.isSevered = true;
  }

  private move(): void {
    if (this.isMoving) return;
    this.isMoving = true;
    const { time, weather } = this.net;
    time.after(Math.max(weather.delay(), this.stillUntil - time.now), () => this.arrive(), this.to().owner);
  }

  private arrive(): void {
    const { time } = this.net;
    this.isMoving = false;
    const to = this.to();
    if (time.now < this.stillUntil) {
      this.move();
      return;
    }
    if (this.length > 0) {
      const all = this.bytes.length === 1 ? this.bytes[0] : Buffer.concat(this.bytes);
      const count = Math.min(all.length, Math.max(1, this.net.weather.together(all.length)));
      this.bytes = count < all.length ? [all.subarray(count)] : [];
      this.length -= count;
      const now = count < all.length ? all.subarray(0, count) : all;
      this.net.note(to, now);
      to.arrived(now);
    } else if (this.ending !== "none") {
      const how = this.ending;
      this.net.note(to, how);
      to.peerEnded(how);
      return;
    }
    if (this.length > 0 || this.ending !== "none") this.move();
  }
}

/** One end of a connection, as far as `net.Socket` is used. */
export class VirtualSocket extends EventEmitter {
  readonly owner: VirtualProcess;
  connecting = false;
  destroyed = false;
  bytesRead = 0;
  bytesWritten = 0;
  remoteAddress = "127.0.0.1";
  private readonly net: VirtualNet;
  private pipe: Pipe | undefined;
  private other: VirtualSocket | undefined;
  private encoding: BufferEncoding | undefined;
  private isPaused = false;
  /** What has come and waits to be read. */
  private waiting: Buffer[] = [];
  private peerHasEnded = false;
  private hasEnded = false;
  private hasToldEnd = false;
  /** What could not be sent on yet. */
  private kept: { readonly bytes: Buffer; readonly written: (() => void) | undefined }[] = [];
  private needsDrain = false;

  constructor(net: VirtualNet, owner: VirtualProcess) {
    super();
    this.net = net;
    this.owner = owner;
    owner.onKilled.push(() => this.abandon());
  }

  get unread(): number {
    return this.waiting.reduce((sum, bytes) => sum + bytes.length, 0);
  }

  get writableLength(): number {
    return this.kept.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  join(other: VirtualSocket): void {
    this.other = other;
    this.pipe = new Pipe(this.net, () => other);
  }

  /** The connection is there. */
  open(): void {
    if (this.destroyed) return;
    this.connecting = false;
    this.emit("connect");
    this.sendKept();
  }

  write(data: Buffer | string, more?: BufferEncoding | (() => void), last?: () => void): boolean {
    const written = typeof more === "function" ? more : last;
    this.net.onWrite?.(this);
    // Whoever watches may have killed the writer at this very point.
    if (!this.owner.isAlive || this.destroyed) return false;
    if (this.hasEnded) {
      this.soon(() => this.fail(Object.assign(new Error("write after end"), { code: "ERR_STREAM_WRITE_AFTER_END" })));
      return false;
    }
    const bytes = typeof data === "string" ? Buffer.from(data, typeof more === "string" ? more : "utf8") : data;
    this.bytesWritten += bytes.length;
    this.kept.push({ bytes, written });
    this.sendKept();
    if (this.kept.length > 0) this.needsDrain = true;
    return this.kept.length === 0;
  }

  end(data?: Buffer | string): this {
    if (data !== undefined) this.write(data);
    if (this.hasEnded || this.destroyed || !this.owner.isAlive) return this;
    this.hasEnded = true;
    if (this.kept.length === 0) this.pipe?.end("end");
    this.closeIfDone();
    return this;
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.leave("end");
    this.soon(() => {
      if (error !== undefined) this.emit("error", error);
      this.emit("close", error !== undefined);
    });
    return this;
  }

  resetAndDestroy(): this {
    if (this.destroyed) return this;
    this.leave("reset");
    this.soon(() => this.emit("close", false));
    return this;
  }

  pause(): this {
    this.isPaused = true;
    return this;
  }

  resume(): this {
    if (!this.isPaused) return this;
    this.isPaused = false;
    this.soon(() => this.read());
    return this;
  }

  setEncoding(encoding: BufferEncoding): this {
    this.encoding = encoding;
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Bytes have come. */
  arrived(bytes: Buffer): void {
    if (this.destroyed) {
      // Nobody is there any more, which the machine tells whoever still writes.
      this.other?.pipeToMe()?.lose();
      this.pipe?.end("reset");
      return;
    }
    this.waiting.push(bytes);
    this.read();
  }

  peerEnded(how: "end" | "reset"): void {
    if (this.destroyed) return;
    if (how === "reset") {
      this.fail(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
      return;
    }
    this.peerHasEnded = true;
    this.read();
  }

  /** Ends it with an error, as a connection that breaks. */
  fail(error: Error): void {
    if (this.destroyed) return;
    this.leave("reset");
    this.emit("error", error);
    this.emit("close", true);
  }

  /** The connection stands still for so many ms, in both directions, and loses nothing. */
  stall(ms: number): void {
    const until = this.net.time.now + ms;
    for (const pipe of this.pipes) pipe.stillUntil = Math.max(pipe.stillUntil, until);
  }

  /** The connection breaks: nothing arrives any more, of what is on its way either; both ends are told so much later. */
  sever(ms: number): void {
    for (const pipe of this.pipes) pipe.sever();
    for (const end of [this, this.other]) {
      if (end === undefined) continue;
      const error = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
      this.net.time.after(ms, () => end.fail(error), end.owner);
    }
  }

  private get pipes(): readonly Pipe[] {
    return [this.pipe, this.pipeToMe()].filter((pipe) => pipe !== undefined);
  }

  private pipeToMe(): Pipe | undefined {
    return this.other?.pipe;
  }

  private read(): void {
    while (this.waiting.length > 0 && !this.isPaused && !this.destroyed && this.owner.isAlive) {
      const bytes = this.waiting.shift() as Buffer;
      this.bytesRead += bytes.length;
      this.emit("data", this.encoding === undefined ? bytes : bytes.toString(this.encoding));
      this.other?.sendKept();
    }
    if (this.waiting.length > 0 || this.isPaused || this.destroyed) return;
    if (!this.peerHasEnded || this.hasToldEnd) return;
    this.hasToldEnd = true;
    this.emit("end");
    this.end();
    this.closeIfDone();
  }

  private sendKept(): void {
    const { pipe, kept } = this;
    if (pipe === undefined || this.connecting) return;
    while (kept.length > 0 && pipe.load < WINDOW) {
      const { bytes, written } = kept.shift() as (typeof kept)[number];
      pipe.put(bytes);
      if (written !== undefined) this.soon(written);
    }
    if (kept.length > 0) return;
    if (this.hasEnded) pipe.end("end");
    if (!this.needsDrain) return;
    this.needsDrain = false;
    this.soon(() => this.emit("drain"));
  }

  private closeIfDone(): void {
    if (this.hasEnded && this.hasToldEnd && this.kept.length === 0) this.destroy();
  }

  private leave(how: "end" | "reset"): void {
    this.destroyed = true;
    this.kept = [];
    this.waiting = [];
    this.pipe?.end(how);
    // What still comes finds nobody; it was told to close all the same.
    this.net.left(this);
  }

  /** Its program was killed: the machine closes it, and sends what it was given. */
  private abandon(): void {
    if (!this.destroyed) this.leave("end");
  }

  private soon(run: () => void): void {
    this.net.time.after(0, run, this.owner);
  }
}

/** A listening port, as far as `net.Server` is used. */
export class VirtualServer extends EventEmitter {
  readonly owner: VirtualProcess;
  listening = false;
  private port = 0;
  private readonly net: VirtualNet;
  private readonly sockets = new Set<VirtualSocket>();
  private closed: (() => void)[] = [];
  private isClosing = false;

  constructor(net: VirtualNet, owner: VirtualProcess, onConnection?: (socket: VirtualSocket) => void) {
    super();
    this.net = net;
    this.owner = owner;
    if (onConnection !== undefined) this.on("connection", onConnection);
    owner.onKilled.push(() => this.stop());
  }

  listen(port: number, ...more: readonly unknown[]): this {
    const listening = more.find((one) => typeof one === "function") as (() => void) | undefined;
    const taken = this.net.claim(port, this);
    this.net.time.after(0, () => {
      if (taken === undefined) {
        this.emit("error", Object.assign(new Error(`listen EADDRINUSE: ${port}`), { code: "EADDRINUSE" }));
        return;
      }
      this.emit("listening");
      listening?.();
    });
    if (taken !== undefined) {
      this.port = taken;
      this.listening = true;
    }
    return this;
  }

  address(): AddressInfo | null {
    return this.listening ? { address: "127.0.0.1", family: "IPv4", port: this.port } : null;
  }

  accept(socket: VirtualSocket): void {
    this.sockets.add(socket);
    this.emit("connection", socket);
  }

  left(socket: VirtualSocket): void {
    if (this.sockets.delete(socket)) this.closeIfDone();
  }

  close(closed?: () => void): this {
    if (closed !== undefined) this.closed.push(closed);
    this.stop();
    this.isClosing = true;
    this.closeIfDone();
    return this;
  }

  private stop(): void {
    this.listening = false;
    this.net.release(this.port, this);
  }

  private closeIfDone(): void {
    if (!this.isClosing || this.sockets.size > 0) return;
    const { closed } = this;
    this.closed = [];
    this.net.time.after(
      0,
      () => {
        for (const tell of closed) tell();
        this.emit("close");
      },
      this.owner,
    );
  }
}

/** The loopback interface of a virtual machine. */
export class VirtualNet implements Network {
  readonly time: VirtualTime;
  weather: Weather;
  /** Hears of everything that arrives: bytes, and ends. */
  onArrival: Network["onArrival"];
  /** Hears that something is about to be written. */
  onWrite: Network["onWrite"];
  private readonly servers = new Map<number, VirtualServer>();
  /** Every end of every connection; those that were accepted with their server. */
  private readonly ends = new Map<VirtualSocket, VirtualServer | undefined>();
  private nextPort = 40_000;

  constructor(time: VirtualTime, weather: Weather) {
    this.time = time;
    this.weather = weather;
  }

  createServer(onConnection?: (socket: VirtualSocket) => void): VirtualServer {
    return new VirtualServer(this, this.time.current, onConnection);
  }

  connect(port: number, connected?: () => void): VirtualSocket {
    const socket = new VirtualSocket(this, this.time.current);
    if (connected !== undefined) socket.once("connect", connected);
    socket.connecting = true;
    this.time.after(this.weather.delay(), () => this.dial(socket, port));
    return socket;
  }

  /** Every connection, by the end of whoever has dialled. */
  get connections(): readonly VirtualSocket[] {
    return [...this.ends].filter(([, server]) => server === undefined).map(([end]) => end);
  }

  /** @returns the port; undefined where somebody has it */
  claim(port: number, server: VirtualServer): number | undefined {
    const own = port === 0 ? this.nextPort++ : port;
    if (this.servers.has(own)) return undefined;
    this.servers.set(own, server);
    return own;
  }

  release(port: number, server: VirtualServer): void {
    if (this.servers.get(port) === server) this.servers.delete(port);
  }

  left(socket: VirtualSocket): void {
    this.ends.get(socket)?.left(socket);
    this.ends.delete(socket);
  }

  note(to: VirtualSocket, what: Buffer | "end" | "reset"): void {
    this.onArrival?.(to, what);
  }

  private dial(socket: VirtualSocket, port: number): void {
    if (socket.destroyed) return;
    const server = this.servers.get(port);
    if (server === undefined) {
      const code = "ECONNREFUSED";
      socket.fail(Object.assign(new Error(`connect ${code} 127.0.0.1:${port}`), { code }));
      return;
    }
    const end = new VirtualSocket(this, server.owner);
    end.join(socket);
    socket.join(end);
    this.ends.set(socket, undefined);
    this.ends.set(end, server);
    this.time.after(0, () => server.accept(end), server.owner);
    this.time.after(this.weather.delay(), () => socket.open(), socket.owner);
  }
}
