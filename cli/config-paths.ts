import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { RunSettings } from "../config/config.js";

/**
 * The settings of a configuration with their paths as the working directory sees them; in the configuration they are
 * relative to its folder.
 */
export function fromWorkingDirectory(settings: RunSettings, folder: string): RunSettings {
  const { data, strategy, out, store, sessions } = settings;
  const here = (path: string): string => relative(process.cwd(), resolve(folder, path)) || ".";
  return {
    ...settings,
    ...(strategy !== undefined && { strategy: here(strategy) }),
    ...(out !== undefined && { out: here(out) }),
    ...(sessions !== undefined && { sessions: here(sessions) }),
    ...(store?.file !== undefined && { store: { ...store, file: here(store.file) } }),
    ...(data !== undefined && {
      data: (typeof data === "string" ? [data] : data).flatMap((entry) => entries(entry, folder, here)),
    }),
  };
}

/** One entry of `data`, which may be several files between commas, some with a symbol in front. */
function entries(entry: string, folder: string, here: (path: string) => string): string[] {
  if (/^(sample|synthetic|store)(:|$)/.test(entry)) return [entry];
  if (existsSync(resolve(folder, entry))) return [here(entry)];
  return entry.split(",").map((part) => {
    const [, symbol, path] = /^(\s*[A-Za-z0-9./ ]+?\s*=)?\s*(.*?)\s*$/s.exec(part) ?? [];
    if (symbol === undefined && /^(sample|synthetic|store)(:|$)/.test(path)) return path;
    return `${symbol ?? ""}${here(path)}`;
  });
}
