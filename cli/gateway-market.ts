import { tradingHours } from "../backtest/trading-hours.js";
import { checkRates, openUniverse, storeOf, tradeDatesOf, type Universe } from "../backtest/universe.js";
import type { GatewayData } from "../brokers/gateway/gateway-data.js";
import type { RunSettings } from "../config/config.js";
import { zoneOffsets } from "../data/zone-offsets.js";

/** What a simulated gateway trades, and what its user should know of it, in sentences. */
export interface GatewayMarket {
  readonly data: GatewayData;
  readonly notes: readonly string[];
}

/**
 * Opens the data that settings name, as a backtest does.
 * @param sources the data, if need be by default
 */
export async function openMarket(settings: RunSettings, sources: readonly string[]): Promise<GatewayMarket> {
  const { csv, store: chosen, instruments, calendar } = settings;
  const options = {
    data: sources,
    ...(csv !== undefined && { csv }),
    ...(chosen !== undefined && { store: chosen }),
    ...(calendar !== undefined && { calendar }),
    ...(instruments !== undefined && {
      instruments: Object.entries(instruments).map(([symbol, known]) => ({ ...known, symbol })),
    }),
  };
  const store = await storeOf(options);
  try {
    const opened = openUniverse(options, store);
    checkRates(opened, settings);
    const { universe, sessions } = tradingHours(opened, options);
    const data = {
      instruments: universe.instruments,
      series: universe.series,
      sessions,
      tradeDates: tradeDatesOf(universe, sessions),
      zoneOf: zoneOffsets,
    };
    return { data, notes: [...universe.notes, ...notesOnActions(universe)] };
  } finally {
    store?.close();
  }
}

/** The simulated accounts do not go through splits and are paid no dividends: where there are some, it is said. */
function notesOnActions({ instruments, actions }: Universe): string[] {
  const having = (kind: "splits" | "dividends"): string =>
    instruments.flatMap(({ symbol, index }) => (actions[index][kind].length > 0 ? symbol : [])).join(", ");
  const split = having("splits");
  const paying = having("dividends");
  return [
    ...(split === "" ? [] : [`Splits of ${split} are in its prices, and positions do not follow them.`]),
    ...(paying === "" ? [] : [`Dividends of ${paying} are not paid.`]),
  ];
}
