import type { TradeTable } from "./inputs.js";

/**
 * How far prices went against trades (maximum adverse excursion) and for them (maximum favourable excursion) while
 * they were held, as fractions of the entry price, 0 or more. Each figure is over the trades where it is known, and
 * undefined where it is known for none. Source: Sweeney (1996), "Maximum Adverse Excursion".
 */
export interface Excursions {
  readonly averageAdverse: number | undefined;
  readonly worstAdverse: number | undefined;
  readonly averageFavourable: number | undefined;
  readonly bestFavourable: number | undefined;
}

export function excursions(table: TradeTable): Excursions {
  const adverse = averageAndLargest(table.mae, table.length);
  const favourable = averageAndLargest(table.mfe, table.length);
  return {
    averageAdverse: adverse?.average,
    worstAdverse: adverse?.largest,
    averageFavourable: favourable?.average,
    bestFavourable: favourable?.largest,
  };
}

function averageAndLargest(column: Float64Array, length: number): { average: number; largest: number } | undefined {
  let sum = 0;
  let known = 0;
  let largest = 0;
  for (let row = 0; row < length; row++) {
    const excursion = column[row];
    if (Number.isNaN(excursion)) continue;
    sum += excursion;
    known++;
    if (excursion > largest) largest = excursion;
  }
  return known > 0 ? { average: sum / known, largest } : undefined;
}
