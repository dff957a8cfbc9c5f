import type { SeatrialConfig } from "./config.js";

/** Gives an object its type: `export default defineConfig({ cash: 100_000 })` in seatrial.config.ts. */
export function defineConfig(config: SeatrialConfig): SeatrialConfig {
  return config;
}
