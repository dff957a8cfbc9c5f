// The house's arrows: who may know whom. docs/architecture.md says why.

/** What each folder may import besides itself. Whatever is not named here, it may not. */
const ARROWS = {
  core: [],
  "brokers/sim": ["core"],
  "brokers/ib": ["core"],
  "brokers/tws": ["core", "brokers/ib"],
  "brokers/gateway": ["core", "brokers/ib", "brokers/sim"],
  data: ["core"],
  config: ["core", "brokers", "data"],
  backtest: ["core", "brokers", "data"],
  report: ["core", "data", "backtest"],
  research: ["core", "brokers", "data", "config", "backtest", "report"],
  live: ["core", "brokers", "data", "config", "backtest", "report"],
  monitor: ["core", "live"],
  cli: ["core", "brokers", "data", "config", "backtest", "report", "research", "live", "monitor"],
};

/** Node's own modules, which the tool calls "core", and packages. */
const PACKAGES = ["core", "npm", "npm-dev", "npm-optional", "npm-peer"];

const below = (folders) => `^(${folders.join("|")})/`;

const arrows = Object.entries(ARROWS).map(([folder, allowed]) => ({
  name: `${folder} knows only ${allowed.length === 0 ? "itself" : allowed.join(", ")}`,
  severity: "error",
  from: { path: below([folder]), pathNot: "^config/user-file\\.ts$" },
  to: { pathNot: below([folder, ...allowed]), dependencyTypesNot: PACKAGES },
}));

export default {
  forbidden: [
    ...arrows,
    {
      name: "config hands the public surface to a user's file, and only to it",
      comment:
        "A strategy imports seatrial; config/user-file.ts gives it the running framework when the file is loaded.",
      severity: "error",
      from: { path: "^config/user-file\\.ts$" },
      to: { pathNot: ["^(config|core)/", "^index\\.ts$"], dependencyTypesNot: PACKAGES },
    },
    {
      name: "core knows no Node and one package, behind its adapter",
      severity: "error",
      from: { path: "^core/", pathNot: "^core/indicators/technical\\.ts$" },
      to: { dependencyTypes: PACKAGES },
    },
    {
      name: "the adapter of the technical catalogue knows only that package",
      severity: "error",
      from: { path: "^core/indicators/technical\\.ts$" },
      to: { pathNot: ["^core/", "(^|/)node_modules/technicalindicators/"] },
    },
    {
      name: "better-sqlite3 is opened in one place",
      comment: "Types may be imported; the package itself is loaded by data/sqlite.ts, lazily.",
      severity: "error",
      from: { pathNot: "^data/sqlite\\.ts$" },
      to: { path: "(^|/)node_modules/(@types/)?better-sqlite3/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "strategies know only the public surface",
      severity: "error",
      from: { path: "^strategies/" },
      to: { pathNot: "^(index|core/indicators/technical)\\.ts$" },
    },
    {
      name: "nothing stands on examples, tests or benchmarks",
      severity: "error",
      from: { pathNot: "^(strategies|test|bench|scripts)/" },
      to: { path: "^(strategies|test|bench)/" },
    },
    {
      name: "no development package at run time",
      severity: "error",
      from: { pathNot: ["^(test|bench|scripts)/", "^vitest\\.config\\.ts$"] },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "(^|/)node_modules/@types/" },
    },
    { name: "no cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "everything imported is there", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    // Tests outside of test/ are the user's own.
    exclude: { path: "^(dist|coverage|seatrial-out|bench/peers)/|^(?!test/).*\\.test\\.ts$" },
    doNotFollow: { path: "^node_modules/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { conditionNames: ["types", "import", "default", "node"], exportsFields: ["exports"] },
  },
};
