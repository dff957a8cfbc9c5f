import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SeatrialError } from "../../core/errors.js";
import { Ladder, ladderFolder } from "../../live/ladder/ladder.js";
import {
  accountOfLogin,
  isPaperAccount,
  type Launch,
  NEEDED_CAPS,
  permitLaunch,
  refuseWrongSide,
  shortAccount,
} from "../../live/ladder/launch.js";
import { type LadderRecord, RUNGS, type Rung } from "../../live/ladder/rungs.js";
import { StrategySource } from "../../live/ladder/strategy-version.js";
import { sessionsFolder } from "./session-places.js";

const HASH = "ab".repeat(32);
const FILE = "strategies/cross.ts";
const AT = Date.UTC(2026, 0, 5);

const backtest: LadderRecord = {
  rung: "backtest",
  at: AT,
  file: FILE,
  from: 1,
  to: 2,
  bars: 100,
  trades: 3,
  outcome: "00",
};
const drill = (passed: boolean): LadderRecord => ({
  rung: "drill",
  at: AT,
  file: FILE,
  passed,
  held: passed ? 15 : 14,
  of: 15,
});
const paper = (day: string): LadderRecord => ({ rung: "paper", at: AT, file: FILE, session: "cross", day });
const DAYS = ["2026-01-05", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"];

function climbed(without?: Rung): Ladder {
  const ladder = new Ladder(join(sessionsFolder(), "ladder"));
  const records = [backtest, drill(true), ...DAYS.map(paper)];
  for (const record of records) if (record.rung !== without) ladder.record(HASH, record);
  return ladder;
}

const CAPS = { orderSize: 100, orderValue: 10_000, position: 200, exposure: 50_000, openOrders: 5 };

const launch = (changes: Partial<Launch> = {}): Launch => ({
  strategy: "SmaCross",
  file: FILE,
  flags: "",
  hash: HASH,
  guards: CAPS,
  port: 7496,
  account: "U1234567",
  configuredAccount: undefined,
  override: undefined,
  ...changes,
});

/** The error that a start ends with. */
function refusal(changes: Partial<Launch>, ladder = climbed()): SeatrialError {
  try {
    permitLaunch(launch(changes), ladder, AT);
  } catch (error) {
    return error as SeatrialError;
  }
  throw new Error("it was let through");
}

describe("a start with real money", () => {
  it("is let through when every rung is climbed and the account is typed in", () => {
    expect(permitLaunch(launch(), climbed(), AT)).toEqual([]);
    expect(permitLaunch(launch({ configuredAccount: "U1234567", port: 5000 }), climbed(), AT)).toEqual([]);
  });

  it("is refused without a backtest of this version", () => {
    const error = refusal({}, climbed("backtest"));
    expect(error.message).toBe(
      "This version of SmaCross cannot go live yet: no backtest of it is on record. Run `seatrial backtest strategies/cross.ts`. " +
        'Where it has to start all the same, give --override "reason"; that is put on record.',
    );
  });

  it("is refused without enough trading days on a paper account, and says how many there are", () => {
    expect(refusal({}, climbed("paper")).message).toContain("0 of 5 trading days on a paper account are on record");
    expect(refusal({ paperDays: 6 }).message).toContain("5 of 6 trading days on a paper account are on record");
    const ladder = climbed("paper");
    for (const day of [...DAYS, ...DAYS].slice(0, 9))
      ladder.record(HASH, { ...paper(day), session: "again" } as LadderRecord);
    expect(permitLaunch(launch(), ladder, AT)).toEqual([]);
  });

  it("is refused without a passed drill, and where a later one has failed", () => {
    expect(refusal({}, climbed("drill")).message).toContain("no drill is on record");
    const ladder = climbed();
    ladder.record(HASH, { ...drill(false), at: AT + 1 });
    expect(refusal({}, ladder).message).toContain("the latest drill failed, 14 of 15 held");
    ladder.record(HASH, { ...drill(true), at: AT + 2 });
    expect(permitLaunch(launch(), ladder, AT)).toEqual([]);
  });

  it("is not held up by the check for bias until there is one", () => {
    expect(RUNGS.check.isThere).toBe(false);
    expect(climbed().missing(HASH, FILE)).toEqual([]);
  });

  it("is refused for another version, with everything that it lacks", () => {
    const error = refusal({ hash: "cd".repeat(32) });
    expect(error.code).toBe("RUNGS_MISSING");
    for (const rung of ["backtest", "paper", "drill"]) expect(error.message).toContain(`seatrial ${rung} ${FILE}`);
  });

  it("is refused without each of the caps, and a cap that was taken out is none", () => {
    for (const cap of NEEDED_CAPS) {
      const { [cap]: _, ...others } = CAPS;
      expect(refusal({ guards: others }).message).toContain(`caps of its own, and ${cap} is not set`);
      expect(refusal({ guards: { ...CAPS, [cap]: false } }).code).toBe("CAPS_MISSING");
    }
    expect(refusal({ guards: false }).message).toContain(
      "orderSize, orderValue, position, exposure and openOrders are not set",
    );
    expect(refusal({ guards: undefined }).code).toBe("CAPS_MISSING");
  });

  it("is refused without an account that was typed in, or with another than the configuration's", () => {
    expect(refusal({ account: undefined, configuredAccount: "U1234567" }).code).toBe("ACCOUNT_UNTYPED");
    const error = refusal({ configuredAccount: "U7654321" });
    expect(error.message).toContain("U…67, is not the one of the configuration, U…21");
    expect(error.message).not.toMatch(/\d{4}/);
  });

  it("is refused with a paper account, and at a port of paper logins", () => {
    expect(refusal({ account: "DU1234567", port: 5000 }).code).toBe("ACCOUNT_IS_PAPER");
    expect(refusal({ account: "DU1234567" }).code).toBe("ACCOUNT_IS_PAPER");
    expect(refusal({ account: "DF1234567" }).code).toBe("ACCOUNT_IS_PAPER");
    for (const port of [7497, 4002]) expect(refusal({ port }).code).toBe("PORT_IS_PAPER");
  });

  it("is let through without its rungs for a reason, which is put on record", () => {
    const ladder = climbed("drill");
    expect(refusal({ override: "because" }, ladder).code).toBe("OVERRIDE_WORDLESS");
    expect(refusal({ override: "hotfix of a log message", guards: {} }, ladder).code).toBe("CAPS_MISSING");
    const passedOver = permitLaunch(launch({ override: "hotfix of a log message" }), ladder, AT + 5);
    expect(passedOver.map(({ rung }) => rung)).toEqual(["drill"]);
    expect(ladder.recordsOf(HASH).at(-1)).toEqual({
      rung: "override",
      at: AT + 5,
      file: FILE,
      reason: "hotfix of a log message",
      missing: ["drill"],
    });
    // It climbs no rung.
    expect(refusal({}, ladder).code).toBe("RUNGS_MISSING");
  });
});

describe("which account trades", () => {
  const login = (accounts: readonly string[], port = 7497) => ({ accounts, place: `127.0.0.1:${port}`, port });
  const codeOf = (work: () => unknown): string => {
    try {
      work();
      return "done";
    } catch (error) {
      return (error as SeatrialError).code;
    }
  };

  it("is the login's only one, or the one that was named", () => {
    expect(accountOfLogin("paper", undefined, login(["DU1234567"]))).toBe("DU1234567");
    expect(accountOfLogin("paper", "DU2", login(["DU1", "DU2"]))).toBe("DU2");
    expect(accountOfLogin("live", "U1234567", login(["U1234567"], 4001))).toBe("U1234567");
  });

  it("is refused where the login has it not, has several, or none", () => {
    expect(codeOf(() => accountOfLogin("paper", "DU3", login(["DU1", "DU2"])))).toBe("ACCOUNT_ABSENT");
    expect(codeOf(() => accountOfLogin("paper", undefined, login(["DU1", "DU2"])))).toBe("ACCOUNT_SEVERAL");
    expect(codeOf(() => accountOfLogin("paper", undefined, login([])))).toBe("ACCOUNT_ABSENT");
  });

  it("is never a live one on paper, nor a paper one live, whatever the port", () => {
    for (const port of [7496, 7497, 4001, 4002, 5000]) {
      expect(codeOf(() => accountOfLogin("paper", undefined, login(["U1234567"], port)))).toBe("ACCOUNT_IS_LIVE");
      expect(codeOf(() => accountOfLogin("live", "DU1234567", login(["DU1234567"], port)))).toBe("ACCOUNT_IS_PAPER");
    }
    for (const port of [7496, 4001]) {
      expect(codeOf(() => accountOfLogin("paper", undefined, login(["DU1234567"], port)))).toBe("PORT_IS_LIVE");
      expect(codeOf(() => refuseWrongSide("paper", port, undefined))).toBe("PORT_IS_LIVE");
    }
    for (const port of [7497, 4002]) {
      expect(codeOf(() => accountOfLogin("live", "U1234567", login(["U1234567"], port)))).toBe("PORT_IS_PAPER");
    }
    expect(codeOf(() => refuseWrongSide("live", 5000, "U1234567"))).toBe("done");
  });

  it("is on paper when its id begins with D", () => {
    expect(["DU1", "DF1", "DI1", "U1", "F1", "I1", "UD1"].map(isPaperAccount)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(["U1234567", "DU1", ""].map(shortAccount)).toEqual(["U…67", "DU1", ""]);
  });
});

describe("the record of the ladder", () => {
  it("is one file a version that only grows, and belongs to its user alone", () => {
    const folder = join(sessionsFolder(), "deep", "ladder");
    const ladder = new Ladder(folder);
    ladder.record(HASH, backtest);
    ladder.record(HASH, { ...backtest, at: AT + 1 });
    ladder.record(HASH, drill(true));
    expect(readdirSync(folder)).toEqual([`${HASH}.jsonl`]);
    expect(ladder.recordsOf(HASH)).toEqual([backtest, drill(true)]);
    expect(statSync(join(folder, `${HASH}.jsonl`)).mode & 0o777).toBe(0o600);
    expect(ladder.recordsOf("other")).toEqual([]);
  });

  it("that was torn by a loss of power counts for what is whole", () => {
    const folder = sessionsFolder();
    const ladder = new Ladder(folder);
    ladder.record(HASH, backtest);
    appendFileSync(join(folder, `${HASH}.jsonl`), '{"rung":"drill","pas');
    expect(ladder.recordsOf(HASH)).toEqual([backtest]);
    ladder.record(HASH, drill(true));
    expect(ladder.missing(HASH, FILE).map(({ rung }) => rung)).toEqual(["paper"]);
  });

  it("that cannot be written says where and what to do", () => {
    const place = sessionsFolder();
    writeFileSync(join(place, "ladder"), "a file");
    expect(() => new Ladder(join(place, "ladder")).record(HASH, backtest)).toThrow(/put on record .*SEATRIAL_STATE/s);
  });

  it("lies in the user's folder of state, or where SEATRIAL_STATE says", () => {
    const before = process.env.SEATRIAL_STATE;
    process.env.SEATRIAL_STATE = "/somewhere";
    expect(ladderFolder()).toBe(join("/somewhere", "ladder"));
    delete process.env.SEATRIAL_STATE;
    expect(ladderFolder()).toMatch(/seatrial.ladder$/);
    if (before !== undefined) process.env.SEATRIAL_STATE = before;
  });
});

describe("the version of a strategy", () => {
  const folderOf = (files: Readonly<Record<string, string>>): string => {
    const folder = sessionsFolder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, ".."), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return folder;
  };
  const files = {
    "cross.ts": 'import { level } from "./levels.js";\nimport table from "./lib/table.json";\nexport default level;\n',
    "levels.ts": 'export { level } from "./lib";\n',
    "lib/index.ts": 'import "../cross.js";\nexport const level = 1;\n',
    "lib/table.json": "[1]\n",
    "beside.ts": "",
  };
  const hashOf = (
    changes: Readonly<Record<string, string>> = {},
    params: Record<string, number> = { fast: 10, slow: 30 },
  ): string => new StrategySource(join(folderOf({ ...files, ...changes }), "cross.ts")).hash(params);

  it("is the same wherever it lies, in whatever order its parameters come, and with other ends of lines", () => {
    expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf()).toBe(hashOf({}, { slow: 30, fast: 10 }));
    expect(hashOf({ "cross.ts": files["cross.ts"].replaceAll("\n", "\r\n") })).toBe(hashOf());
    expect(hashOf({ "beside.ts": "export {};" })).toBe(hashOf());
  });

  it("is another with any change of its source, of what it imports, or of a parameter", () => {
    const changed = [
      hashOf({ "cross.ts": `${files["cross.ts"]}// a comment\n` }),
      hashOf({ "levels.ts": `${files["levels.ts"]} ` }),
      hashOf({ "lib/index.ts": "export const level = 2;\n" }),
      hashOf({ "lib/table.json": "[2]\n" }),
      hashOf({}, { fast: 11, slow: 30 }),
      hashOf({}, { fast: 10 }),
    ];
    expect(new Set([hashOf(), ...changed]).size).toBe(7);
  });

  it("reads nothing into packages and what is not there", () => {
    const folder = folderOf({ "a.ts": 'import { x } from "seatrial";\nimport "./gone.js";\n' });
    expect(new StrategySource(join(folder, "a.ts")).hash({})).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(join(folder, "a.ts"), "utf8")).toContain("gone");
  });
});
