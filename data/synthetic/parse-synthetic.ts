import { nearest } from "../../core/nearest.js";
import { SyntheticError } from "./errors.js";
import { SYNTHETIC_DEFAULTS, type SyntheticOptions, syntheticMarket } from "./synthetic-market.js";

const KEYS = Object.keys(SYNTHETIC_DEFAULTS);

/**
 * Reads "synthetic:seed=7,bars=1000000,bar=1min,symbols=2" into the options of `syntheticBars`, checked; "synthetic"
 * alone is the default market.
 * @throws SyntheticError SYNTHETIC_KEY_UNKNOWN, SYNTHETIC_KEY_TWICE, SYNTHETIC_VALUE_INVALID
 * @throws MarketError BAR_SIZE_UNKNOWN
 */
export function parseSynthetic(text: string): SyntheticOptions {
  const settings = text
    .replace(/^synthetic:?/, "")
    .split(",")
    .map((setting) => setting.trim());
  const options: Record<string, string | number> = {};
  for (const setting of settings) {
    if (setting === "") continue;
    const [key, ...rest] = setting.split("=");
    const value = rest.join("=").trim();
    const name = key.trim();
    if (!KEYS.includes(name)) refuseKey(name);
    if (name in options) throw new SyntheticError("SYNTHETIC_KEY_TWICE", { key: name });
    const isText = typeof SYNTHETIC_DEFAULTS[name as keyof SyntheticOptions] === "string";
    if (value === "" || (!isText && Number.isNaN(Number(value)))) {
      const rule = isText
        ? `Write it as in ${name}=${SYNTHETIC_DEFAULTS[name as keyof SyntheticOptions]}.`
        : "It is a number.";
      throw new SyntheticError("SYNTHETIC_VALUE_INVALID", {
        key: name,
        value: value === "" ? "nothing" : `"${value}"`,
        rule,
      });
    }
    options[name] = isText ? value : Number(value);
  }
  syntheticMarket(options);
  return options;
}

function refuseKey(key: string): never {
  const near = nearest(key, KEYS);
  const hint = near === undefined ? "" : `Did you mean ${near}? `;
  throw new SyntheticError("SYNTHETIC_KEY_UNKNOWN", { key, hint, keys: KEYS.join(", ") });
}
