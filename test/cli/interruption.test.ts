import { describe, expect, it } from "vitest";
import { Interruption } from "../../cli/interruption.js";

describe("a signal that comes while work holds the thread", () => {
  it("is heard in front of what is done apart, which would lose it", async () => {
    const start = new Interruption(["SIGWINCH"]);
    try {
      process.kill(process.pid, "SIGWINCH");
      await expect(start.heard()).rejects.toMatchObject({ code: "INTERRUPTED" });
      expect(start.signal.aborted).toBe(true);
    } finally {
      start.end();
    }
  });
});
