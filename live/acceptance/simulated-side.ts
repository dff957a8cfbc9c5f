import { Gateway } from "../../brokers/gateway/gateway.js";
import type { GatewayData } from "../../brokers/gateway/gateway-data.js";
import { defaultRules } from "../../brokers/gateway/gateway-options.js";
import { feesByName } from "../../brokers/sim/fees-by-name.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { HOUR } from "../../core/market/bar-size.js";
import { Instrument, type InstrumentSpec } from "../../core/market/instrument.js";
import { sessionsFromBars } from "../../data/sessions-from-bars.js";
import { syntheticBars } from "../../data/synthetic/synthetic-bars.js";
import { tradeDates } from "../../data/trade-dates.js";
import { zoneOffsets } from "../../data/zone-offsets.js";

/** Times as fast as the clock on the wall: what comes every few seconds need not be waited for. */
const SPEED = 60;
/** A session's minutes, of as many sessions as a history of weeks takes. */
const BARS = 390 * 30;
/** The session in which it begins: behind it there is history, and before it time enough. */
const SESSION = 25;
const PRICES: Readonly<Record<Instrument["assetClass"], number>> = {
  stock: 100,
  etf: 400,
  index: 4000,
  future: 4000,
  forex: 1.1,
  option: 5,
};
/** What any currency is worth: it only has to be known. */
const RATE = 1;

export interface SimulatedSide {
  readonly instruments: readonly InstrumentSpec[];
  /** Whether their markets are open. */
  readonly isOpen: boolean;
  readonly seed?: number;
  readonly account?: string;
}

/** Starts a simulated gateway that lists instruments as another gateway does, with made-up prices. */
export async function simulatedSide({ instruments, isOpen, seed = 1, account }: SimulatedSide): Promise<Gateway> {
  const data = madeUp(instruments, seed);
  const [{ open, close }] = data.sessions;
  const currencies = new Set(data.instruments.map(({ currency }) => currency));
  const rates = Object.fromEntries([...currencies].filter((one) => one !== "USD").map((one) => [one, RATE]));
  return Gateway.listen({
    data,
    port: 0,
    speed: SPEED,
    seed,
    from: isOpen ? open[SESSION] + HOUR : close[SESSION] + HOUR,
    funds: { rates },
    // Fees of which every product has some.
    rules: () => ({ ...defaultRules(), fees: feesByName("per-order:1") }),
    limits: { messageRate: false, historyPacing: false },
    ...(account !== undefined && { accounts: [account] }),
  });
}

function madeUp(specs: readonly InstrumentSpec[], seed: number): GatewayData {
  const series = specs.map((spec, index): BarSeries => {
    const tickSize = spec.tickSize === undefined || spec.tickSize === 0 ? 0.01 : spec.tickSize;
    const market = {
      seed: seed + index,
      bars: BARS,
      bar: "1min",
      tickSize,
      startPrice: Math.max(PRICES[spec.assetClass ?? "stock"], 1_000 * tickSize),
    };
    return syntheticBars(market, ({ timeZone = "" }) => new Instrument({ ...spec, tickSize, timeZone }, index))[0];
  });
  const sessions = series.map((one) => sessionsFromBars(one, one.instrument.timeZone));
  return {
    instruments: series.map(({ instrument }) => instrument),
    series,
    sessions,
    tradeDates: series.map(({ instrument }, i) => tradeDates(sessions[i], instrument.timeZone)),
    zoneOf: zoneOffsets,
  };
}
