import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^seatrial$/, replacement: source("./index.ts") },
      { find: /^seatrial\/technical$/, replacement: source("./core/indicators/technical.ts") },
    ],
  },
  test: {
    // A user's own tests lie beside the strategies, where `seatrial new` writes them.
    include: ["test/**/*.test.ts", "strategies/**/*.test.ts", "*.test.ts"],
    reporters: ["default", "./scripts/count-reporter.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
