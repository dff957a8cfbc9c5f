import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const PROCESS = fileURLToPath(new URL("./session-gateway.js", import.meta.url));

/** A simulated gateway in a process of its own: a hundred quotes a second of each instrument, until it is ended. */
export async function startGateway(instruments: number): Promise<{ readonly port: number; end(): void }> {
  const gateway = fork(PROCESS, [String(instruments)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const port = await new Promise<number>((resolve, reject) => {
    gateway.once("message", (told) => resolve(told as number));
    gateway.once("exit", () => reject(new Error("the gateway has ended")));
  });
  return { port, end: () => gateway.disconnect() };
}
