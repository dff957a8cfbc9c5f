export type { CrossedQuoteOptions } from "./crossed-quote.js";
export { addsNothingYet, type Guard, isDormant, isExit, OrderUnderTest, workingUnits } from "./guard.js";
export { GuardChain, type GuardSettings } from "./guard-chain.js";
export { KillSwitch } from "./kill-switch.js";
export { EquityWatch, type LossLimitOptions } from "./loss-limits.js";
export type { OrderRateOptions } from "./order-rate.js";
export type { PriceBandOptions } from "./price-band.js";
export type { PriceJumpOptions } from "./quote-watch.js";
export type { StaleQuoteOptions } from "./stale-quote.js";
