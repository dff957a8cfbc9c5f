import type { Options } from "yargs";
import { type Param, type ParamValue, type ParamValues, toParams } from "../core/params.js";
import type { StrategyClass } from "../core/strategy.js";
import { CliError } from "./errors.js";
import { type Flags, flagOf } from "./flags.js";

/**
 * The parameters that stand on a command line under their own names, such as `--fast 10` or `--stop-loss 2`, beside
 * those of `--param`. A flag that is neither the command's nor a parameter's is an error.
 * @throws CliError FLAG_UNKNOWN, FLAG_TWICE
 */
export function paramsOf(strategy: StrategyClass, flags: Flags, named: ParamValues): ParamValues {
  const params = toParams(strategy.paramSpecs);
  const values: Record<string, ParamValue> = { ...named };
  for (const [flag, value] of flags.unknown) {
    const name = Object.hasOwn(params, flag)
      ? flag
      : flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    if (!Object.hasOwn(params, name)) flags.refuse(flag, Object.keys(params));
    if (Object.hasOwn(named, name)) throw new CliError("FLAG_TWICE", { flag: flagOf(flag) });
    if (value === true && params[name].kind !== "bool") {
      throw new CliError("FLAG_VALUE", {
        flag: flagOf(flag),
        value: "without a value",
        rule: "followed by one",
        hint: "",
      });
    }
    values[name] = value;
  }
  return values;
}

/** The parameters of a strategy as flags, for help. */
export function paramFlags(strategy: StrategyClass): Record<string, Options> {
  const group = `Parameters of ${strategy.name}:`;
  const flags: Record<string, Options> = {};
  for (const [name, param] of Object.entries(toParams(strategy.paramSpecs))) {
    flags[name] = { type: "string", group, describe: `${valuesOf(param)} [${param.default}]` };
  }
  return flags;
}

function valuesOf({ kind, min, max, choices }: Param): string {
  if (kind === "choice") return (choices ?? []).join(", ");
  if (kind === "bool") return "true or false";
  if (kind === "text") return "A text";
  const what = kind === "int" ? "A whole number" : "A number";
  if (min !== undefined && max !== undefined) return `${what} from ${min} to ${max}`;
  if (min !== undefined) return `${what} of ${min} or more`;
  return max === undefined ? what : `${what} of ${max} or less`;
}
