import { FillLog } from "../core/portfolio/fill-log.js";
import { FillReport } from "../core/portfolio/fill-report.js";
import type { Portfolio } from "../core/portfolio/portfolio.js";

const log = new FillLog();
const report = new FillReport();

/** Books one fill of signed units into a portfolio, as the order flow does with a row of its log. */
export function bookFill(portfolio: Portfolio, instrument: number, quantity: number, price: number, fee: number): void {
  Object.assign(report, { order: 0, quantity: Math.abs(quantity), price, fee, slippage: 0, row: -1, time: 0 });
  log.length = 0;
  portfolio.fill(log, log.add(report, instrument, Math.sign(quantity), { now: 0 }));
}
