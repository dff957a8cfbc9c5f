import { nearest } from "../../../core/nearest.js";
import { GatewayError } from "../errors.js";
import { REQUEST } from "../wire/message-ids.js";
import { CONNECTION_FAULTS } from "./connection-faults.js";
import { DATA_FAULTS } from "./data-faults.js";
import { FaultFields, parseSpan, readField, ruleOf } from "./fault-fields.js";
import type { FaultKind, FaultKinds } from "./fault-kind.js";
import { ORDER_FAULTS } from "./order-faults.js";

/** Every kind of fault, by its name. */
export const FAULT_KINDS: FaultKinds = { ...CONNECTION_FAULTS, ...DATA_FAULTS, ...ORDER_FAULTS };

/** When a fault begins. */
export type FaultMoment =
  /** Milliseconds after simulated time began. */
  | { readonly kind: "after"; readonly ms: number }
  /** An instant, epoch ms UTC. */
  | { readonly kind: "at"; readonly instant: number }
  /** Milliseconds from the next open or close of the first instrument's session; below 0 before it. */
  | { readonly kind: "session"; readonly edge: "open" | "close"; readonly ms: number }
  /** Once so many requests of a kind have been dealt with. */
  | { readonly kind: "request"; readonly request: string; readonly count: number };

/** A fault with when it begins and how long it lasts. */
export interface PlannedFault {
  readonly name: string;
  readonly when: FaultMoment;
  readonly fields: FaultFields;
  /** Milliseconds; 0 for a fault that is over at once. */
  readonly lasts: number;
}

/** Faults that are drawn by chance, one after the other. */
export interface RandomFaults {
  /** Milliseconds between two of them, on average. */
  readonly every: number;
  readonly names: readonly string[];
}

export interface FaultPlan {
  readonly faults: readonly PlannedFault[];
  readonly random: RandomFaults | undefined;
}

/** The kinds that are drawn where a plan leaves them to chance: those that a client should survive unattended. */
export const RANDOM_KINDS: readonly string[] = [
  "cut",
  "reset",
  "silence",
  "split",
  "client-id-in-use",
  "upstream-lost",
  "farm-broken",
  "no-prices",
  "frozen-quotes",
  "halt",
  "live-bars-die",
  "history-silence",
  "history-error",
  "history-late",
  "reject-order",
  "double-answer",
  "duplicate-statuses",
  "reorder-statuses",
  "fill-first",
  "fill-while-disconnected",
];

const MOMENTS = ["at", "on"];
const COMMON = ["fault", "at", "on", "count", "for"];

/**
 * Reads a plan of faults: a list of them, or an object with "faults" and "random".
 * @throws GatewayError FAULT_UNKNOWN, FAULT_FIELD, FAULT_WHEN, FAULT_PLAN
 */
export function parseFaultPlan(json: unknown): FaultPlan {
  if (Array.isArray(json)) return { faults: json.map(parseFault), random: undefined };
  if (!isRecord(json)) throw new GatewayError("FAULT_PLAN", { problem: "it is neither a list nor an object" });
  for (const key of Object.keys(json)) {
    if (key !== "faults" && key !== "random") {
      throw new GatewayError("FAULT_PLAN", { problem: `it has "${key}" beside "faults" and "random"` });
    }
  }
  const { faults = [], random } = json;
  if (!Array.isArray(faults)) throw new GatewayError("FAULT_PLAN", { problem: '"faults" is no list' });
  return { faults: faults.map(parseFault), random: random === undefined ? undefined : parseRandom(random) };
}

function parseRandom(json: unknown): RandomFaults {
  const given = isRecord(json) ? json : {};
  const every = given.every ?? "10min";
  const ms = typeof every === "string" ? parseSpan(every) : undefined;
  if (ms === undefined || ms === 0) {
    throw new GatewayError("FAULT_FIELD", {
      fault: "random",
      field: "every",
      value: show(every),
      rule: ruleOf("duration"),
    });
  }
  const names = given.faults ?? RANDOM_KINDS;
  if (!Array.isArray(names) || names.length === 0) {
    throw new GatewayError("FAULT_FIELD", {
      fault: "random",
      field: "faults",
      value: show(names),
      rule: "a list of names of faults",
    });
  }
  for (const name of names) {
    for (const [field, { fallback }] of Object.entries(kindOf(name).fields)) {
      if (fallback !== undefined) continue;
      const rule = `said, so that ${name} cannot be left to chance`;
      throw new GatewayError("FAULT_FIELD", { fault: String(name), field, value: "nothing", rule });
    }
  }
  return { every: ms, names: names as string[] };
}

