import type { RunSettings } from "../config/config.js";
import { loadConfig } from "../config/load-config.js";
import { namedRun } from "../config/named-run.js";
import { fromWorkingDirectory } from "./config-paths.js";
import { CliError } from "./errors.js";
import { asWrongUsage } from "./exit-code.js";
import type { Flags } from "./flags.js";

/** What the configuration says of the run that is named, with paths as the working directory sees them. */
export async function configured(flags: Flags): Promise<RunSettings> {
  const run = flags.text("run");
  const loaded = await loadConfig(flags.text("config")).catch((error: unknown) => {
    throw asWrongUsage(error);
  });
  if (loaded !== undefined) return fromWorkingDirectory(namedRun(loaded.config, loaded.file, run), loaded.folder);
  if (run !== undefined) throw new CliError("RUN_WITHOUT_CONFIG", { run });
  return {};
}
