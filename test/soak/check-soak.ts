import type { Soak } from "./soak.js";

/** How much more memory than on the first day may be used, as a fraction. */
const MOST_GROWTH = 0.1;
/** Bytes that an order may take up in the memory of objects for as long as its process lives; bars are among them. */
const MOST_OF_ORDER = 8 * 1024;
/** Days after which V8 has compiled what it will, so that the heap tells of orders alone. */
const WARM_DAYS = 5;
/** What comes and goes with every message: the library paces each by a timer of a second. */
const PASSING: readonly string[] = ["Timeout", "Immediate"];
/** The process's own output. */
const OUTPUT = "PipeWrap";

/** What did not hold in a soak, in sentences. */
export function checkSoak({ days, left, executed }: Soak): string[] {
  const failures: string[] = [];
  const [first] = days;
  for (const [i, { date, sessions, rss, handles }] of days.entries()) {
    for (const { symbol, fills, held, working, strategy } of sessions) {
      const there = executed[i].get(symbol) ?? 0;
      if (fills === 0) failures.push(`${date}: nothing of ${symbol} was traded.`);
      if (fills !== there) failures.push(`${date}: ${fills} fills of ${symbol}, and ${there} at the gateway.`);
      if (working > 0) failures.push(`${date}: ${working} orders of ${symbol} outlive their day.`);
      if (strategy === "DailyOrders" && held !== 0) failures.push(`${date}: ${held} ${symbol} are held overnight.`);
    }
    // What V8 sets aside in its first days swings by more than a session takes.
    const growth = days.length > WARM_DAYS ? rss / first.rss - 1 : 0;
    if (growth > MOST_GROWTH)
      failures.push(`${date}: ${(100 * growth).toFixed(1)} % more memory than on the first day.`);
    for (const [kind, count] of Object.entries(handles)) {
      const before = first.handles[kind] ?? 0;
      if (count > before && !PASSING.includes(kind)) {
        failures.push(`${date}: ${count} ${kind}, and ${before} on the first day.`);
      }
    }
  }
  const perOrder = heapPerOrder(days);
  if (perOrder > MOST_OF_ORDER) failures.push(`An order takes up ${(perOrder / 1024).toFixed(1)} KB for good.`);
  for (const [kind, count] of Object.entries(left)) {
    if (kind !== OUTPUT) failures.push(`${count} ${kind} are left when all sessions have stopped.`);
  }
  return failures;
}

/** By how many bytes heap and buffers grow with each order once V8 is warm; NaN where there are too few days. */
export function heapPerOrder(days: Soak["days"]): number {
  const warm = days.slice(WARM_DAYS - 1);
  if (warm.length < 2) return Number.NaN;
  const orders = warm.slice(1).flatMap(({ sessions }) => sessions.map((one) => one.orders));
  const used = ({ heap, buffers }: Soak["days"][number]): number => heap + buffers;
  return (used(warm[warm.length - 1]) - used(warm[0])) / orders.reduce((sum, count) => sum + count, 0);
}
