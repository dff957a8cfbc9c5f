import type { Server, Socket } from "node:net";
import type { VirtualProcess, VirtualTime } from "./virtual-time.js";
import type { End, Line, Network } from "./world.js";

// Taken before a world puts its own in their place.
const { connect, createServer } = process.getBuiltinModule("node:net");

const HOST = "127.0.0.1";

/** One end of a connection over the machine's loopback interface: a real socket that dies with its program. */
class SocketEnd implements End {
  readonly socket: Socket;
  readonly owner: VirtualProcess;
  readonly hasDialled: boolean;
  peer: SocketEnd | undefined;
  /** How many reasons there are for it to stand still. */
  private stalls = 0;
  private isSevered = false;
  /** Whether its program wants to read. */
  private reads = true;

  constructor(net: SocketNet, socket: Socket, owner: VirtualProcess, hasDialled: boolean) {
    this.socket = socket;
    this.owner = owner;
    this.hasDialled = hasDialled;
    const { write, pause, resume, destroy } = socket;
    const emit = socket.emit as (event: string, ...args: readonly unknown[]) => boolean;
    socket.emit = (event: string, ...args: readonly unknown[]): boolean => {
      if (event === "close") net.left(this);
      if (!owner.isAlive || (this.isSevered && TELLING.includes(event))) return false;
      if (event === "data") net.onArrival?.(this, args[0] as Buffer);
      else if (event === "end") net.onArrival?.(this, "end");
      let isHeard = false;
      net.time.as(owner, () => {
        isHeard = emit.call(socket, event, ...args);
      });
      return isHeard;
    };
    socket.write = ((...args: Parameters<Socket["write"]>) => {
      net.onWrite?.(this);
      // Whoever watches may have killed the writer at this very point.
      return owner.isAlive && !socket.destroyed ? write.apply(socket, args) : false;
    }) as Socket["write"];
    socket.pause = () => {
      this.reads = false;
      return pause.call(socket);
    };
    socket.resume = () => {
      this.reads = true;
      return this.stalls > 0 ? socket : resume.call(socket);
    };
    socket.destroy = (error?: Error) => {
      // The machine has noticed that a severed connection is gone, and does not say so yet.
      if (this.isSevered && (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined) return socket;
      this.isSevered = false;
      return destroy.call(socket, error);
    };
    owner.onKilled.push(() => void destroy.call(socket));
  }

  /** Whether all has arrived that is on its way to it, and whatever it does of itself is done. */
  get isQuiet(): boolean {
    const { socket, peer } = this;
    if (socket.connecting || socket.destroyed) return false;
    const isLeft = peer === undefined || peer.socket.destroyed;
    if (socket.isPaused()) return isLeft || this.hasRead(peer) || isFull(socket);
    if (isLeft) return false;
    return this.hasRead(peer) && (!peer.socket.writableEnded || socket.readableEnded);
  }

  private hasRead({ socket }: SocketEnd): boolean {
    return this.socket.bytesRead >= socket.bytesWritten;
  }

  stall(): void {
    this.stalls++;
    const { reads } = this;
    this.socket.pause();
    this.reads = reads;
  }

  goOn(): void {
    this.stalls--;
    if (this.reads && !this.socket.destroyed) this.socket.resume();
  }

  sever(): void {
    this.stall();
    this.isSevered = true;
  }

  /** Tells its program that the connection is gone. */
  tell(): void {
    if (this.socket.destroyed) return;
    this.socket.destroy(Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }));
  }

  get description(): string {
    const { socket, peer, owner, hasDialled } = this;
    const { bytesRead, bytesWritten, connecting, destroyed, readableEnded, writableEnded } = socket;
    const state = { bytesRead, bytesWritten, connecting, destroyed, readableEnded, writableEnded };
    return `${owner.name}, ${hasDialled ? "which has dialled" : "which was dialled"}, ${peer === undefined ? "alone" : "joined"}: ${JSON.stringify({ ...state, isPaused: socket.isPaused() })}`;
  }
}

/** Whether it keeps as much as it may for a program that does not read: the rest waits in the machine. */
function isFull({ readableLength, readableHighWaterMark }: Socket): boolean {
  return readableLength >= readableHighWaterMark;
}

/** Events that a severed connection does not tell. */
const TELLING: readonly string[] = ["data", "end", "error"];

/** The machine's own loopback interface, for programs whose time is virtual: it can tell when all has arrived. */
export class SocketNet implements Network {
  readonly time: VirtualTime;
  onArrival: Network["onArrival"];
  onWrite: Network["onWrite"];
  private readonly ends = new Set<SocketEnd>();
  private readonly servers = new Set<Server>();

  constructor(time: VirtualTime) {
    this.time = time;
  }

  createServer(onConnection?: (socket: Socket) => void): Server {
    const { time } = this;
    const owner = time.current;
    const server = createServer();
    const emit = server.emit as (event: string, ...args: readonly unknown[]) => boolean;
    server.emit = (event: string, ...args: readonly unknown[]): boolean => {
      if (event === "close") this.servers.delete(server);
      if (event === "connection") this.accepted(new SocketEnd(this, args[0] as Socket, owner, false));
      if (!owner.isAlive) return false;
      let isHeard = false;
      time.as(owner, () => {
        isHeard = emit.call(server, event, ...args);
      });
      return isHeard;
    };
    if (onConnection !== undefined) server.on("connection", onConnection);
    this.servers.add(server);
    owner.onKilled.push(() => void server.close());
    return server;
  }

  connect(port: number, connected?: () => void): Socket {
    const socket = connect(port, HOST);
    const end = new SocketEnd(this, socket, this.time.current, true);
    this.ends.add(end);
    if (connected !== undefined) socket.once("connect", connected);
    return socket;
  }

  get connections(): readonly Line[] {
    const dialled = [...this.ends].filter((end) => end.hasDialled && end.peer !== undefined);
    return dialled.map((end): Line => {
      const both = [end, end.peer as SocketEnd];
      return {
        stall: (ms) => {
          for (const one of both) one.stall();
          this.time.after(ms, () => {
            for (const one of both) one.goOn();
          });
        },
        sever: (ms) => {
          for (const one of both) one.sever();
          this.time.after(ms, () => {
            for (const one of both) one.tell();
          });
        },
      };
    });
  }

  /** Whether nothing is on its way. */
  get isQuiet(): boolean {
    for (const end of this.ends) if (!end.isQuiet) return false;
    return true;
  }

  /** Whether nothing is open. */
  get isClosed(): boolean {
    return this.ends.size === 0 && this.servers.size === 0;
  }

  /** What is open, in lines. */
  get description(): string {
    return [...this.ends].map(({ description }) => description).join("\n");
  }

  left(end: SocketEnd): void {
    this.ends.delete(end);
  }

  private accepted(end: SocketEnd): void {
    this.ends.add(end);
    for (const other of this.ends) {
      if (!other.hasDialled || other.peer !== undefined || other.socket.localPort !== end.socket.remotePort) continue;
      end.peer = other;
      other.peer = end;
      return;
    }
  }
}
