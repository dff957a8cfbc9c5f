import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";
import { projectRoot } from "../shared-data.js";

/** A block of TypeScript of a page, as the whole module that it stands for. */
export interface CodeBlock {
  /** Where it begins, such as "docs/strategies.md:10". */
  readonly place: string;
  readonly source: string;
  /** What stands behind "ts" on the fence: a source of data to run on. */
  readonly data: string;
  /** Part of the compiler's message, for a block that must not compile. */
  readonly mistake: string | undefined;
}

const EXPORTS = [
  "atr",
  "type Bar",
  "bool",
  "choice",
  "ema",
  "float",
  "int",
  "macd",
  "output",
  "roc",
  "rsi",
  "sma",
  "Strategy",
];

/** The blocks marked "ts" of a page. One without imports is the body of `onBar(bar)`. */
export function codeBlocks(page: string): CodeBlock[] {
  const text = readFileSync(join(projectRoot, page), "utf8");
  return [...text.matchAll(/^```ts(?: (.*))?\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, note = "", code] = match;
    const line = text.slice(0, match.index).split("\n").length;
    const mistake = /^wrong: (.*)$/.exec(note)?.[1];
    return {
      place: `${page}:${line}`,
      source: /^import /m.test(code) ? code : body(code),
      data: mistake === undefined && note !== "" ? note : "sample",
      mistake,
    };
  });
}

function body(code: string): string {
  return `import { ${EXPORTS.join(", ")} } from "seatrial";
export default class Example extends Strategy {
  override onBar(bar: Bar): void {
${code}
  }
}
`;
}

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2023.d.ts"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  skipLibCheck: true,
  noEmit: true,
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  paths: {
    seatrial: [join(projectRoot, "index.ts")],
    "seatrial/technical": [join(projectRoot, "core/indicators/technical.ts")],
  },
};

/** Compiles modules against the real types, in one program; the compiler's messages for each, in the same order. */
export function compile(sources: readonly string[]): string[][] {
  // The files exist only here: they stand beside the pages, so that packages and types are found as for any other.
  const names = sources.map((_, index) => resolve(projectRoot, "docs", `example-${index}.ts`));
  const virtual = new Map(names.map((name, index) => [name, sources[index]]));
  const host = ts.createCompilerHost(OPTIONS);
  const real = { fileExists: host.fileExists, readFile: host.readFile, getSourceFile: host.getSourceFile };
  host.getCurrentDirectory = () => dirname(names[0] ?? projectRoot);
  host.fileExists = (name) => virtual.has(resolve(name)) || real.fileExists.call(host, name);
  host.readFile = (name) => virtual.get(resolve(name)) ?? real.readFile.call(host, name);
  host.getSourceFile = (name, version, ...rest) => {
    const text = virtual.get(resolve(name));
    if (text === undefined) return real.getSourceFile.call(host, name, version, ...rest);
    return ts.createSourceFile(name, text, version, true);
  };
  const program = ts.createProgram(names, OPTIONS, host);
  return names.map((name) => {
    const file = program.getSourceFile(name);
    return ts
      .getPreEmitDiagnostics(program, file)
      .filter((diagnostic) => diagnostic.file === file)
      .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
  });
}

/** A call such as `this.buy("SPY", 100)` in a sentence of a page. */
export interface InlineCall {
  readonly place: string;
  readonly text: string;
  readonly method: string;
  /** How many arguments it has. */
  readonly count: number;
}

export function inlineCalls(page: string): InlineCall[] {
  const text = readFileSync(join(projectRoot, page), "utf8");
  return [...text.matchAll(/`(this\.(\w+)\([^`\n…]*\))`/g)].map((match) => {
    const [, call, method] = match;
    const [statement] = ts.createSourceFile("call.ts", call, ts.ScriptTarget.ES2022).statements;
    const made = ts.isExpressionStatement(statement) ? statement.expression : undefined;
    const count = made !== undefined && ts.isCallExpression(made) ? made.arguments.length : 0;
    return { place: `${page}:${text.slice(0, match.index).split("\n").length}`, text: call, method, count };
  });
}

/** How many arguments a method of a class cannot do without, in the least of its forms; undefined where there is none. */
export function neededBy(path: string, name: string, method: string): number | undefined {
  const counts = classElements(path, name).flatMap((one) => {
    if (!ts.isMethodDeclaration(one) || !ts.isIdentifier(one.name) || one.name.text !== method) return [];
    return [one.parameters.filter(({ questionToken, initializer }) => !questionToken && !initializer).length];
  });
  return counts.length === 0 ? undefined : Math.min(...counts);
}

/** The names of the methods, getters and fields of a class that its subclasses or users can reach. */
export function membersOfClass(path: string, name: string): string[] {
  return classElements(path, name).flatMap((member) =>
    member.name !== undefined && ts.isIdentifier(member.name) ? [member.name.text] : [],
  );
}

function classElements(path: string, name: string): readonly ts.ClassElement[] {
  const text = readFileSync(join(projectRoot, path), "utf8");
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return file.statements.filter(ts.isClassDeclaration).find((one) => one.name?.text === name)?.members ?? [];
}
