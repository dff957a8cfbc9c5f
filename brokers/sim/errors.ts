import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const SIM_ERRORS = {
  FEES_UNKNOWN: {
    sentence: 'The fees "{text}" are not known.{hint}',
    remedy: "Write one of none, ib-fixed, ib-tiered, per-share:0.005,min=1, per-order:1, rate:0.002, bps:2.",
  },
  FEES_NO_ROW: {
    sentence: "IB's fees for {symbol} (a {assetClass} in {currency}) are not in the table.",
    remedy: "Choose fees of your own for this run, such as per-share:0.005,min=1, per-order:1 or bps:2.",
  },
  FEES_NO_RATE: {
    sentence: "IB's minimum for {symbol} is in USD, and no rate from {currency} to USD is known on {date}.",
    remedy:
      "Add a series of a pair of USD and the base currency to the run, or say what a dollar is worth in that, as rates: { USD: … }; or choose fees such as bps:0.2.",
  },
  SLIPPAGE_UNKNOWN: {
    sentence: 'The slippage "{text}" is not known.{hint}',
    remedy: "Write one of none, ticks:1, bps:2, volume:0.1.",
  },
  MARGIN_UNKNOWN: {
    sentence: 'The margin "{text}" is not known.{hint}',
    remedy: "Write one of cash, reg-t, reg-t-intraday, unlimited.",
  },
  MARGIN_NO_ROW: {
    sentence: "No margin is known for the future {symbol} (root {root}).",
    remedy: "Set future.initialMargin and future.maintenanceMargin, per contract, on the instrument.",
  },
  OPTION_UNDESCRIBED: {
    sentence: "The margin of the option {symbol} needs its strike and whether it is a call or a put.",
    remedy: "Set option on the instrument: underlying, right, strike and expiry.",
  },
  MODEL_ARGUMENT: {
    sentence: '"{text}" has {field}={value}.',
    remedy: "{rule}",
  },
} as const satisfies ErrorTable;

/** A simulated broker that cannot be set up, or that lacks what an order needs. */
export class SimError extends SeatrialError {
  constructor(code: keyof typeof SIM_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(SIM_ERRORS, code, details, cause);
  }
}
