// The second half of `npm run build`: joins what the compiler has written to dist/ into the few files of dist/bundle/
// that are run. Node reads, links and compiles hundreds of small modules in about a tenth of a second more than these.
// The modules themselves stay for `npm run bench` and for tests; of them only the declarations are published.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "dist", "bundle");

/** The command, and the doors of package.json's exports. What several of them need lies in files they share. */
const ENTRIES = { main: "cli/main.js", index: "index.js", technical: "core/indicators/technical.js" };

/**
 * Packages that are joined in, with all they need. Every other one is loaded from where npm has put it: because it has
 * a compiled part or files of its own beside its code, or because a run seldom needs it.
 */
const JOINED = ["cli-progress", "cli-table3", "yargs", "yargs-parser", "zod"];
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const loaded = Object.keys(dependencies).filter((name) => !JOINED.includes(name));
const isLoaded = (id) => loaded.some((name) => id === name || id.startsWith(`${name}/`));

/**
 * Modules of a few lines that import nothing and that many commands need: one file for all, for a file of its own costs
 * each more than its lines do. What imports others must not be among them, or files would wait for each other.
 */
const LEAVES = {
  name: "leaves",
  test: /[\\/]dist[\\/](report[\\/]paint|core[\\/](columns|dust|nearest|system-reason|market[\\/]future-root|orders[\\/](tick|denial|kinds)|calendar[\\/]session-time)|backtest[\\/]folders|data[\\/](files[\\/](write-csv|csv-words)|checks[\\/]split-ratio)|data[\\/]store[\\/](columns|kept-columns)|config[\\/]config|live[\\/]failed-place|cli[\\/](exit-code|flag-kinds|standard-error)|brokers[\\/]ib[\\/]ports)\.js$/,
};

/** What commands that read bars, hours or a configuration need, and that imports nothing but leaves, errors and each other. */
const GROUND = {
  name: "ground",
  test: /[\\/]dist[\\/](core[\\/](random|normal-quantile|logarithm|market[\\/](errors|bar-size|bar-series|instrument)|calendar[\\/](errors|calendar-date|sessions))|config[\\/]errors|data[\\/]checks[\\/]words|report[\\/]dates)\.js$/,
};

/**
 * What settings may be, for a configuration and for a backtest alike, with the words that name a series of the store:
 * whoever reads bars loads those anyway.
 */
const SHAPES = {
  name: "shapes",
  test: /[\\/]dist[\\/](core[\\/](shape|mistake|guards[\\/]guard-shape|market[\\/](instrument-shape|action-shape))|data[\\/](files[\\/]csv-shape|store[\\/](store-shape|series-key)))\.js$/,
};

/** A result has all of them, its report draws with some, and a strategy's own test may ask for any. */
const STATISTICS = { name: "statistics", test: /[\\/]dist[\\/]core[\\/]statistics[\\/][\w-]+\.js$/ };

/** The calendars of exchanges, with what knows whose an instrument is: whoever needs one of the two needs the other. */
const CALENDARS = { name: "calendars", test: /[\\/]dist[\\/]core[\\/]calendar[\\/](calendar-of|calendars)\.js$/ };

/** yargs lays out help with these; they carry tables of all emoji, which take longer to compile than all of yargs. */
const ASKS_FOR_WIDTHS = /[\\/]node_modules[\\/](yargs|cliui|wrap-ansi)[\\/]/;
const PLAIN_WIDTH = `export default (text) => Array.from(text).length;`;

const plainWidths = {
  name: "plain-widths",
  resolveId(id, importer) {
    return id === "string-width" && ASKS_FOR_WIDTHS.test(importer ?? "") ? "plain-width" : undefined;
  },
  load(id) {
    return id === "plain-width" ? PLAIN_WIDTH : undefined;
  },
};

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, join(root, "dist", file)])),
  platform: "node",
  tsconfig: false,
  transform: { target: "esnext" },
  external: isLoaded,
  plugins: [plainWidths],
});
const { output } = await bundle.generate({
  format: "esm",
  comments: false,
  chunkFileNames: "[name].js",
  codeSplitting: { groups: [LEAVES, GROUND, SHAPES, STATISTICS, CALENDARS] },
});
await bundle.close();

const chunks = output.filter((file) => file.type === "chunk");
refuseOtherNames(chunks);
refuseOtherPackages(chunks);
const fresh = `${folder}.new`;
rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh);
for (const { fileName, code } of chunks) writeFileSync(join(fresh, fileName), code);
writeFileSync(join(fresh, "LICENSES.txt"), licences(chunks.flatMap(({ modules }) => Object.keys(modules))));
rmSync(folder, { recursive: true, force: true });
renameSync(fresh, folder);

/** Of two classes of one name in one file the second would show the user a name with a number: an error's, for one. */
function refuseOtherNames(chunks) {
  for (const { fileName, code } of chunks) {
    const renamed = /\bclass (\w+\$\d+)|\b(?:var|let|const) (\w+\$\d+) = class\b/.exec(code);
    if (renamed === null) continue;
    throw new Error(`${fileName} has a class that is called ${renamed[1] ?? renamed[2]}: rename one of the two`);
  }
}

/** What is neither joined in nor a dependency would be missed only where the package is installed. */
function refuseOtherPackages(chunks) {
  const files = chunks.map(({ fileName }) => fileName);
  for (const { fileName, imports, dynamicImports } of chunks) {
    const other = [...imports, ...dynamicImports].find((id) => !files.includes(id) && !isBuiltin(id) && !isLoaded(id));
    if (other !== undefined) throw new Error(`${fileName} imports ${other}, which is no dependency of the package`);
  }
}

/** The licence of every package that is joined in, which each of them asks to be kept with its code. */
function licences(modules) {
  const packages = new Set();
  for (const module of modules) {
    const end = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module);
    if (end !== null) packages.add(relative(root, end[0]));
  }
  const texts = new Map();
  for (const place of [...packages].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, place, "package.json"), "utf8"));
    const file = readdirSync(join(root, place)).find((one) => /^licen[cs]e\b/i.test(one));
    if (file === undefined) throw new Error(`${place} has no licence beside its code`);
    texts.set(`${name} ${version} (${license})`, readFileSync(join(root, place, file), "utf8").trim());
  }
  const parts = [...texts].map(([head, text]) => `${head}\n\n${text}\n`);
  return `The files of this folder contain these packages.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
