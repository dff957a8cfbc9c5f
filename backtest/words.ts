import { grouped } from "../core/statistics/format.js";

/** Such as "1 bar" and "1,200 bars". */
export function count(number: number, noun: string): string {
  return `${grouped(number, 0)} ${noun}${number === 1 ? "" : "s"}`;
}

/** An amount with two decimals, such as "1,200.00". */
export function money(amount: number): string {
  return grouped(amount, 2);
}

/** A fraction in per cent with at most one decimal, such as "12.5 %". */
export function percent(fraction: number): string {
  return `${grouped(fraction * 100, 1).replace(/\.0$/, "")} %`;
}
