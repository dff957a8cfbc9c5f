/**
 * The word somebody most likely meant: the one of `words` with the smallest Damerau-Levenshtein distance to `word`,
 * upper and lower case alike. A slip is at most a third of the longer word and at least one letter; failing that, a
 * word that begins with `word`, or one that `word` begins with, counts too ("bollinger" for "BollingerBands").
 * Of several equally near the first wins. `undefined` where nothing is near: better no hint than a wrong one.
 *
 * Costs O(letters of both) for each word: for messages, not for the loop.
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const wanted = word.trim().toLowerCase();
  if (wanted === "") return undefined;
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of words) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3));
    if (distance <= allowed && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? words.find((candidate) => shareBeginning(wanted, candidate.toLowerCase()));
}

/**
 * Letters to insert, delete, replace or swap with their neighbour to make one word of the other (optimal string
 * alignment, the form of Damerau-Levenshtein in which no part is edited twice).
 */
export function editDistance(a: string, b: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const line = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = above[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      line[j] = Math.min(above[j] + 1, line[j - 1] + 1, replace);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        line[j] = Math.min(line[j], twoAbove[j - 2] + 1);
      }
    }
    twoAbove = above;
    above = line;
  }
  return above[b.length];
}

function shareBeginning(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}
