import { connect, createServer, type Server } from "node:net";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { frame } from "../tws/scripted-tws.js";

/** What becomes of a message of the gateway: others in its place, none where it is lost. */
export type Alter = (fields: readonly string[]) => readonly (readonly string[])[];

/** A way to a gateway on which its messages are altered. What is sent to it goes through as it is. */
export async function alteringRelay(port: number, alter: Alter): Promise<number> {
  const server: Server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
    }
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    near.pipe(far);
    let rest = Buffer.alloc(0);
    far.on("data", (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
        const end = 4 + rest.readUInt32BE(0);
        const fields = rest.subarray(4, end).toString("utf8").split("\0").slice(0, -1);
        rest = rest.subarray(end);
        for (const one of alter(fields)) near.write(frame(one));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAfterTest(() => {
    server.close();
  });
  return (server.address() as { port: number }).port;
}
