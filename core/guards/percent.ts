/** A fraction in words, such as "7%" for 0.07, without the tail that binary leaves. */
export function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(12))}%`;
}
