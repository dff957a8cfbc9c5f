import { futureRoot } from "../../core/market/future-root.js";
import type { Instrument } from "../../core/market/instrument.js";
import { grouped } from "../../core/statistics/format.js";
import { type Dated, DatedRows } from "./dated-rows.js";
import { SimError } from "./errors.js";

/** Margin of a product of futures, as fractions of a contract's notional value. */
export interface FuturesMarginRow extends Dated {
  readonly initial: number;
  readonly maintenance: number;
  /** At least this for a contract, in its currency: for products whose price may reach 0. */
  readonly least?: number;
}

/** Speculators post 110 % of maintenance: CME Clearing, performance bond requirements. */
export const INITIAL_TO_MAINTENANCE = 1.1;

const NOTE =
  "Margins of futures without their own figures are rounded fractions of notional value, an estimate; the exchange's figure belongs on the instrument.";

/** Maintenance as a fraction of notional, by root. Fractions stay near the truth over decades, amounts would not. */
const FRACTIONS: readonly (readonly [maintenance: number, roots: string, least?: number])[] = [
  [0.06, "ES MES YM MYM EMD"],
  [0.07, "NQ MNQ RTY M2K NKD NIY"],
  [0.025, "6E 6B 6J 6A 6C 6S 6N E7 J7 M6E M6A M6B MJY MCD MSF EUR GBP JPY AUD CAD CHF NZD"],
  [0.05, "6M MXP"],
  [0.006, "ZT"],
  [0.012, "ZF"],
  [0.018, "ZN"],
  [0.022, "TN"],
  [0.03, "ZB"],
  [0.04, "UB"],
  [0.08, "CL BZ", 1_000],
  [0.08, "QM", 500],
  [0.08, "MCL", 100],
  [0.09, "HO RB"],
  [0.12, "NG QG HH"],
  [0.05, "GC MGC QO"],
  [0.09, "SI SIL QI"],
  [0.06, "HG PL QC"],
  [0.09, "PA"],
  [0.06, "ZC ZS ZM ZL"],
  [0.07, "ZW KE"],
  [0.04, "LE"],
  [0.06, "HE GF"],
  [0.35, "BTC MBT BRR"],
  [0.45, "ETH MET ETHUSDRRR"],
];

export const FUTURES_MARGIN_ROWS: Readonly<Record<string, DatedRows<FuturesMarginRow>>> = Object.fromEntries(
  FRACTIONS.flatMap(([maintenance, roots, least]) =>
    roots.split(" ").map((root) => {
      const initial = maintenance * INITIAL_TO_MAINTENANCE;
      const row = { initial, maintenance, from: 20000101, source: "estimate", note: NOTE };
      return [root, new DatedRows<FuturesMarginRow>([{ ...row, ...(least !== undefined && { least }) }])];
    }),
  ),
);

/** Margins of futures, with each instrument's row looked up once. */
export class FuturesMargin {
  private readonly rows = new Map<Instrument, DatedRows<FuturesMarginRow>>();

  /**
   * Margin of one contract at a price, in the instrument's currency: the instrument's own figures where it has them
   * (of one alone the other follows at 110 %), else the table's.
   * @throws SimError MARGIN_NO_ROW
   */
  perContract(instrument: Instrument, price: number, tradeDate: number, initial: boolean): number {
    const own = instrument.future;
    if (own?.initialMargin !== undefined || own?.maintenanceMargin !== undefined) {
      const { initialMargin, maintenanceMargin } = own;
      if (initial) return initialMargin ?? (maintenanceMargin as number) * INITIAL_TO_MAINTENANCE;
      return maintenanceMargin ?? (initialMargin as number) / INITIAL_TO_MAINTENANCE;
    }
    const row = (this.rows.get(instrument) ?? this.lookUp(instrument)).at(tradeDate);
    const fraction = initial ? row.initial : row.maintenance;
    const least = (row.least ?? 0) * (initial ? INITIAL_TO_MAINTENANCE : 1);
    return Math.max(fraction * Math.abs(price) * instrument.multiplier, least);
  }

  /** What the table was taken for granted for, in plain sentences. */
  notes(): string[] {
    return this.rows.size === 0 ? [] : [NOTE];
  }

  /** The figures that contracts have of their own, in a sentence; nothing where there are none. */
  given(instruments: readonly Instrument[]): string[] {
    const parts = instruments.flatMap((instrument) => {
      const { future, symbol, currency } = instrument;
      if (future?.initialMargin === undefined && future?.maintenanceMargin === undefined) return [];
      const [open, keep] = [true, false].map((initial) => this.perContract(instrument, Number.NaN, 0, initial));
      return `${symbol} ${grouped(open, 2)} to open and ${grouped(keep, 2)} ${currency} to keep`;
    });
    return parts.length === 0 ? [] : [`The margin of a contract is what was given: ${parts.join("; ")}.`];
  }

  clear(): void {
    this.rows.clear();
  }

  private lookUp(instrument: Instrument): DatedRows<FuturesMarginRow> {
    const root = futureRoot(instrument.symbol);
    const rows = FUTURES_MARGIN_ROWS[root];
    if (rows === undefined) throw new SimError("MARGIN_NO_ROW", { symbol: instrument.symbol, root });
    this.rows.set(instrument, rows);
    return rows;
  }
}
