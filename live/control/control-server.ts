import { chmodSync, lstatSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { SeatrialError } from "../../core/errors.js";
import { reasonOf } from "../../core/system-reason.js";
import type { SessionControl } from "../session-control.js";
import { type ControlAnswer, type ControlRequest, MOST_REQUEST, readRequest } from "./control-protocol.js";
import { ControlError } from "./errors.js";

/** Answers commands of the user on a socket that belongs to the user alone, as long as the session runs. */
export class ControlServer {
  private readonly server: Server;
  private readonly path: string;
  private readonly control: SessionControl;
  private readonly sockets = new Set<Socket>();
  /** Answers that are still to be written. */
  private readonly pending = new Set<Promise<void>>();

  private constructor(server: Server, path: string, control: SessionControl) {
    this.server = server;
    this.path = path;
    this.control = control;
  }

  /**
   * Whoever calls this holds the session's lock: a socket that lies there is left over from a process that was killed.
   * @throws ControlError SESSION_FOLDER
   */
  static async listen(path: string, control: SessionControl): Promise<ControlServer> {
    const server = createServer();
    const one = new ControlServer(server, path, control);
    server.on("connection", (socket) => one.greet(socket));
    try {
      await one.bind();
      return one;
    } catch (error) {
      const reason = reasonOf(error);
      throw new ControlError("SESSION_FOLDER", { folder: dirname(path), reason }, error);
    }
  }

  private async bind(): Promise<void> {
    const isFile = process.platform !== "win32";
    if (isFile) {
      makePrivate(dirname(this.path));
      rmSync(this.path, { force: true });
    }
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      // The socket is made inside this call, with the rights it is to have: nobody else ever finds it open.
      const mask = isFile ? process.umask(0o177) : 0;
      try {
        this.server.listen(this.path, () => {
          this.server.off("error", reject);
          resolve();
        });
      } finally {
        if (isFile) process.umask(mask);
      }
    });
  }

  /** Lets answers that are on their way out, closes, and removes the socket. */
  async close(): Promise<void> {
    await Promise.all(this.pending);
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.end();
    await closed;
    if (process.platform !== "win32") rmSync(this.path, { force: true });
  }

  private greet(socket: Socket): void {
    this.sockets.add(socket);
    let text = "";
    let turn = Promise.resolve();
    socket.setEncoding("utf8");
    socket.on("close", () => this.sockets.delete(socket));
    // Whoever asked has gone: there is nobody to tell.
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk: string) => {
      text += chunk;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      if (text.length > MOST_REQUEST) socket.destroy();
      for (const line of lines) {
        turn = turn.then(() => this.serve(socket, line));
        const served = turn;
        this.pending.add(served);
        void served.finally(() => this.pending.delete(served));
      }
    });
  }

  private async serve(socket: Socket, line: string): Promise<void> {
    const answer = await this.answer(line);
    if (socket.destroyed) return;
    // A socket that goes meanwhile ends the write, too.
    await new Promise<void>((resolve) => socket.write(`${JSON.stringify(answer)}\n`, () => resolve()));
  }

  private async answer(line: string): Promise<ControlAnswer> {
    try {
      return { ok: true, answer: await perform(this.control, readRequest(line)) };
    } catch (error) {
      const code = error instanceof SeatrialError ? error.code : "UNEXPECTED";
      return { ok: false, code, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

function perform(control: SessionControl, { command, ...asked }: ControlRequest): unknown {
  // What a command takes was read and checked with it: readRequest.
  const act = control[command] as (asked: object) => unknown;
  return act.call(control, asked);
}

/** A folder that is not there is made for the user alone; one in a place that all share must be the user's own. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid } = lstatSync(folder);
  if (uid !== process.getuid?.()) throw new Error("it belongs to another user");
  chmodSync(folder, 0o700);
}
