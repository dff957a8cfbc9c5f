import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigError } from "../../config/errors.js";
import { loadStrategy } from "../../config/load-strategy.js";
import { Strategy } from "../../index.js";
import { projectRoot } from "../shared-data.js";
import { scratch } from "./scratch.js";

const CROSS = `import { Strategy, type Bar } from "seatrial";

interface Level { price: number }

export default class Cross extends Strategy.with({ fast: 10 }) {
  private level: Level = { price: 0 };

  override onBar(bar: Bar): void {
    this.level = { price: bar.close };
    throw new Error("no market on line 10");
  }
}
`;

async function refusal(path: string): Promise<ConfigError> {
  const error = await loadStrategy(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
}

describe("a strategy's file", () => {
  it("outside of any package is given the running framework, not a second copy", async () => {
    const folder = scratch({ "cross.ts": CROSS });
    const Cross = await loadStrategy(join(folder, "cross.ts"));
    expect(Cross.name).toBe("Cross");
    expect(Object.getPrototypeOf(Object.getPrototypeOf(Cross))).toBe(Strategy);
    expect(Cross.paramSpecs).toEqual({ fast: 10 });
  });

  it.each(["js", "mjs", "mts"])("may end in .%s", async (ending) => {
    const file = `cross.${ending}`;
    const folder = scratch({
      [file]: `import { Strategy } from "seatrial";\nexport default class Cross extends Strategy {}\n`,
    });
    const Cross = await loadStrategy(join(folder, file));
    expect(Object.getPrototypeOf(Cross)).toBe(Strategy);
  });

  it("may import others beside it by their .js names, which get the same framework", async () => {
    const folder = scratch({
      "cross.ts": `import { Base } from "./lib/base.js";\nexport default class Cross extends Base {}\n`,
      "lib/base.ts": `import { Strategy } from "seatrial";\nexport abstract class Base extends Strategy {}\n`,
    });
    const Cross = await loadStrategy(join(folder, "cross.ts"));
    expect(Object.getPrototypeOf(Object.getPrototypeOf(Cross))).toBe(Strategy);
  });

  it("may import the technical catalogue", async () => {
    const folder = scratch({
      "cross.ts": `import { Strategy } from "seatrial";
import * as catalogue from "seatrial/technical";
export default class Cross extends Strategy { static readonly catalogue = { ...catalogue }; }
`,
    });
    const Cross = (await loadStrategy(join(folder, "cross.ts"))) as unknown as { catalogue: object };
    expect(Cross.catalogue).toMatchObject({ ...(await import("../../core/indicators/technical.js")) });
  });

  it("whose handler throws shows its own line in the stack", async () => {
    const folder = scratch({ "cross.ts": CROSS });
    const Cross = await loadStrategy(join(folder, "cross.ts"));
    let stack = "";
    try {
      Cross.prototype.onBar.call({} as never, { close: 1 } as never);
    } catch (error) {
      stack = (error as Error).stack ?? "";
    }
    expect(stack).toContain(`${join(folder, "cross.ts")}:10:`);
  });

  it("is found through the working directory and named in messages as it was typed", async () => {
    const error = await refusal("strategies/no-such-strategy-here.ts");
    expect(error.code).toBe("STRATEGY_MISSING");
    expect(error.message).toContain("There is no strategy strategies/no-such-strategy-here.ts.");
  });

  it("that is missing brings up the nearest one there is", async () => {
    const folder = scratch({ "sma-cross.ts": CROSS });
    const error = await refusal(join(folder, "sma-crss.ts"));
    expect(error.message).toBe(
      `There is no strategy ${join(folder, "sma-crss.ts")}. Did you mean ${join(folder, "sma-cross.ts")}?`,
    );
  });

  it("that is a folder is not one", async () => {
    expect((await refusal(scratch({ "a/cross.ts": CROSS }))).code).toBe("STRATEGY_MISSING");
  });

  it("in a folder that is missing says so", async () => {
    const folder = scratch({});
    const error = await refusal(join(folder, "mine", "cross.ts"));
    expect(error.message).toContain(`There is no folder ${join(folder, "mine")} either.`);
  });

  it("without a default export says how to write one", async () => {
    const folder = scratch({
      "a.ts": `import { Strategy } from "seatrial";\nexport class Cross extends Strategy {}\n`,
      "b.ts": "export const x = 1;\n",
    });
    const named = await refusal(join(folder, "a.ts"));
    expect(named.code).toBe("STRATEGY_EXPORT");
    expect(named.message).toContain("Write `export default class Cross` in place of `export class Cross`.");
    expect((await refusal(join(folder, "b.ts"))).message).toContain(
      "Write `export default class MyStrategy extends Strategy { … }`.",
    );
  });

  it.each([
    ["an object", "export default { onBar() {} };"],
    ["a function", "export default function cross() {}"],
    ["a number", "export default 1;"],
  ])("whose default export is %s is refused", async (what, source) => {
    const folder = scratch({ "cross.ts": source });
    const error = await refusal(join(folder, "cross.ts"));
    expect(error.code).toBe("STRATEGY_NOT_A_CLASS");
    expect(error.message).toContain(`is ${what}, not a class.`);
  });

  it("whose class does not extend Strategy is refused", async () => {
    const folder = scratch({ "cross.ts": "export default class Cross { onBar(): void {} }\n" });
    const error = await refusal(join(folder, "cross.ts"));
    expect(error.code).toBe("STRATEGY_NOT_EXTENDING");
    expect(error.message).toContain("The class Cross of ");
  });

  it("that cannot be parsed names the line and the column", async () => {
    const folder = scratch({
      "cross.ts": `import { Strategy } from "seatrial";\n\nexport default class Cross extends Strategy {\n  onBar(bar { }\n}\n`,
    });
    const error = await refusal(join(folder, "cross.ts"));
    expect(error.code).toBe("FILE_SYNTAX");
    expect(error.details).toMatchObject({ file: join(folder, "cross.ts"), line: 4, column: 13 });
    expect(error.message).toMatch(/cross\.ts, line 4, column 13: Unexpected token.*\. Correct the line\.$/);
  });

  it("that imports one which cannot be parsed names that one", async () => {
    const folder = scratch({
      "cross.ts": `import "./levels.js";\n`,
      "levels.ts": "export const level = ;\n",
    });
    const error = await refusal(join(folder, "cross.ts"));
    expect(error.code).toBe("FILE_SYNTAX");
    expect(error.details).toMatchObject({ file: join(folder, "levels.ts"), line: 1 });
  });

  it("that throws while it is loaded says where", async () => {
    const folder = scratch({
      "cross.ts": `const levels: number[] = [];\n\nif (levels.length === 0) throw new Error("no levels.");\n`,
    });
    const error = await refusal(join(folder, "cross.ts"));
    expect(error.code).toBe("FILE_FAILED");
    expect(error.message).toBe(`${join(folder, "cross.ts")} failed while it was loaded at line 3: no levels.`);
    expect((error.cause as Error).message).toBe("no levels.");
  });

  it("that imports one which throws says where that one did", async () => {
    const folder = scratch({
      "cross.ts": `import { level } from "./levels.js";\nexport const twice = level * 2;\n`,
      "levels.ts": `\nfunction read(): number {\n  throw new Error("no levels");\n}\nexport const level = read();\n`,
    });
    const error = await refusal(join(folder, "cross.ts"));
    expect(error.message).toBe(`${join(folder, "levels.ts")} failed while it was loaded at line 3: no levels.`);
  });

  it("whose class the framework refuses is named with its own line", async () => {
    const folder = scratch({
      "cross.ts": `import { Strategy } from "seatrial";\n\nexport default class Cross extends Strategy.with(null as never) {}\nnew Cross();\n`,
    });
    const error = await refusal(join(folder, "cross.ts"));
    expect(error.code).toBe("FILE_FAILED");
    expect(error.message).toContain(`${join(folder, "cross.ts")} failed while it was loaded at line `);
  });

  it("that imports what is not there says what", async () => {
    const folder = scratch({ "a.ts": `import "./levels.js";\n`, "b.ts": `import "no-such-package-anywhere";\n` });
    expect((await refusal(join(folder, "a.ts"))).message).toContain(
      "it imports ./levels.js, which cannot be found. Check",
    );
    expect((await refusal(join(folder, "b.ts"))).message).toContain(
      "Install it with `npm install no-such-package-anywhere`.",
    );
  });

  it("is compiled once and read from the user's own cache by the next process", () => {
    const folder = scratch({ "cross.ts": CROSS, cache: "" });
    const cacheHome = join(folder, "home");
    const script = `
      const { loadStrategy } = await import(${JSON.stringify(join(projectRoot, "dist", "config", "load-strategy.js"))});
      const { Strategy } = await import(${JSON.stringify(join(projectRoot, "dist", "index.js"))});
      const Cross = await loadStrategy("cross.ts");
      const babel = Object.keys((await import("node:module")).default._cache ?? {}).some((path) => path.endsWith("babel.cjs"));
      console.log(JSON.stringify({ same: Object.getPrototypeOf(Object.getPrototypeOf(Cross)) === Strategy, babel }));`;
    const run = (): unknown =>
      JSON.parse(
        execFileSync(process.execPath, ["--input-type=module", "-e", script], {
          cwd: folder,
          encoding: "utf8",
          env: { ...process.env, XDG_CACHE_HOME: cacheHome, LOCALAPPDATA: cacheHome, HOME: cacheHome },
        }),
      );
    expect(run()).toEqual({ same: true, babel: true });
    expect(run()).toEqual({ same: true, babel: false });
  });
});
