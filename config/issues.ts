import type { z } from "zod";
import { detailsOf, type Mistake } from "../core/mistake.js";
import { ConfigError } from "./errors.js";

/**
 * Says what is wrong with a configuration: one sentence for each mistake, with the path of its key.
 * @throws ConfigError CONFIG_KEY or CONFIG_VALUE for one mistake, CONFIG_INVALID for several. Always.
 */
export function refuse(issues: readonly z.core.$ZodIssue[], config: unknown, file: string): never {
  const errors = issues.flatMap((issue) =>
    mistakesOf(issue, config).map((mistake) => {
      const code = mistake.keys === undefined ? "CONFIG_VALUE" : "CONFIG_KEY";
      return new ConfigError(code, { file, ...detailsOf(mistake, "the configuration") });
    }),
  );
  if (errors.length === 1) throw errors[0];
  const list = errors.map(({ message }) => `\n  ${message.slice(`${file}: `.length)}`);
  throw new ConfigError("CONFIG_INVALID", { file, count: errors.length, list: list.join("") });
}

function mistakesOf(issue: z.core.$ZodIssue, config: unknown): Mistake[] {
  const path = issue.path.map((part) => (typeof part === "number" ? part : String(part)));
  if (issue.code === "unrecognized_keys") {
    // The schema gives an object's keys as the message of this issue.
    const keys = issue.message.split(", ");
    return issue.keys.map((key) => ({ path: [...path, key], value: undefined, rule: "", keys }));
  }
  // What a shape has found knows more of itself than its issue.
  const found = issue.code === "custom" ? (issue.params?.mistake as Mistake | undefined) : undefined;
  if (found !== undefined) return [{ ...found, path }];
  const words = issue.code === "invalid_value" ? issue.values.map(String) : [];
  return [{ path, value: valueAt(config, path), rule: issue.message, words }];
}

function valueAt(config: unknown, path: Mistake["path"]): unknown {
  let value: unknown = config;
  for (const part of path) value = (value as Readonly<Record<string | number, unknown>> | undefined)?.[part];
  return value;
}
