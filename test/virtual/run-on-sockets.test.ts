import net, { type AddressInfo, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { runOnSockets, type SocketWorld } from "./run-on-sockets.js";
import { playScene, SCENES, type Stage } from "./scenes.js";
import type { VirtualProcess } from "./virtual-time.js";
import type { Course } from "./world.js";

interface Two {
  /** What either says, with the time. */
  readonly told: string[];
  readonly server: VirtualProcess;
  readonly client: VirtualProcess;
}

/** A server that notes what it hears, and a client that writes a letter every ten milliseconds. */
function* letters({ time }: SocketWorld): Course<Two> {
  const told: string[] = [];
  const tell = (what: string): void => void told.push(`${time.now} ${what}`);
  let port = 0;
  const server = time.start("server", () => {
    const listening = net.createServer((socket) => {
      socket.on("data", (bytes: Buffer) => tell(String(bytes)));
      socket.on("end", () => tell("end"));
      socket.on("error", (error: NodeJS.ErrnoException) => tell(`error ${error.code}`));
      socket.on("close", () => tell("close"));
    });
    listening.listen(0, "127.0.0.1", () => {
      port = (listening.address() as AddressInfo).port;
    });
  });
  yield { ms: 100, until: () => port > 0 };
  const client = time.start("client", async () => {
    const socket: Socket = net.connect({ port, host: "127.0.0.1" });
    socket.on("error", (error: NodeJS.ErrnoException) => tell(`client: error ${error.code}`));
    socket.on("close", () => tell("client: close"));
    for (const letter of "abcdef") {
      await new Promise((resolve) => setTimeout(resolve, 10));
      socket.write(letter);
    }
  });
  return { told, server, client };
}

describe("real sockets on virtual time", () => {
  for (const [name, scene] of Object.entries(SCENES)) {
    it(`do what they do on real time: ${name}`, async () => {
      const real = await playScene(scene);
      const options = { origin: 0, seed: 1 };
      const heard = await runOnSockets(options, function* ({ time }): Course<Stage["heard"] | undefined> {
        let heard: Stage["heard"] | undefined;
        const one = time.start("both", async () => {
          heard = await playScene(scene);
        });
        yield { ms: 10_000 };
        expect(one.failures).toEqual([]);
        return heard;
      });
      expect(heard).toEqual(real);
    });
  }

  it("have weeks pass at once, and wait for no more than what is on its way", async () => {
    const weeks = 3 * 7 * 86_400_000;
    const told = await runOnSockets({ origin: 0, seed: 1 }, function* (world): Course<readonly string[]> {
      const { told } = yield* letters(world);
      world.time.start("idle", () => setTimeout(() => told.push(`${world.time.now} late`), weeks));
      yield { ms: 2 * weeks };
      return told;
    });
    expect(told.map((one) => one.slice(one.indexOf(" ") + 1))).toEqual([..."abcdef", "late"]);
  });

  it("die with their program, whatever it was about to do", async () => {
    const told = await runOnSockets({ origin: 0, seed: 1 }, function* (world): Course<readonly string[]> {
      const { told, client } = yield* letters(world);
      let writes = 0;
      world.net.onWrite = ({ owner }) => {
        if (owner === client && ++writes === 4) world.time.kill(client);
      };
      yield { ms: 1_000 };
      return told;
    });
    expect(told.map((one) => one.slice(one.indexOf(" ") + 1))).toEqual(["a", "b", "c", "end", "close"]);
  });

  it("can stand still, and lose nothing", async () => {
    const { told, at } = await runOnSockets({ origin: 0, seed: 1 }, function* (world) {
      const { told } = yield* letters(world);
      yield { ms: 25 };
      for (const line of world.net.connections) line.stall(500);
      const at = told.length;
      yield { ms: 490 };
      expect(told.length).toBe(at);
      yield { ms: 500 };
      return { told, at };
    });
    const said = told.map((one) => one.slice(one.indexOf(" ") + 1));
    expect(said.slice(0, at)).toEqual([..."ab"]);
    expect(said.slice(at).join("")).toBe("cdef");
  });

  it("can break, lose what was on its way, and tell of it later", async () => {
    const told = await runOnSockets({ origin: 0, seed: 1 }, function* (world): Course<readonly string[]> {
      const { told } = yield* letters(world);
      yield { ms: 25 };
      for (const line of world.net.connections) line.sever(500);
      yield { ms: 490 };
      expect(told).toHaveLength(2);
      yield { ms: 500 };
      return told;
    });
    expect(
      told
        .slice(2)
        .map((one) => one.slice(one.indexOf(" ") + 1))
        .sort(),
    ).toEqual(["client: close", "client: error ECONNRESET", "close", "error ECONNRESET"]);
  });

  it("leave clocks, timers, chance and the network as they were, whatever comes of it", async () => {
    const own = (): unknown[] => [globalThis.setTimeout, globalThis.setImmediate, Date, performance.now, net.connect];
    const before = own();
    const run = runOnSockets({ origin: 0, seed: 1 }, function* (world): Course<void> {
      yield* letters(world);
      throw new Error("it went wrong");
    });
    await expect(run).rejects.toThrow("it went wrong");
    expect(own()).toEqual(before);
  });
});
