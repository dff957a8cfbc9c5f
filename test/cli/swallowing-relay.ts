import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { closeAfterTest } from "../gateway/close-after-test.js";

/** A way to a gateway that lets so many connections through and swallows what is sent over any other. */
export async function swallowingRelay(
  to: number,
  through: number,
): Promise<{ port: number; swallowed: Promise<void> }> {
  const sockets: Socket[] = [];
  let met: () => void;
  const swallowed = new Promise<void>((resolve) => {
    met = resolve;
  });
  let left = through;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => socket.destroy());
    if (left-- > 0) {
      const onward = connect(to, "127.0.0.1").on("error", () => socket.destroy());
      sockets.push(onward);
      socket.pipe(onward).pipe(socket);
    } else socket.once("data", () => met());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closeAfterTest(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, swallowed };
}
