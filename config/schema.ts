import { z } from "zod";
import { MOST_CLIENT_ID } from "../brokers/ib/ports.js";
import { GUARD_SHAPE } from "../core/guards/guard-shape.js";
import { INSTRUMENT_FIELDS } from "../core/market/instrument-shape.js";
import { isWhole, mistakesIn, object as objectOf, type Shape as SharedShape } from "../core/shape.js";
import { CSV_FIELDS } from "../data/files/csv-shape.js";
import { HOURS } from "../data/store/series-key.js";
import { STORE_FIELDS } from "../data/store/store-shape.js";
import {
  type AccountSettings,
  FILLS,
  INTRABARS,
  LIMIT_FILLS,
  type LiveSettings,
  MARGINS,
  ON_STOP,
  type RunSettings,
  type SeatrialConfig,
  type SessionSettings,
} from "./config.js";
import { refuse } from "./issues.js";

/** One schema for every field of T and no other: a field added to the type fails to compile until it is here. */
type Shape<T> = { [Field in keyof Required<T>]: z.ZodType };

// The message of every value is its rule, as it goes on after "it must be"; the message of an object is the list of
// its keys. config/issues.ts makes sentences of both.
const text = (rule: string): z.ZodType => z.string(rule).min(1, rule).optional();
const matching = (pattern: RegExp, rule: string): z.ZodType => z.string(rule).regex(pattern, rule).optional();
const oneOf = (words: readonly string[]): z.ZodType => z.enum(words, `one of ${words.join(", ")}`).optional();
const flag = z.boolean("true or false").optional();
const number = (rule: string, holds: (value: number) => boolean): z.ZodType =>
  z
    .number(rule)
    .refine((value) => Number.isFinite(value) && holds(value), rule)
    .optional();
const above0 = number("a number above 0", (value) => value > 0);
const from0 = number("a number of 0 or more", (value) => value >= 0);

function object<T>(shape: Shape<T>): z.ZodType {
  const keys = Object.keys(shape).join(", ");
  const rule = `an object with ${keys}`;
  return z.strictObject(shape, { error: (issue) => (issue.code === "unrecognized_keys" ? keys : rule) });
}

const byName = (value: z.ZodType, rule: string): z.ZodType => z.record(z.string(), value, rule).optional();

/** A day or an instant that exists: 2024-02-30 does not. */
const day = z
  .string("a date such as 2024-01-31")
  .refine(isDay, "a date such as 2024-01-31, or an instant with its offset such as 2024-01-31T15:30:00Z")
  .optional();

function isDay(value: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(value);
  if (match === null || Number.isNaN(Date.parse(value))) return false;
  const date = match[1] as string;
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
}

const optionalObject = <T>(shape: Shape<T>): z.ZodType => object(shape).optional();

/** What `backtest()` holds its options to as well: the mistakes that the shape finds are issues of the schema. */
const shared = (shape: SharedShape): z.ZodType =>
  z
    .unknown()
    .check((context) => {
      const { value } = context;
      if (value === undefined) return;
      for (const mistake of mistakesIn(value, shape)) {
        const path = [...mistake.path];
        context.issues.push({ code: "custom", message: mistake.rule, path, input: value, params: { mistake } });
      }
    })
    .optional();

/**
 * A value that may stand instead of what the schema says. Unlike a union it keeps the schema's own mistakes apart, with
 * the paths of their keys.
 */
const or = (instead: unknown, schema: z.ZodType): z.ZodType =>
  z
    .unknown()
    .check((context) => {
      if (context.value === instead || context.value === undefined) return;
      for (const issue of schema.safeParse(context.value).error?.issues ?? []) {
        context.issues.push({ ...issue, input: context.value } as never);
      }
    })
    .optional();

