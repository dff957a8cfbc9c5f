import { DAY } from "../../core/market/bar-size.js";
import type { CorporateActions } from "../../core/market/corporate-actions.js";
import { type DatedActions, type DatedDividend, type DatedSplit, dayOfIsoDate } from "../dated-actions.js";
import { zoneOffsets } from "../zone-offsets.js";
import { StoreError } from "./errors.js";
import type { InstrumentTable } from "./instrument-table.js";
import type { StoreFile } from "./store-file.js";

/** Splits and dividends of the instruments. */
export class ActionTable {
  private readonly file: StoreFile;
  private readonly instruments: InstrumentTable;

  constructor(file: StoreFile, instruments: InstrumentTable) {
    this.file = file;
    this.instruments = instruments;
  }

  /** In order of time. */
  splits(symbol: string): DatedSplit[] {
    return this.file.use(
      (db) =>
        db
          .prepare(
            `select ex_date as exDate, numerator, denominator from split
              join instrument on instrument.id = split.instrument where symbol = ? order by ex_date`,
          )
          .all(symbol) as DatedSplit[],
    );
  }

  /** In order of time. */
  dividends(symbol: string): DatedDividend[] {
    const rows = this.file.use((db) =>
      db
        .prepare(
          `select ex_date as exDate, amount, reference from dividend
            join instrument on instrument.id = dividend.instrument where symbol = ? order by ex_date`,
        )
        .all(symbol),
    ) as { exDate: string; amount: number; reference: number | null }[];
    return rows.map((row) => ({ ...row, reference: row.reference ?? Number.NaN }));
  }

  /** What happened to an instrument, as the engine and the adjustment of prices take it. @throws DataError ZONE_UNKNOWN */
  of(symbol: string, timeZone: string): CorporateActions {
    const zone = zoneOffsets(timeZone);
    const time = ({ exDate }: { exDate: string }): number => zone.instantAtOrAfter(dayOfIsoDate(exDate) * DAY);
    return {
      splits: this.splits(symbol).map((split) => ({ ...split, time: time(split) })),
      dividends: this.dividends(symbol).map((dividend) => ({ ...dividend, time: time(dividend) })),
    };
  }

  /**
   * Puts these in the place of all that was known of an instrument's splits and dividends.
   * @throws StoreError SERIES_UNKNOWN, ACTION_INVALID
   */
  replace(symbol: string, { splits, dividends }: DatedActions, source: string): void {
    for (const split of splits) checkSplit(symbol, split);
    for (const dividend of dividends) checkDividend(symbol, dividend);
    this.file.transaction((db) => {
      const instrument = this.instruments.idOf(symbol);
      if (instrument === undefined) {
        const hint = "Import its bars first, or `seatrial data list` shows what is there.";
        throw new StoreError("SERIES_UNKNOWN", { path: this.file.path, series: symbol, hint });
      }
      db.prepare("delete from split where instrument = ?").run(instrument);
      db.prepare("delete from dividend where instrument = ?").run(instrument);
      const split = db.prepare(
        "insert into split (instrument, ex_date, numerator, denominator, source) values (?, ?, ?, ?, ?)",
      );
      for (const { exDate, numerator, denominator } of splits)
        split.run(instrument, exDate, numerator, denominator, source);
      const dividend = db.prepare(
        "insert into dividend (instrument, ex_date, amount, reference, source) values (?, ?, ?, ?, ?)",
      );
      for (const { exDate, amount, reference } of dividends)
        dividend.run(instrument, exDate, amount, Number.isNaN(reference) ? null : reference, source);
    });
  }
}

function checkSplit(symbol: string, { exDate, numerator, denominator }: DatedSplit): void {
  const refuse = refusal(symbol, "split", exDate);
  if (Number.isNaN(dayOfIsoDate(exDate))) refuse("date", exDate, "Write a date such as 2020-08-31.");
  for (const [field, value] of Object.entries({ numerator, denominator })) {
    if (!(Number.isSafeInteger(value) && value > 0)) refuse(field, value, "It is a whole number above 0.");
  }
  if (numerator === denominator) refuse("denominator", denominator, "The two numbers of a ratio differ.");
}

function checkDividend(symbol: string, { exDate, amount, reference }: DatedDividend): void {
  const refuse = refusal(symbol, "dividend", exDate);
  if (Number.isNaN(dayOfIsoDate(exDate))) refuse("date", exDate, "Write a date such as 2020-08-31.");
  if (!(amount > 0 && amount < Infinity)) refuse("amount", amount, "It is a sum of money above 0.");
  if (!Number.isNaN(reference) && !(reference > amount && reference < Infinity))
    refuse("reference", reference, "The price before a dividend is above its amount.");
}

function refusal(
  symbol: string,
  kind: string,
  date: string,
): (field: string, value: string | number, rule: string) => void {
  return (field, value, rule) => {
    throw new StoreError("ACTION_INVALID", { symbol, kind, date, field, value, rule });
  };
}
