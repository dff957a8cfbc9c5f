import { MarketError } from "./errors.js";

export type AssetClass = "stock" | "etf" | "index" | "future" | "forex" | "option";

/** What a user says of an instrument; everything but the symbol has a default. */
export interface InstrumentSpec {
  /** The name in this run, such as "SPY", "EUR.USD" or "ESZ6". */
  readonly symbol: string;
  /** Default "stock". An index is traded as if it were a fund. */
  readonly assetClass?: AssetClass;
  /** Default "SMART" for stocks, funds and options, "IDEALPRO" for forex, "CME" for futures. */
  readonly exchange?: string;
  /** Currency of prices and proceeds. Default "USD"; for forex the part after the dot. */
  readonly currency?: string;
  /** Currency units per point of price and unit of quantity. Default 1; options 100. */
  readonly multiplier?: number;
  /** Smallest step of an order's price; 0 means any price. Default 0.01; forex 0.00005; futures must say. */
  readonly tickSize?: number;
  /** Smallest step of an order's quantity. Default 1. */
  readonly quantityStep?: number;
  /** Whether prices of zero and below are real (some futures and spreads). Default false. */
  readonly negativePrices?: boolean;
  /** Trades rarely, so its quotes may be older before they count as stale. Default false; options always are. */
  readonly thin?: boolean;
  /** IANA zone of its sessions. Default "America/New_York". */
  readonly timeZone?: string;
  readonly option?:
    | undefined
    | { readonly underlying: string; readonly right: "call" | "put"; readonly strike: number; readonly expiry: string };
  readonly future?:
    | undefined
    | { readonly expiry: string; readonly initialMargin?: number; readonly maintenanceMargin?: number };
}

/** An instrument of one run. `index` is its place in that run's columns. Frozen. */
export class Instrument {
  readonly symbol: string;
  readonly assetClass: AssetClass;
  readonly exchange: string;
  readonly currency: string;
  readonly multiplier: number;
  readonly tickSize: number;
  readonly quantityStep: number;
  readonly negativePrices: boolean;
  readonly thin: boolean;
  readonly timeZone: string;
  readonly option: InstrumentSpec["option"];
  readonly future: InstrumentSpec["future"];
  readonly index: number;

  /** @throws MarketError INSTRUMENT_INVALID */
  constructor(spec: InstrumentSpec, index = 0) {
    const assetClass = spec.assetClass ?? "stock";
    this.symbol = spec.symbol;
    this.assetClass = assetClass;
    this.exchange = spec.exchange ?? DEFAULT_EXCHANGE[assetClass];
    this.currency = spec.currency ?? (assetClass === "forex" ? forexCurrency(spec.symbol) : "USD");
    this.multiplier = spec.multiplier ?? (assetClass === "option" ? 100 : 1);
    this.tickSize = spec.tickSize ?? DEFAULT_TICK[assetClass];
    this.quantityStep = spec.quantityStep ?? 1;
    this.negativePrices = spec.negativePrices ?? false;
    this.thin = spec.thin ?? assetClass === "option";
    this.timeZone = spec.timeZone ?? "America/New_York";
    this.option = spec.option && Object.freeze({ ...spec.option });
    this.future = spec.future && Object.freeze({ ...spec.future });
    this.index = index;
    this.validate();
    Object.freeze(this);
  }

  private validate(): void {
    const refuse = (field: string, value: string | number, rule: string): never => {
      throw new MarketError("INSTRUMENT_INVALID", { symbol: this.symbol || '""', field, value, rule });
    };
    if (!/^\S+$/.test(this.symbol)) refuse("symbol", `"${this.symbol}"`, "A symbol is one word without spaces.");
    if (!(this.assetClass in DEFAULT_EXCHANGE))
      refuse("assetClass", this.assetClass, `It is one of ${Object.keys(DEFAULT_EXCHANGE).join(", ")}.`);
    if (!/^[A-Z]{3}$/.test(this.currency)) refuse("currency", `"${this.currency}"`, "Write the ISO code, such as USD.");
    if (!(this.multiplier > 0 && this.multiplier < Infinity))
      refuse("multiplier", this.multiplier, "It is a number above 0.");
    if (Number.isNaN(this.tickSize)) refuse("tickSize", "none", "A future needs one, such as 0.25; 0 is any price.");
    if (!(this.tickSize >= 0 && this.tickSize < Infinity))
      refuse("tickSize", this.tickSize, "It is 0 (any price) or more.");
    if (!(this.quantityStep > 0 && this.quantityStep < Infinity))
      refuse("quantityStep", this.quantityStep, "It is a number above 0.");
  }

  toString(): string {
    return this.symbol;
  }
}

/** Those of futures differ too much for any to be taken for granted. */
const DEFAULT_TICK: Readonly<Record<AssetClass, number>> = {
  stock: 0.01,
  etf: 0.01,
  index: 0.01,
  future: Number.NaN,
  forex: 0.00005,
  option: 0.01,
};

const DEFAULT_EXCHANGE: Readonly<Record<AssetClass, string>> = {
  stock: "SMART",
  etf: "SMART",
  index: "SMART",
  future: "CME",
  forex: "IDEALPRO",
  option: "SMART",
};

function forexCurrency(symbol: string): string {
  return /^[A-Z]{3}[./]?([A-Z]{3})$/.exec(symbol)?.[1] ?? "USD";
}
