import { editDistance } from "./nearest.js";
import { Strategy } from "./strategy.js";

const HANDLERS = Object.getOwnPropertyNames(Strategy.prototype).filter((name) => /^on[A-Z]/.test(name));

/**
 * Sentences on the methods of a strategy that look like handlers written wrongly, such as onbar or onFills: they are
 * never called. A method that is near a handler which the class has as well is taken for what it is.
 */
export function misspeltHandlers(strategy: Strategy): string[] {
  const own = strategy as unknown as Readonly<Record<string, unknown>>;
  const base = Strategy.prototype as unknown as Readonly<Record<string, unknown>>;
  const sentences: string[] = [];
  for (const name of methodsOf(strategy)) {
    if (!/^on/i.test(name) || HANDLERS.includes(name)) continue;
    const meant = nearestTo(name);
    if (meant.length === 0 || meant.some((handler) => own[handler] !== base[handler])) continue;
    sentences.push(`${name} is no handler, and is never called; did you mean ${meant[0]}?`);
  }
  return sentences;
}

/** The methods of an object and its classes, and its fields that are functions. */
function methodsOf(object: object): Set<string> {
  const names = new Set<string>();
  for (let at: object = object; at !== Object.prototype && at !== null; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === "function") names.add(name);
    }
  }
  return names;
}

/** The handlers of which a name is a slip, small and capital letters alike: one letter off, in a long name two. */
function nearestTo(name: string): string[] {
  const distance = (handler: string): number => editDistance(name.toLowerCase(), handler.toLowerCase());
  const near = HANDLERS.filter((handler) => distance(handler) <= (handler.length > 8 ? 2 : 1));
  const least = Math.min(...near.map(distance));
  return near.filter((handler) => distance(handler) === least);
}
