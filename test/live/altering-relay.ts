import { connect, createServer, type Server, type Socket } from "node:net";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { frame } from "../tws/scripted-tws.js";

/** What becomes of a message: others in its place, none where it is lost. */
export type Alter = (fields: readonly string[]) => readonly (readonly string[])[];

/** What a client says first, in front of its first message. */
const HELLO = "API\0".length;

/** A way to a gateway on which its messages are altered, and what is sent to it where that is said. */
export async function alteringRelay(
  port: number,
  alter: Alter,
  alterSent: Alter = (fields) => [fields],
): Promise<number> {
  const server: Server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
    }
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    relay(near, far, alterSent, HELLO);
    relay(far, near, alter, 0);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAfterTest(() => {
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** @param plain bytes in front of the first message */
function relay(from: Socket, to: Socket, alter: Alter, plain: number): void {
  let rest = Buffer.alloc(0);
  let isPast = plain === 0;
  from.on("data", (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    if (!isPast && rest.length >= plain) {
      isPast = true;
      to.write(rest.subarray(0, plain));
      rest = rest.subarray(plain);
    }
    while (isPast && rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0);
      const message = rest.subarray(4, end).toString("utf8");
      const fields = message.split("\0");
      // What a client says of its versions is no list of fields.
      if (message.endsWith("\0")) for (const one of alter(fields.slice(0, -1))) to.write(frame(one));
      else to.write(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
}
