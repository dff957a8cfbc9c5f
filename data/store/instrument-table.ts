import type { AssetClass, InstrumentSpec } from "../../core/market/instrument.js";
import { Instrument } from "../../core/market/instrument.js";
import type { Database } from "../sqlite.js";

interface Row {
  symbol: string;
  asset_class: string;
  exchange: string;
  currency: string;
  multiplier: number;
  tick_size: number;
  quantity_step: number;
  negative_prices: number;
  thin: number;
  time_zone: string;
  option: string | null;
  future: string | null;
}

const COLUMNS =
  "symbol, asset_class, exchange, currency, multiplier, tick_size, quantity_step, negative_prices, thin, time_zone, option, future";

/** What is known of the instruments whose bars the store has. Every setting is written out, defaults too. */
export class InstrumentTable {
  private readonly db: Database;

  constructor(db: Database) {
    this.db = db;
  }

  /** By symbol, in alphabetical order. */
  all(): InstrumentSpec[] {
    return (this.db.prepare(`select ${COLUMNS} from instrument order by symbol`).all() as Row[]).map(specOf);
  }

  find(symbol: string): InstrumentSpec | undefined {
    const row = this.db.prepare(`select ${COLUMNS} from instrument where symbol = ?`).get(symbol) as Row | undefined;
    return row && specOf(row);
  }

  idOf(symbol: string): number | undefined {
    return this.db.prepare("select id from instrument where symbol = ?").pluck().get(symbol) as number | undefined;
  }

  /** Adds an instrument, or changes what is known of it. Part of a transaction. @throws MarketError INSTRUMENT_INVALID */
  put(spec: InstrumentSpec): number {
    const known = new Instrument(spec);
    const values = {
      symbol: known.symbol,
      asset_class: known.assetClass,
      exchange: known.exchange,
      currency: known.currency,
      multiplier: known.multiplier,
      tick_size: known.tickSize,
      quantity_step: known.quantityStep,
      negative_prices: known.negativePrices ? 1 : 0,
      thin: known.thin ? 1 : 0,
      time_zone: known.timeZone,
      option: known.option === undefined ? null : JSON.stringify(known.option),
      future: known.future === undefined ? null : JSON.stringify(known.future),
    } satisfies Row;
    const names = Object.keys(values);
    const changes = names.map((name) => `${name} = excluded.${name}`).join(", ");
    return this.db
      .prepare(
        `insert into instrument (${names.join(", ")}) values (${names.map((name) => `@${name}`).join(", ")})
          on conflict (symbol) do update set ${changes} returning id`,
      )
      .pluck()
      .get(values) as number;
  }

  remove(symbol: string): void {
    this.db.prepare("delete from instrument where symbol = ?").run(symbol);
  }
}

function specOf(row: Row): InstrumentSpec {
  return {
    symbol: row.symbol,
    assetClass: row.asset_class as AssetClass,
    exchange: row.exchange,
    currency: row.currency,
    multiplier: row.multiplier,
    tickSize: row.tick_size,
    quantityStep: row.quantity_step,
    negativePrices: row.negative_prices === 1,
    thin: row.thin === 1,
    timeZone: row.time_zone,
    ...(row.option !== null && { option: JSON.parse(row.option) as NonNullable<InstrumentSpec["option"]> }),
    ...(row.future !== null && { future: JSON.parse(row.future) as NonNullable<InstrumentSpec["future"]> }),
  };
}
