import { BarSeries } from "../core/market/bar-series.js";
import { Instrument, type InstrumentSpec } from "../core/market/instrument.js";
import { DataError } from "../data/errors.js";

/** Answers an instrument that came with bars or ticks as the settings of a run have it: what they say goes before it. */
export function settledBy(specs: readonly InstrumentSpec[]): (instrument: Instrument) => Instrument {
  const settled = new Map<Instrument, Instrument>();
  return (instrument) => {
    const said = specs.find(({ symbol }) => symbol === instrument.symbol);
    if (said === undefined) return instrument;
    const known = settled.get(instrument);
    if (known !== undefined) return known;
    const own = new Instrument({ ...instrument, ...said }, instrument.index);
    settled.set(instrument, own);
    return own;
  };
}

/** The same bars as those of another instrument. */
export function barsOf(series: BarSeries, instrument: Instrument): BarSeries {
  if (instrument === series.instrument) return series;
  return new BarSeries(instrument, series.size, columnsOf(series), series.source);
}

/** @throws DataError DATA_SERIES_TWICE for two series of one instrument and size */
export function refuseTwice(data: readonly BarSeries[]): void {
  const places = new Map<string, number>();
  for (const [place, { name }] of data.entries()) {
    const first = places.get(name);
    if (first !== undefined) {
      const [one, other] = [`data[${first}]`, `data[${place}]`];
      throw new DataError("DATA_SERIES_TWICE", { series: name, first: one, second: other, otherwise: "" });
    }
    places.set(name, place);
  }
}

function columnsOf(series: BarSeries): ConstructorParameters<typeof BarSeries>[2] {
  const { start, end, open, high, low, close, volume, bid, ask } = series.slice(0, series.length);
  return { start, end, open, high, low, close, volume, ...(bid && { bid }), ...(ask && { ask }) };
}
