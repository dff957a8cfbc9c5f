import { connect, type Socket } from "node:net";
import { closeAfterTest } from "./close-after-test.js";
import { RawClient } from "./raw-client.js";

/** What a client in lockstep does when it is told the time; answers when it wants to be told again, if at all. */
export type OnStep = (time: number, client: RawClient) => number | undefined | Promise<number | undefined>;

/** A client that keeps in step: it deals with all it was sent before time goes on. */
export class LockstepClient {
  readonly client: RawClient;
  /** Resolves when the data has ended, with the last instant. */
  readonly over: Promise<number>;
  steps = 0;
  private readonly socket: Socket;

  private constructor(client: RawClient, clientId: number, port: number, onStep: OnStep) {
    this.client = client;
    this.socket = connect(port, "127.0.0.1");
    closeAfterTest(() => this.socket.destroy());
    this.socket.setNoDelay(true).setEncoding("utf8");
    this.socket.write(`${JSON.stringify({ hello: clientId })}\n`);
    let rest = "";
    let chain = Promise.resolve();
    this.over = new Promise((resolve, reject) => {
      this.socket.on("error", () => undefined);
      this.socket.on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const { step, time, bytes, over } = JSON.parse(line) as Record<string, number | undefined>;
          if (over !== undefined) resolve(over);
          else chain = chain.then(() => this.deal(step ?? 0, time ?? 0, bytes ?? 0, onStep)).catch(reject);
        }
      });
    });
  }

  static async start(
    gateway: { readonly port: number; readonly lockstepPort: number },
    clientId: number,
    onStep: OnStep,
  ): Promise<LockstepClient> {
    const client = await RawClient.start(gateway.port, clientId);
    return new LockstepClient(client, clientId, gateway.lockstepPort, onStep);
  }

  stop(): void {
    this.socket.destroy();
  }

  private async deal(step: number, time: number, bytes: number, onStep: OnStep): Promise<void> {
    this.steps++;
    await this.client.until(() => this.client.isClosed || this.client.bytesRead >= bytes);
    const wake = await onStep(time, this.client);
    const line = { done: step, bytes: this.client.isClosed ? 0 : this.client.bytesWritten, ...(wake && { wake }) };
    this.socket.write(`${JSON.stringify(line)}\n`);
  }
}
