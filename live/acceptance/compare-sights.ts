import type { Sight } from "./sight.js";

/** Something in which a gateway differs from the simulated one. */
export interface Difference {
  /** A message, a field of one, the order of messages, or what was found out. */
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

const TOLD = "told";
const NOT_TOLD = "not told";

/**
 * What differs, first what was found out. What could not be shown on this side is no difference where it is missing, and
 * is one where it is wrong.
 * @param simulated what the simulated gateway has shown
 */
export function differencesOf(simulated: Sight, got: Sight): Difference[] {
  return [
    ...ofFacts(simulated, got),
    ...ofLists(simulated, got),
    ...ofMessages(simulated, got),
    ...ofOrder(simulated, got),
  ];
}

function ofFacts(simulated: Sight, got: Sight): Difference[] {
  const names = new Set([...simulated.facts.keys(), ...got.facts.keys()]);
  return [...names].flatMap((what) => {
    const expected = simulated.facts.get(what);
    const found = got.facts.get(what);
    if (expected === found || (found === undefined && got.notShown !== undefined)) return [];
    return [{ what, expected: expected ?? "nothing of the kind", got: found ?? "not found out" }];
  });
}

function ofLists(simulated: Sight, got: Sight): Difference[] {
  return [...simulated.lists].flatMap(([what, expected]) => {
    const found = got.lists.get(what);
    if (found === undefined) return [];
    const missing = [...expected].filter((one) => !found.has(one));
    return missing.length === 0 ? [] : [{ what, expected: missing.join(", "), got: "not among them" }];
  });
}

function ofMessages(simulated: Sight, got: Sight): Difference[] {
  const differences: Difference[] = [];
  const mayMiss = (name: string): boolean => got.notShown !== undefined || simulated.optional(name);
  for (const name of simulated.messages.keys()) {
    if (got.messages.has(name) || mayMiss(name)) continue;
    differences.push({ what: name, expected: TOLD, got: NOT_TOLD });
  }
  for (const [name, fields] of got.messages) {
    const expected = simulated.messages.get(name);
    if (expected === undefined) {
      if (!got.optional(name)) differences.push({ what: name, expected: NOT_TOLD, got: TOLD });
      continue;
    }
    for (const [field, values] of fields) {
      const known = expected.get(field);
      // Of an empty answer nothing is seen of its rows.
      if (known === undefined) continue;
      const strange = [...values].filter((value) => !known.has(value));
      if (strange.length === 0) continue;
      differences.push({ what: `${name}, ${field}`, expected: [...known].join(" or "), got: strange.join(" and ") });
    }
  }
  return differences;
}

/** Of what both have told, the order of the first of each. */
function ofOrder(simulated: Sight, got: Sight): Difference[] {
  const expected = simulated.order.filter((label) => got.order.includes(label));
  const found = got.order.filter((label) => simulated.order.includes(label));
  if (expected.every((label, i) => label === found[i])) return [];
  return [{ what: "order of messages", expected: expected.join(", "), got: found.join(", ") }];
}
