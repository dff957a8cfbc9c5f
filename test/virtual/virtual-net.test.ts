import { describe, expect, it } from "vitest";
import { runVirtually } from "./run-virtually.js";
import { playScene, SCENES, Stage } from "./scenes.js";

describe("a virtual socket", () => {
  for (const [name, scene] of Object.entries(SCENES)) {
    it(`does what a real one does: ${name}`, async () => {
      const real = await playScene(scene);
      for (const seed of [1, 2, 3]) {
        const virtual = await runVirtually({ origin: 0, seed }, ({ time }) => {
          let heard: Stage["heard"] | undefined;
          const one = time.start("both", async () => {
            heard = await playScene(scene);
          });
          time.pass(10_000);
          return { heard, failures: one.failures };
        });
        expect(virtual).toEqual({ heard: real, failures: [] });
      }
    });
  }

  it("keeps what a peer that does not read has no room for, and tells when it has left", async () => {
    const told = await runVirtually({ origin: 0, seed: 1 }, ({ time }) => {
      const told: unknown[] = [];
      time.start("both", async () => {
        const stage = new Stage();
        const { client, end } = await stage.dial();
        end.pause();
        const chunk = Buffer.alloc(100_000);
        for (let i = 0; i < 5; i++) told.push(client.write(chunk));
        await stage.wait();
        told.push(client.writableLength);
        client.on("drain", () => told.push("drain"));
        end.resume();
        await stage.wait();
        told.push(client.writableLength, end.bytesRead);
      });
      time.pass(1_000);
      return told;
    });
    expect(told).toEqual([true, true, true, false, false, 200_000, "drain", 0, 500_000]);
  });
});
