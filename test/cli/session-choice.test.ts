import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCommandLine } from "../../cli/command-line.js";
import { Flags } from "../../cli/flags.js";
import { sessionChoice, symbolsOf } from "../../cli/session-choice.js";
import { LIVE_FLAGS, PAPER_FLAGS, SIMULATION_FLAGS } from "../../cli/session-flags.js";
import type { SeatrialConfig } from "../../config/config.js";
import type { SeatrialError } from "../../core/errors.js";
import { StrategySource } from "../../live/ladder/strategy-version.js";
import { folderWith, SMA_CROSS } from "./seatrial.js";

const cwd = process.cwd();
let place = "";
beforeAll(() => {
  place = folderWith({ "cross.ts": SMA_CROSS });
  process.chdir(place);
});
afterAll(() => process.chdir(cwd));

/** What a command line comes to, with a configuration. */
function choose(kind: "paper" | "live", words: readonly string[], config?: SeatrialConfig) {
  const folder = config === undefined ? undefined : folderWith({ "seatrial.config.json": JSON.stringify(config) });
  const more = folder === undefined ? [] : ["--config", join(folder, "seatrial.config.json")];
  const flags = kind === "paper" ? PAPER_FLAGS : LIVE_FLAGS;
  return sessionChoice(kind, new Flags(readCommandLine([kind, ...words, ...more], flags), flags, 1));
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: unknown) => `${(error as SeatrialError).code}: ${(error as SeatrialError).message}`,
  );

const TRADED = ["--symbols", "SPY", "--bar", "5min"];

describe("seatrial paper", () => {
  it("is simulated where no gateway is named", async () => {
    const choice = await choose("paper", ["cross.ts", "--speed", "60", "--fast", "5"]);
    expect(choice).toMatchObject({
      mode: "simulated",
      file: "cross.ts",
      params: { fast: 5, slow: 30, quantity: 50 },
      speed: 60,
      place: undefined,
      onStop: undefined,
      logLevel: "info",
    });
    expect(choice.folder.path).toBe(resolve("seatrial-sessions", "cross-sim"));
    expect(choice.hash).toBe(new StrategySource("cross.ts").hash(choice.params));
    expect((await choose("paper", ["cross.ts", "--speed", "max"])).speed).toBe(Infinity);
  });

  it("goes to the gateway that the flags or the configuration name, the flags first", async () => {
    const byFlag = await choose("paper", ["cross.ts", "--tws-paper", "--account", "du1234567", ...TRADED]);
    expect(byFlag).toMatchObject({
      mode: "paper",
      account: "DU1234567",
      place: { host: "127.0.0.1", port: 7497, clientId: 1 },
    });
    expect(byFlag.folder.name).toBe("cross-paper");
    const paper = { host: "gw", port: 5000, clientId: 7, symbols: "SPY,IBM", bar: "1min", onStop: "flatten" } as const;
    const configuredOne = await choose("paper", ["cross.ts"], { paper });
    expect(configuredOne).toMatchObject({
      mode: "paper",
      place: { host: "gw", port: 5000, clientId: 7 },
      onStop: "flatten",
    });
    const both = await choose("paper", ["cross.ts", "--port", "4002", "--client-id", "3", "--symbols", "EUR.USD"], {
      paper,
    });
    expect(both.place).toMatchObject({ host: "gw", port: 4002, clientId: 3 });
    expect(symbolsOf(both.session)).toEqual(["EUR.USD"]);
    expect(symbolsOf(configuredOne.session)).toEqual(["SPY", "IBM"]);
    expect(both.session).toMatchObject({ bar: "1min", onStop: "flatten" });
  });

  it("takes name and folder from flags, and the folder from the configuration relative to it", async () => {
    const named = await choose("paper", ["cross.ts", "--name", "mine", "--sessions", "elsewhere"]);
    expect(named.folder.path).toBe(resolve("elsewhere", "mine"));
    const folder = folderWith({ "seatrial.config.json": JSON.stringify({ sessions: "here" }) });
    const given = ["paper", "cross.ts", "--config", join(folder, "seatrial.config.json")];
    const choice = await sessionChoice("paper", new Flags(readCommandLine(given, PAPER_FLAGS), PAPER_FLAGS, 1));
    expect(choice.folder.path).toBe(join(folder, "here", "cross-sim"));
  });

  it.each<[readonly string[], string]>([
    [[], "STRATEGY_UNNAMED"],
    [["cross.ts", "--fst", "5"], "FLAG_UNKNOWN"],
    [["cross.ts", "--tws-live", ...TRADED], "FLAG_UNKNOWN"],
    [["cross.ts", "--override", "for no reason"], "FLAG_UNKNOWN"],
    [["cross.ts", "--name", "a/b"], "SESSION_NAME"],
    [["cross.ts", "--port", "0", ...TRADED], "FLAG_VALUE"],
    [["cross.ts", "--on-stop", "sell"], "FLAG_VALUE"],
    [["cross.ts", "--speed", "fast"], "FLAG_VALUE"],
    [["cross.ts", "--tws-paper"], "INSTRUMENTS_UNNAMED"],
    [["cross.ts", "--tws-paper", "--symbols", "SPY"], "BAR_SIZE_UNNAMED"],
    [["cross.ts", "--tws-paper", "--port", "4002", ...TRADED], "PORTS_TWO"],
    [["cross.ts", "--record", "traffic.jsonl"], "FLAG_POINTLESS"],
    [["cross.ts", "--account", "DU1234567"], "FLAG_POINTLESS"],
    [["cross.ts", "--symbols", "SPY"], "FLAG_POINTLESS"],
    [["cross.ts", "--symbols", "SPY", "--data", "sample"], "FLAG_POINTLESS"],
  ])("refuses what cannot be meant: %j", async (words, code) => {
    expect(await codeOf(choose("paper", words))).toMatch(new RegExp(`^${code}:`));
  });

  it("refuses what is said of a simulated gateway where another is named", async () => {
    for (const flag of SIMULATION_FLAGS) {
      const refused = choose("paper", ["cross.ts", "--tws-paper", ...TRADED, `--${flag}`, VALUES[flag] ?? "x"]);
      expect(await codeOf(refused), flag).toMatch(/^FLAG_POINTLESS: .*a simulated gateway/);
    }
  });
});

