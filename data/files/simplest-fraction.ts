/**
 * The fraction with the smallest denominator, and of these the smallest numerator, between two numbers above 0, both
 * included. By continued fractions: where a whole number lies between, the least one is the simplest; else both share
 * their whole part, and the simplest fraction of what is left is turned over.
 */
export function simplestFraction(low: number, high: number): { numerator: number; denominator: number } {
  const whole = Math.ceil(low);
  if (whole <= high) return { numerator: Math.max(1, whole), denominator: 1 };
  const floor = Math.floor(low);
  const rest = simplestFraction(1 / (high - floor), 1 / (low - floor));
  return { numerator: floor * rest.numerator + rest.denominator, denominator: rest.numerator };
}
