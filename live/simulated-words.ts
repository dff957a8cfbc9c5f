/** What stands for TWS in a sentence of a session at a simulated gateway, the most particular first. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bTWS or IB Gateway\b/g, "the simulated gateway"],
  [/\bThe TWS\b/g, "The simulated gateway"],
  [/\bTWS'(?!s)/g, "the simulated gateway's"],
  [/\b(?:the )?TWS\b/g, "the simulated gateway"],
];

/** A sentence about TWS as it is true of a simulated gateway: there is no TWS that anybody could look at. */
export function ofSimulated(text: string): string {
  const said = WORDS.reduce((words, [pattern, instead]) => words.replace(pattern, instead), text);
  return said.replaceAll(/(^|[.?!] )the simulated gateway/g, "$1The simulated gateway");
}