/** Values that the flags take, where any will not do. */
const VALUES: Readonly<Record<string, string>> = {
  speed: "60",
  margin: "reg-t",
  adjust: "raw",
  what: "trades",
  stamp: "end",
  "session-hours": "09:30-16:00",
  "date-order": "dmy",
  "price-scale": "1",
};

describe("seatrial live", () => {
  it("never is simulated, and keeps apart what was typed in and what the configuration says", async () => {
    const live = { account: "U1234567", port: 7496, symbols: ["SPY"], bar: "5min", paperDays: 10 };
    const choice = await choose("live", ["cross.ts"], { live });
    expect(choice).toMatchObject({ mode: "live", account: undefined, session: live, place: { port: 7496 } });
    expect(choice.folder.name).toBe("cross-live");
    expect((await choose("live", ["cross.ts", "--account", "U1234567"], { live })).account).toBe("U1234567");
    // Settings of paper trading are none of its.
    expect(await codeOf(choose("live", ["cross.ts"], { paper: { port: 7497, symbols: "SPY", bar: "5min" } }))).toMatch(
      /^INSTRUMENTS_UNNAMED: .*as symbols under live/,
    );
    for (const flag of ["--speed", "--data", "--faults", "--tws-paper"]) {
      expect(await codeOf(choose("live", ["cross.ts", flag, "1", ...TRADED]))).toMatch(/^FLAG_UNKNOWN/);
    }
  });

  it("without a port looks for a live login alone", async () => {
    // Whatever listens where paper logins do is none.
    const server = createServer().listen(4002, "127.0.0.1");
    await new Promise((done) => {
      server.once("listening", done);
      server.once("error", done);
    });
    const refused = await codeOf(choose("live", ["cross.ts", ...TRADED]));
    expect(refused).toMatch(/^TWS_NOWHERE: No TWS and no IB Gateway listens on 127.0.0.1 at 7496 .*, 4001 /);
    server.close();
  });
});
