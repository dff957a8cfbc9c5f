import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BacktestError } from "../backtest/errors.js";
import { joinModules } from "./join-modules.js";

/** What goes into every report alike. */
export interface Assets {
  readonly style: string;
  /** Sets the theme before anything is drawn. */
  readonly themeScript: string;
  /** The charts: lightweight-charts as it is published. */
  readonly chartScript: string;
  /** The page's own script. */
  readonly pageScript: string;
  /** Sources for a content security policy: the hash of each script, so that no other one runs. */
  readonly scriptHashes: readonly string[];
}

/** The style sheets in the order in which they override each other. */
const STYLES = [
  "page.css",
  "header.css",
  "figures.css",
  "charts.css",
  "returns.css",
  "tables.css",
  "narrow.css",
  "print.css",
];
const CHARTS = "lightweight-charts";
let read: Assets | undefined;

/**
 * The report's assets, read once a process from report/assets, whether this runs from source or from dist.
 * @throws BacktestError REPORT_INCOMPLETE
 */
export function assets(): Assets {
  read ??= readAssets();
  return read;
}

function readAssets(): Assets {
  const folder = assetsFolder();
  const themeScript = text(join(folder, "first-theme.js"));
  const chartScript = text(join(chartsFolder(), "dist", `${CHARTS}.standalone.production.js`));
  const pageScript = joinModules("main.js", (name) => text(join(folder, name)));
  const scriptHashes = [themeScript, chartScript, pageScript].map(
    (script) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  return {
    style: STYLES.map((name) => text(join(folder, name))).join("\n"),
    themeScript,
    chartScript,
    pageScript,
    scriptHashes,
  };
}

/** report/assets of the package that this file belongs to; compiled, the file lies deeper in it than its source. */
function assetsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const found = join(folder, "report", "assets");
    if (existsSync(found)) return found;
    const above = dirname(folder);
    if (above === folder) throw new BacktestError("REPORT_INCOMPLETE", { file: "report/assets", reason: "not found" });
    folder = above;
  }
}

function chartsFolder(): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${CHARTS}/package.json`));
  } catch (error) {
    throw new BacktestError("REPORT_INCOMPLETE", { file: CHARTS, reason: "not found" }, error);
  }
}

function text(file: string): string {
  try {
    // A browser turns every line's end into \n before it hashes a script.
    return readFileSync(file, "utf8").replace(/\r\n?/g, "\n");
  } catch (error) {
    throw new BacktestError("REPORT_INCOMPLETE", { file, reason: (error as NodeJS.ErrnoException).code ?? "" }, error);
  }
}
