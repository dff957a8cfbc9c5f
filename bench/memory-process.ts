import { backtest } from "../backtest/backtest.js";
import { syntheticBars } from "../data/synthetic/synthetic-bars.js";
import { CASH } from "./engine-workload.js";
import { SmaCrossBothWays } from "./sma-cross.js";

// A whole backtest, once, as a user runs one: bars, engine, trades, statistics. Its answer is what it needed at most.

const bars = Number(process.argv[2]);
const result = await backtest({ strategy: SmaCrossBothWays, data: syntheticBars({ bars }), cash: CASH });
const bytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(JSON.stringify({ bytes, fills: result.fills.length, trades: result.trades.length }));
