import { nearest } from "../core/nearest.js";
import type { RunSettings, SeatrialConfig } from "./config.js";
import { ConfigError } from "./errors.js";

/**
 * The settings of one run: those of the run under that name over the common ones; without a name the common ones
 * alone. Of a setting that is an object, such as `guards` or `params`, single entries are overridden, of everything else the whole.
 * @throws ConfigError RUN_UNKNOWN
 */
export function namedRun(config: SeatrialConfig, file: string, name?: string): RunSettings {
  const { runs = {}, ...common } = config;
  if (name === undefined) return common;
  if (!Object.hasOwn(runs, name)) {
    const names = Object.keys(runs);
    const near = nearest(name, names);
    const known = names.length === 0 ? "It names no runs." : `Its runs are ${names.join(", ")}.`;
    throw new ConfigError("RUN_UNKNOWN", {
      file,
      run: name,
      hint: near === undefined ? known : `Did you mean "${near}"? ${known}`,
    });
  }
  return override(common, runs[name]);
}

/** Settings with others over them, such as the flags of a command line over a named run. */
export function override(under: RunSettings, over: RunSettings): RunSettings {
  const settings: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const base = settings[key];
    settings[key] = isObject(base) && isObject(value) ? { ...base, ...value } : value;
  }
  return settings;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
