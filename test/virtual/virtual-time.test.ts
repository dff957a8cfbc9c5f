import net from "node:net";
import { describe, expect, it } from "vitest";
import { runVirtually } from "./run-virtually.js";

const ORIGIN = Date.UTC(2020, 0, 20, 17);

describe("virtual time", () => {
  it("passes at once, from task to task, with all that promises have to do between two of them", async () => {
    const told = await runVirtually({ origin: ORIGIN, seed: 1 }, ({ time }) => {
      const told: string[] = [];
      const say = (what: string): void => void told.push(`${time.now} ${what}`);
      time.start("one", async () => {
        setTimeout(() => say("late"), 86_400_000);
        setTimeout(() => say("two"), 2);
        setTimeout(() => {
          say("one");
          void Promise.resolve()
            .then(() => say("a promise of it"))
            .then(() => say("and the next"));
          process.nextTick(() => say("a tick of it"));
        }, 1.9);
        setImmediate(() => say("immediate"));
        const timer = setInterval(() => {
          say("again");
          if (time.now > 1_400) clearInterval(timer);
        }, 500);
        const never = setTimeout(() => say("never"), 5);
        clearTimeout(never);
        await new Promise((resolve) => setTimeout(resolve, 100));
        say(`waited until ${new Date().toISOString()} ${Date.now() - ORIGIN} ${performance.now()}`);
      });
      time.pass(100_000_000);
      return told;
    });
    expect(told).toEqual([
      "0 immediate",
      "1 one",
      "1 a tick of it",
      "1 a promise of it",
      "1 and the next",
      "2 two",
      "100 waited until 2020-01-20T17:00:00.100Z 100 100",
      "500 again",
      "1000 again",
      "1500 again",
      "86400000 late",
    ]);
  });

  it("leaves clocks, timers, chance and the network as they were, whatever comes of the run", async () => {
    const before = [globalThis.setTimeout, globalThis.clearTimeout, Date, performance.now, Math.random, net.connect];
    await expect(
      runVirtually({ origin: ORIGIN, seed: 1 }, () => {
        expect(new Date() instanceof Date).toBe(true);
        expect(new Date(2020, 0, 1).getFullYear()).toBe(2020);
        throw new Error("it went wrong");
      }),
    ).rejects.toThrow("it went wrong");
    const after = [globalThis.setTimeout, globalThis.clearTimeout, Date, performance.now, Math.random, net.connect];
    expect(after).toEqual(before);
    expect(Math.abs(Date.now() - ORIGIN)).toBeGreaterThan(86_400_000);
  });

  it("draws the same chance from the same seed, and another from another", async () => {
    const draw = (seed: number): Promise<number[]> =>
      runVirtually({ origin: 0, seed }, () => Array.from({ length: 5 }, () => Math.random()));
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  it("keeps what a program throws, and goes on", async () => {
    const failures = await runVirtually({ origin: 0, seed: 1 }, ({ time }) => {
      const one = time.start("one", async () => {
        setTimeout(() => {
          throw new Error("in a timer");
        }, 10);
        setTimeout(() => void Promise.reject(new Error("in a promise that nobody waits for")), 20);
        setTimeout(() => {
          queueMicrotask(() => {
            throw new Error("in a microtask");
          });
        }, 30);
        await Promise.resolve();
        throw new Error("in a promise");
      });
      time.pass(100);
      return one.failures;
    });
    expect(failures.map((error) => (error as Error).message)).toEqual([
      "in a promise",
      "in a timer",
      "in a promise that nobody waits for",
      "in a microtask",
    ]);
  });
});

describe("a program that is killed in virtual time", () => {
  it("does nothing more, while others go on and hear its connections end", async () => {
    const told = await runVirtually({ origin: 0, seed: 1 }, ({ time }) => {
      const told: string[] = [];
      time.start("server", () => {
        net
          .createServer((socket) => {
            socket.on("data", (bytes) => told.push(`${bytes}`));
            socket.on("end", () => told.push("end"));
            socket.on("close", () => told.push("close"));
          })
          .listen(4002);
      });
      const client = time.start("client", async () => {
        const socket = net.connect(4002, "127.0.0.1");
        socket.on("close", () => told.push("the dead hears"));
        const timer = setInterval(() => socket.write("x"), 10);
        timer.unref();
        await new Promise((resolve) => setTimeout(resolve, 36));
        told.push("the dead wakes");
      });
      time.pass(35);
      time.kill(client);
      time.pass(1_000);
      return told;
    });
    expect(told).toEqual(["x", "x", "x", "end", "close"]);
  });

  it("can be killed in the middle of a task: what it goes on to do has no effect", async () => {
    const told = await runVirtually({ origin: 0, seed: 1 }, ({ time, net: network }) => {
      const told: string[] = [];
      time.start("server", () => {
        net
          .createServer((socket) => {
            socket.on("data", (bytes) => told.push(`${bytes}`));
            socket.on("end", () => told.push("end"));
          })
          .listen(4002);
      });
      const client = time.start("client", () => {
        const socket = net.connect(4002, "127.0.0.1", () => {
          for (const letter of "abcdef") socket.write(letter);
          setTimeout(() => told.push("the dead wakes"), 1);
        });
      });
      let writes = 0;
      network.onWrite = ({ owner }) => {
        if (owner === client && ++writes === 4) time.kill(client);
      };
      time.pass(1_000);
      return told.join(" ");
    });
    expect(told.replaceAll(/(?<=[abc]) (?=[abc])/g, "")).toBe("abc end");
  });
});
