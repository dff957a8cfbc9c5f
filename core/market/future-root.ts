/**
 * The product of a futures contract's symbol: "ES" of "ESZ6", "ESZ26" and "ESZ2026", "6E" of "6EH4". A symbol that
 * does not end in a month letter and a year is its own product, such as "ES" for a continuous series.
 */
export function futureRoot(symbol: string): string {
  return /^(.+?)[FGHJKMNQUVXZ](?:\d{1,2}|\d{4})$/.exec(symbol)?.[1] ?? symbol;
}
