import { CALENDAR_CASES } from "./calendar-cases.js";
import type { Case } from "./case.js";
import { GATEWAY_CASES } from "./gateway-cases.js";
import { HISTORY_CASES } from "./history-cases.js";
import { INDICATOR_CASES } from "./indicator-cases.js";
import { MEMORY_CASES } from "./memory-cases.js";
import { PEER_CASES } from "./peer-cases.js";
import { REPLAY_CASES } from "./replay-cases.js";
import { SESSION_CASES } from "./session-cases.js";
import { STARTUP_CASES } from "./startup-cases.js";
import { STORE_CASES } from "./store-cases.js";
import { SUMMING_CASES } from "./summing-cases.js";

/** Every row of the table, in its order. A new figure is a case in one of these groups, or a group of its own. */
export const CASES: readonly Case[] = [
  ...REPLAY_CASES,
  ...INDICATOR_CASES,
  ...MEMORY_CASES,
  ...STARTUP_CASES,
  ...CALENDAR_CASES,
  ...STORE_CASES,
  ...SUMMING_CASES,
  ...GATEWAY_CASES,
  ...HISTORY_CASES,
  ...SESSION_CASES,
  ...PEER_CASES,
];

/**
 * The cases whose name has every one of the words: numbers whole, other words from their beginning. Of several lists of
 * words, with commas between them, any will do.
 */
export function pick(cases: readonly Case[], words: string): readonly Case[] {
  const choices = words.split(",").map(wordsOf);
  return cases.filter(({ name }) => {
    const own = wordsOf(name);
    const has = (word: string): boolean =>
      own.some((one) => (/^\d+$/.test(word) ? one === word : one.startsWith(word)));
    return choices.some((choice) => choice.length > 0 && choice.every(has));
  });
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9./]+/g) ?? [];
}