const param = z.union([z.number(), z.string(), z.boolean()], "a number, a text, true or false");
const count = number("a whole number above 0", (value) => Number.isInteger(value) && value > 0);
const names = (rule: string): z.ZodType =>
  z
    .union([z.string(), z.array(z.string())], rule)
    .refine((value) => value.length > 0, rule)
    .optional();

const session: Shape<SessionSettings> = {
  account: text("the id of an account such as DU1234567"),
  host: text("the name or address of a machine"),
  port: number("a port, a whole number from 1 to 65535", (value) => isWhole(value, 1, 65_535)),
  clientId: number(`a whole number from 0 to ${MOST_CLIENT_ID}`, (value) => isWhole(value, 0, MOST_CLIENT_ID)),
  symbols: names("a symbol, or a list of symbols"),
  bar: text("a size of bars such as 5min"),
  hours: oneOf(HOURS),
  onStop: oneOf(ON_STOP),
  barGrace: from0,
  lines: count,
  tickByTickLines: number("a whole number of 0 or more", (value) => isWhole(value, 0)),
};

const settings: Shape<RunSettings> = {
  strategy: text("the name of a file"),
  data: z
    .union([z.string(), z.array(z.string())], 'the name of a file, a list of names, or "sample"')
    .refine((value) => value.length > 0, "at least one file")
    .optional(),
  csv: shared(objectOf(CSV_FIELDS)),
  store: shared(objectOf(STORE_FIELDS)),
  build: names("a size of bars such as 10000volume, or a list of sizes"),
  from: day,
  to: day,
  cash: above0,
  baseCurrency: matching(/^[A-Z]{3}$/, "three capital letters such as USD"),
  rates: byName(z.number("a number above 0").positive("a number above 0"), "an object with a currency for each key"),
  account: optionalObject<AccountSettings>({ margin: oneOf(MARGINS) }),
  calendar: text('"auto", "bars" or the name of a calendar such as XNYS'),
  fill: oneOf(FILLS),
  limitFill: oneOf(LIMIT_FILLS),
  intrabar: oneOf(INTRABARS),
  latency: number("a number of milliseconds, 0 or more", (value) => value >= 0),
  fees: text("the name of a fee schedule"),
  slippage: text("the name of a slippage model"),
  volumeLimit: number("a share above 0 and up to 1", (value) => value > 0 && value <= 1),
  instruments: byName(shared(objectOf(INSTRUMENT_FIELDS)), "an object with a symbol for each key"),
  guards: shared(GUARD_SHAPE),
  params: byName(param, "an object with the name of a parameter for each key"),
  benchmark: or(false, z.string("a symbol, or false").min(1, "a symbol, or false")),
  seed: number("a whole number of 0 or more", (value) => Number.isInteger(value) && value >= 0),
  out: text("the name of a folder"),
  strict: flag,
  sessions: text("the name of a folder"),
  paper: optionalObject(session),
  live: optionalObject<LiveSettings>({ ...session, paperDays: count }),
};

const inOrder = (schema: z.ZodType): z.ZodType =>
  schema.refine(
    (value) => {
      const { from, to } = value as RunSettings;
      if (from === undefined || to === undefined) return true;
      const instants = from.includes("T") && to.includes("T");
      return instants ? Date.parse(from) <= Date.parse(to) : from.slice(0, 10) <= to.slice(0, 10);
    },
    { path: ["to"], error: "no earlier than from" },
  );

const config = inOrder(
  object<SeatrialConfig>({
    ...settings,
    runs: byName(inOrder(object(settings)), "an object with the name of a run for each key"),
  }),
);

/**
 * Holds a value to the shape of a configuration.
 * @param file how the configuration is called in messages.
 * @throws ConfigError CONFIG_KEY, CONFIG_VALUE, CONFIG_INVALID
 */
export function parseConfig(value: unknown, file: string): SeatrialConfig {
  const result = config.safeParse(value);
  if (!result.success) refuse(result.error.issues, value, file);
  return result.data as SeatrialConfig;
}
