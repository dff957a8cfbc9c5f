import { connect, createServer, type Server, type Socket } from "node:net";
import { closeAfterTest } from "../gateway/close-after-test.js";

/** A way to a port that a test can cut: bytes go through in both directions until it does. */
export class Relay {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly answering = new Set<Socket>();

  private constructor(port: number) {
    this.server = createServer((near) => {
      const far = connect(port, "127.0.0.1");
      this.answering.add(far);
      far.on("close", () => this.answering.delete(far));
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        this.sockets.add(from);
        from.setNoDelay(true);
        from.on("error", () => undefined);
        from.on("close", () => {
          this.sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
  }

  /** Listens on a free port of the loopback interface; it ends with the test. */
  static async to(port: number): Promise<Relay> {
    const relay = new Relay(port);
    await new Promise<void>((resolve) => relay.server.listen(0, "127.0.0.1", resolve));
    closeAfterTest(() => {
      relay.cut();
      relay.server.close();
    });
    return relay;
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  /** Keeps what comes back from the port, or lets it go. */
  hold(isHeld: boolean): void {
    for (const socket of this.answering) {
      if (isHeld) socket.pause();
      else socket.resume();
    }
  }

  /** Cuts every connection at once, with whatever is on its way. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
