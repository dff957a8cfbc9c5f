import { CliError } from "./errors.js";
import { type Flags, flagOf } from "./flags.js";

/** A flag that names a currency. @throws CliError FLAG_TWICE, FLAG_VALUE */
export function currencyFlag(flags: Flags, name: string): string | undefined {
  const text = flags.text(name);
  if (text === undefined || /^[A-Z]{3}$/.test(text)) return text;
  const meant = /^[A-Za-z]{3}$/.test(text) ? `Did you mean ${text.toUpperCase()}?` : "";
  const rule = "three capital letters, such as USD";
  throw new CliError("FLAG_VALUE", { flag: flagOf(name), value: `"${text}"`, rule, hint: meant });
}
