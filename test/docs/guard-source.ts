import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "../shared-data.js";

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(projectRoot, path), "utf8"), ts.ScriptTarget.ES2022, true);
}

function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesOf(child);
}

const WAY_OF_AN_ORDER = [
  "core/orders/order-desk.ts",
  "core/orders/bracket.ts",
  "core/order-flow.ts",
  "core/order-reports.ts",
  "core/order-judge.ts",
  "core/engine.ts",
  "core/engine-controls.ts",
];

/** Files that deny: every guard, the way of an order, and whatever of the simulated broker makes a Denial. */
function denyingFiles(): string[] {
  const files = (folder: string): string[] =>
    readdirSync(join(projectRoot, folder))
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`);
  const broker = files("brokers/sim").filter((path) =>
    /import\b[^;]*\bDenial\b[^;]*orders\/denial/.test(readFileSync(join(projectRoot, path), "utf8")),
  );
  return [...files("core/guards"), ...WAY_OF_AN_ORDER, ...broker];
}

const PARSED = denyingFiles().map(parse);

/** Denial codes in the source, each with the keys of its data. */
export function denialCodes(): Map<string, Set<string>> {
  const codes = new Map<string, Set<string>>();
  for (const file of PARSED) {
    for (const node of nodesOf(file)) {
      if (!ts.isObjectLiteralExpression(node)) continue;
      const property = (name: string): ts.ObjectLiteralElementLike | undefined =>
        node.properties.find((one) => one.name?.getText() === name);
      const code = property("code");
      const details = property("details");
      if (code === undefined || details === undefined || !ts.isPropertyAssignment(details)) continue;
      const keys = nodesOf(details.initializer).next().value as ts.Node;
      const names = ts.isObjectLiteralExpression(keys) ? keys.properties.map((one) => one.name?.getText() ?? "") : [];
      for (const word of codesIn(file, code)) {
        const known = codes.get(word) ?? new Set();
        for (const name of names) known.add(name);
        codes.set(word, known);
      }
    }
  }
  return codes;
}

/** The texts a `code` may be: its own literals, or those of the constant it is named after. */
function codesIn(file: ts.SourceFile, code: ts.ObjectLiteralElementLike): string[] {
  const literals = (node: ts.Node): string[] =>
    [...nodesOf(node)]
      .filter(ts.isStringLiteral)
      .map((literal) => literal.text)
      .filter((text) => /^[A-Z_]{4,}$/.test(text));
  if (!ts.isShorthandPropertyAssignment(code)) return literals(code);
  return [...nodesOf(file)]
    .filter(ts.isVariableDeclaration)
    .filter((declaration) => declaration.name.getText() === code.name.text && declaration.initializer !== undefined)
    .flatMap((declaration) => literals(declaration.initializer as ts.Node));
}

/** The members of every interface of the guards, by its name, with the text of their types. */
export function guardInterfaces(): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const file of PARSED.filter((one) => one.fileName.startsWith("core/guards/"))) {
    for (const node of nodesOf(file)) {
      if (!ts.isInterfaceDeclaration(node)) continue;
      const members = node.members.filter(ts.isPropertySignature);
      found.set(node.name.text, new Map(members.map((one) => [one.name.getText(), one.type?.getText() ?? ""])));
    }
  }
  return found;
}

/**
 * The defaults a file gives to its options: the numbers in `{ a: 1, …, ...options }`, and of `options.a ?? 1`.
 */
export function defaultsIn(path: string): Map<string, number> {
  const defaults = new Map<string, number>();
  for (const node of nodesOf(parse(path))) {
    if (
      ts.isObjectLiteralExpression(node) &&
      node.properties.some((one) => ts.isSpreadAssignment(one) && one.expression.getText() === "options")
    ) {
      for (const one of node.properties) {
        if (ts.isPropertyAssignment(one) && ts.isNumericLiteral(one.initializer)) {
          defaults.set(one.name.getText(), Number(one.initializer.text));
        }
      }
    }
    if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken &&
      ts.isPropertyAccessExpression(node.left) &&
      node.left.expression.getText() === "options" &&
      ts.isNumericLiteral(node.right)
    ) {
      defaults.set(node.left.name.text, Number(node.right.text));
    }
  }
  return defaults;
}
