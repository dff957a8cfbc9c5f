import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^seatrial$/, replacement: source("./index.ts") },
      { find: /^seatrial\/technical$/, replacement: source("./core/indicators/technical.ts") },
    ],
  },
  test: {
    // A user's own tests lie beside the strategies, in whatever folder `seatrial new` has been told to write into.
    exclude: [...configDefaults.exclude, "dist/**", "bench/peers/**", "seatrial-out/**"],
    reporters: ["default", "./scripts/count-reporter.ts"],
    // On two cores vitest would keep one for itself. The tests wait for processes, sockets and disks a third of their time.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
