import net, { type AddressInfo, type Server, type Socket } from "node:net";

/** What is done at both ends of a connection. */
export type Scene = (stage: Stage) => Promise<void>;

/** A server and whoever has dialled it, and a note of what each end hears. */
export class Stage {
  /** By end, for what happens at two ends at once has no order. */
  readonly heard: Record<"client" | "server", string[]> = { client: [], server: [] };
  private accepted: Socket | undefined;
  readonly server: Server = net.createServer((socket) => {
    this.accepted = socket;
    this.watch("server", socket);
  });

  async dial(): Promise<{ client: Socket; end: Socket }> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", () => resolve()));
    const { port } = this.server.address() as AddressInfo;
    const client = net.connect({ host: "127.0.0.1", port });
    this.watch("client", client);
    await this.wait();
    return { client, end: this.accepted as Socket };
  }

  watch(who: "client" | "server", socket: Socket): void {
    const heard = this.heard[who];
    socket.on("connect", () => heard.push("connect"));
    socket.on("data", (bytes: Buffer) => {
      const last = heard.at(-1);
      // Pieces that came one by one or together are the same to TCP.
      if (last?.startsWith("data ")) heard[heard.length - 1] = `${last}${bytes}`;
      else heard.push(`data ${bytes}`);
    });
    socket.on("end", () => heard.push("end"));
    socket.on("drain", () => heard.push("drain"));
    socket.on("error", (error: NodeJS.ErrnoException) => heard.push(`error ${error.code}`));
    socket.on("close", () => heard.push("close"));
  }

  wait(ms = 40): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}

export const SCENES: Readonly<Record<string, Scene>> = {
  "bytes go both ways, and a half is closed after what was written": async (stage) => {
    const { client, end } = await stage.dial();
    client.write("ask");
    client.write("ing");
    end.write("answer");
    await stage.wait();
    client.write("last");
    client.end();
    await stage.wait();
    stage.heard.client.push(`read ${client.bytesRead} wrote ${client.bytesWritten}`);
    stage.heard.server.push(`read ${end.bytesRead} wrote ${end.bytesWritten}`);
  },
  "a server that ends is left": async (stage) => {
    const { end } = await stage.dial();
    end.write("bye");
    end.end();
  },
  "a reset takes with it what was not sent": async (stage) => {
    const { client, end } = await stage.dial();
    client.write("x");
    await stage.wait();
    end.resetAndDestroy();
    await stage.wait();
    client.write("nobody there");
  },
  "one that is destroyed is heard to end": async (stage) => {
    const { client } = await stage.dial();
    client.end();
    client.destroy();
  },
  "whoever writes to one that is gone is reset": async (stage) => {
    const { client, end } = await stage.dial();
    end.pause();
    client.write("unread");
    await stage.wait();
    end.destroy();
    await stage.wait();
    client.write("more");
  },
  "one that does not read hears it all when it does": async (stage) => {
    const { client, end } = await stage.dial();
    end.pause();
    client.write("a");
    await stage.wait();
    client.write("b");
    client.end();
    await stage.wait();
    stage.heard.server.push("resumes");
    end.resume();
  },
  "a port where nobody listens refuses": async (stage) => {
    const { port } = await new Promise<AddressInfo>((resolve) => {
      const other = net.createServer();
      other.listen(0, "127.0.0.1", () => {
        const address = other.address() as AddressInfo;
        other.close(() => resolve(address));
      });
    });
    stage.watch("client", net.connect({ host: "127.0.0.1", port }));
  },
  "a port is listened on once": async (stage) => {
    await stage.dial();
    const { port } = stage.server.address() as AddressInfo;
    const other = net.createServer();
    other.once("error", (error: NodeJS.ErrnoException) => stage.heard.server.push(`refused ${error.code}`));
    other.listen(port, "127.0.0.1");
  },
  "a server is closed when the last of its connections is": async (stage) => {
    const { client } = await stage.dial();
    stage.server.close(() => stage.heard.server.push("server closed"));
    await stage.wait();
    client.end();
  },
};

export async function playScene(scene: Scene): Promise<Stage["heard"]> {
  const stage = new Stage();
  await scene(stage);
  await stage.wait();
  return stage.heard;
}
