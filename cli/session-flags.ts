import { BACKTEST_FLAGS } from "./backtest-flags.js";
import { CONNECTION_FLAGS } from "./connection-flags.js";
import { textFlag as text } from "./flag-kinds.js";
import type { FlagTable } from "./flags.js";
import { GATEWAY_FLAGS } from "./gateway-flags.js";
import { SESSIONS_FLAGS } from "./sessions-flags.js";

const SESSION = "The session:";
const TRADED = "What is traded:";
const TWS = "TWS or IB Gateway:";
const SIMULATION = "The simulated gateway, where no other is named:";

/** What paper and live sessions have in common. */
const COMMON = {
  name: text("Name of the session [the strategy's, with -sim, -paper or -live]", SESSION),
  ...SESSIONS_FLAGS,
  param: text("A parameter of the strategy: fast=10, or several between commas; --fast 10 is the same", SESSION),
  seed: text("Seed of the strategy's random numbers [1]", SESSION),
  "on-stop": text("When it is stopped: keep positions, or flatten [asked on a terminal, else keep]", SESSION),
  "log-level": text("debug, info, warn or error [info]", SESSION),
  symbols: text("Symbols, such as SPY,IBM or EUR.USD; repeatable", TRADED),
  bar: text("Size of the bars that are asked for, such as 5min; larger ones are built", TRADED),
  hours: text("Bars of regular hours, or of all [regular]", TRADED),
  "bar-grace": text("Seconds that the last values of a bar may come behind its end [1.5]", TRADED),
  cash: text(
    "Money that the strategy may count on, in the account's currency [1000000 simulated, else 100000]",
    TRADED,
  ),
  "base-currency": text("Currency of the account [USD]", TRADED),
  calendar: text("Whose hours: auto, or a calendar such as XNYS [auto]", TRADED),
  port: { ...CONNECTION_FLAGS.port, group: TWS },
  host: { ...CONNECTION_FLAGS.host, group: TWS },
  "client-id": { ...CONNECTION_FLAGS["client-id"], group: TWS },
  record: { ...CONNECTION_FLAGS.record, group: TWS },
} as const satisfies FlagTable;

/** The flags of `seatrial paper`. */
export const PAPER_FLAGS = {
  ...COMMON,
  account: text("Id of the paper account [the login's only one]", TWS),
  "tws-paper": { ...CONNECTION_FLAGS["tws-paper"], group: TWS },
  "gateway-paper": { ...CONNECTION_FLAGS["gateway-paper"], group: TWS },
  speed: text("How fast its time passes: 1, 60, or max for as fast as it goes [1]", SIMULATION),
  data: text(
    "sample, synthetic:seed=7,bars=100000, store, or CSV files [a synthetic stock, by the minute]",
    SIMULATION,
  ),
  from: text("When its time begins, such as 2010-01-31 [a fifth of the data before its end]", SIMULATION),
  margin: { ...BACKTEST_FLAGS.margin, group: SIMULATION },
  fees: { ...BACKTEST_FLAGS.fees, group: SIMULATION },
  faults: { ...GATEWAY_FLAGS.faults, group: SIMULATION },
  store: { ...BACKTEST_FLAGS.store, group: SIMULATION },
  adjust: { ...BACKTEST_FLAGS.adjust, group: SIMULATION },
  what: { ...BACKTEST_FLAGS.what, group: SIMULATION },
  "time-zone": { ...BACKTEST_FLAGS["time-zone"], group: SIMULATION },
  stamp: { ...BACKTEST_FLAGS.stamp, group: SIMULATION },
  "session-hours": { ...BACKTEST_FLAGS["session-hours"], group: SIMULATION },
  columns: { ...BACKTEST_FLAGS.columns, group: SIMULATION },
  "date-order": { ...BACKTEST_FLAGS["date-order"], group: SIMULATION },
  "price-scale": { ...BACKTEST_FLAGS["price-scale"], group: SIMULATION },
} as const satisfies FlagTable;

/** The flags of `seatrial live`. */
export const LIVE_FLAGS = {
  ...COMMON,
  account: text("Id of the account that trades real money; it has to be typed in, here or when it is asked for", TWS),
  "tws-live": { ...CONNECTION_FLAGS["tws-live"], group: TWS },
  "gateway-live": { ...CONNECTION_FLAGS["gateway-live"], group: TWS },
  override: text("Start without every rung of the launch ladder, and put this reason on record", "The launch ladder:"),
} as const satisfies FlagTable;

/** The flags that say something of the simulated gateway, and nothing of another. */
export const SIMULATION_FLAGS: readonly string[] = Object.entries(PAPER_FLAGS)
  .filter(([, { group }]) => group === SIMULATION)
  .map(([name]) => name);
