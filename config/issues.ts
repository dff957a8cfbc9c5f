import type { z } from "zod";
import { nearest } from "../core/nearest.js";
import { ConfigError } from "./errors.js";

interface Mistake {
  readonly code: "CONFIG_KEY" | "CONFIG_VALUE";
  readonly details: {
    readonly file: string;
    readonly key: string;
    readonly value: string;
    readonly rule: string;
    readonly hint: string;
  };
}

/**
 * Says what is wrong with a configuration: one sentence for each mistake, with the path of its key.
 * @throws ConfigError CONFIG_KEY or CONFIG_VALUE for one mistake, CONFIG_INVALID for several. Always.
 */
export function refuse(issues: readonly z.core.$ZodIssue[], config: unknown, file: string): never {
  const mistakes = issues.flatMap((issue) => mistakesOf(issue, config, file));
  if (mistakes.length === 1) throw new ConfigError(mistakes[0].code, mistakes[0].details);
  const prefix = `${file}: `;
  const list = mistakes.map(
    ({ code, details }) => `\n  ${new ConfigError(code, details).message.slice(prefix.length)}`,
  );
  throw new ConfigError("CONFIG_INVALID", { file, count: mistakes.length, list: list.join("") });
}

function mistakesOf(issue: z.core.$ZodIssue, config: unknown, file: string): Mistake[] {
  if (issue.code !== "unrecognized_keys") {
    const value = valueAt(config, issue.path);
    return [
      {
        code: "CONFIG_VALUE",
        details: {
          file,
          key: keyOf(issue.path),
          value: show(value),
          rule: issue.message,
          hint: wordHint(value, issue),
        },
      },
    ];
  }
  // The schema gives an object's keys as the message of this issue.
  const keys = issue.message.split(", ");
  return issue.keys.map((key) => {
    const near = nearest(key, keys);
    const hint = near === undefined ? `Settings there are ${issue.message}.` : `Did you mean ${near}?`;
    return { code: "CONFIG_KEY", details: { file, key: keyOf([...issue.path, key]), value: "", rule: "", hint } };
  });
}

function wordHint(value: unknown, issue: z.core.$ZodIssue): string {
  if (issue.code !== "invalid_value" || typeof value !== "string") return "";
  const near = nearest(value, issue.values.map(String));
  return near === undefined ? "" : `Did you mean ${JSON.stringify(near)}?`;
}

/** A path as it is written in code, such as `runs.fast.data[1]` or `instruments["EUR.USD"].tickSize`. */
function keyOf(path: readonly PropertyKey[]): string {
  let key = "";
  for (const part of path) {
    if (typeof part === "number") key += `[${part}]`;
    else if (/^[A-Za-z_$][\w$]*$/.test(String(part))) key += key === "" ? String(part) : `.${String(part)}`;
    else key += `[${JSON.stringify(String(part))}]`;
  }
  return key === "" ? "the configuration" : key;
}

function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = config;
  for (const part of path) value = (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[part];
  return value;
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
