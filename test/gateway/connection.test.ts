import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Connection } from "../../brokers/gateway/session/connection.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** Both ends of a connection over the loopback interface. */
async function connected(): Promise<{ socket: Socket; peer: Socket }> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const peer = connect((server.address() as AddressInfo).port, "127.0.0.1").on("error", () => undefined);
  const [socket] = await accepted;
  closing.push(() => {
    peer.destroy();
    socket.destroy();
    server.close();
  });
  return { socket, peer };
}

describe("a connection of the simulated gateway", () => {
  it("shows its peer a reset", async () => {
    const { socket, peer } = await connected();
    const failed = once(peer.resume(), "error");
    new Connection(socket, () => undefined).reset();
    expect((await failed)[0]).toMatchObject({ code: "ECONNRESET" });
  });

  it.each([
    ["", false],
    [" though it was closing", true],
  ])("is gone for both when it is reset while its peer goes%s", async (_when, isClosing) => {
    const { socket, peer } = await connected();
    const connection = new Connection(socket, () => undefined);
    const gone = new Promise<void>((resolve) => void (connection.onClosed = resolve));
    const peerGone = new Promise((resolve) => peer.resume().on("close", resolve));
    if (isClosing) connection.close();
    connection.reset();
    // What Node does where the peer's reset is read: in the moment in which the socket is being shut down.
    await new Promise<void>((resolve) => process.nextTick(() => process.nextTick(resolve)));
    socket.destroy(new Error("read ECONNRESET"));
    await Promise.all([gone, peerGone]);
  });
});