function parseFault(json: unknown): PlannedFault {
  if (!isRecord(json)) throw new GatewayError("FAULT_PLAN", { problem: `${show(json)} is no fault` });
  const name = json.fault;
  const kind = kindOf(name);
  const fault = String(name);
  for (const key of Object.keys(json)) refuseUnknownField(fault, kind, key);
  const fields = fieldsOf(fault, kind, json);
  return { name: fault, when: momentOf(fault, json), fields, lasts: lastsOf(fault, kind, json.for) };
}

/** @throws GatewayError FAULT_UNKNOWN */
function kindOf(name: unknown): FaultKind {
  if (typeof name === "string" && Object.hasOwn(FAULT_KINDS, name)) return FAULT_KINDS[name];
  const names = Object.keys(FAULT_KINDS);
  const near = typeof name === "string" ? nearest(name, names) : undefined;
  const hint = near === undefined ? "" : `Did you mean "${near}"? `;
  throw new GatewayError("FAULT_UNKNOWN", { name: show(name), hint, names: names.join(", ") });
}

function refuseUnknownField(fault: string, kind: FaultKind, key: string): void {
  const known = [...COMMON, ...Object.keys(kind.fields)];
  if (known.includes(key)) return;
  const near = nearest(key, known);
  const hint = near === undefined ? "" : `Did you mean "${near}"? `;
  throw new GatewayError("FAULT_FIELD_UNKNOWN", { fault, field: key, hint, fields: known.join(", ") });
}

/** The fields of a fault, those that are left out with what they are by default. */
export function fieldsOf(fault: string, kind: FaultKind, given: Readonly<Record<string, unknown>>): FaultFields {
  const values: Record<string, string | number | boolean | undefined> = {};
  for (const [field, rule] of Object.entries(kind.fields)) {
    const value = given[field];
    if (value === undefined && rule.fallback !== undefined) {
      values[field] = rule.kind === "duration" ? parseSpan(String(rule.fallback)) : rule.fallback;
      continue;
    }
    const read = readField(rule.kind, value);
    if (read === undefined) {
      throw new GatewayError("FAULT_FIELD", { fault, field, value: show(value), rule: ruleOf(rule.kind) });
    }
    values[field] = read;
  }
  return new FaultFields(values);
}

function lastsOf(fault: string, kind: FaultKind, given: unknown): number {
  if (kind.lasts === undefined) {
    if (given === undefined) return 0;
    throw new GatewayError("FAULT_FIELD", {
      fault,
      field: "for",
      value: show(given),
      rule: "left out, for this fault is over at once",
    });
  }
  const ms = given === undefined ? parseSpan(kind.lasts) : typeof given === "string" ? parseSpan(given) : undefined;
  if (ms !== undefined) return ms;
  throw new GatewayError("FAULT_FIELD", { fault, field: "for", value: show(given), rule: ruleOf("duration") });
}

function momentOf(fault: string, json: Readonly<Record<string, unknown>>): FaultMoment {
  const refuse = (problem: string): never => {
    throw new GatewayError("FAULT_WHEN", { fault, problem });
  };
  const given = MOMENTS.filter((name) => json[name] !== undefined);
  if (given.length !== 1) return refuse(given.length === 0 ? "does not say when" : 'says both "at" and "on"');
  if (json.at !== undefined) {
    return parseAt(json.at) ?? refuse(`says "at": ${show(json.at)}, which is no moment`);
  }
  const { on, count = 1 } = json;
  if (typeof on !== "string" || !Object.hasOwn(REQUEST, on))
    return refuse(`says "on": ${show(on)}, which is no request${nearRequest(on)}`);
  if (typeof count !== "number" || !Number.isInteger(count) || count < 1) {
    return refuse(`says "count": ${show(count)}, which is no whole number from 1 on`);
  }
  return { kind: "request", request: on, count };
}

/** Clients call a request by a function such as reqHistoricalData: the beginning is none of its name here. */
function nearRequest(on: unknown): string {
  const near =
    typeof on === "string" ? nearest(on.replace(/^req(?:uest)?(?=[A-Z])/, ""), Object.keys(REQUEST)) : undefined;
  return near === undefined ? "" : ` (did you mean "${near}"?)`;
}

function parseAt(at: unknown): FaultMoment | undefined {
  if (typeof at !== "string") return undefined;
  const session = /^(open|close)(?:([+-])(.+))?$/.exec(at);
  if (session !== null) {
    const ms = session[3] === undefined ? 0 : parseSpan(session[3]);
    if (ms === undefined) return undefined;
    return { kind: "session", edge: session[1] as "open" | "close", ms: session[2] === "-" ? -ms : ms };
  }
  if (at.startsWith("+")) {
    const ms = parseSpan(at.slice(1));
    return ms === undefined ? undefined : { kind: "after", ms };
  }
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(at) ? Date.parse(at) : Number.NaN;
  return Number.isNaN(instant) ? undefined : { kind: "at", instant };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
