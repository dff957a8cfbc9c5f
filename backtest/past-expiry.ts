import { DUST } from "../core/dust.js";
import type { Engine } from "../core/engine.js";
import type { Instrument } from "../core/market/instrument.js";
import { zoneOffsets } from "../data/zone-offsets.js";
import { count } from "./words.js";

/** Futures and options that were held or traded behind their expiry, for a run lets nothing expire. */
export function pastExpiryInWords(engine: Engine): string[] {
  return engine.market.instruments.flatMap((instrument) => {
    const expired = expiryOf(instrument);
    // What ends on the day of its expiry has been held to it and no longer.
    if (expired === undefined || !(engine.clock.now > expired.end)) return [];
    const { held, fills } = afterwards(engine, instrument.index, expired.end);
    if (!held && fills === 0) return [];
    const what = [held ? "held on" : "", fills > 0 ? `traded in ${count(fills, "fill")}` : ""].filter(Boolean);
    return [
      `${instrument.symbol} was ${what.join(" and ")} after it had expired on ${expired.date}: the run lets nothing expire, so neither settlement, exercise nor the end of trading is in it.`,
    ];
  });
}

interface Expiry {
  /** Such as 2024-12-20. */
  readonly date: string;
  /** The end of that day where the instrument is listed. */
  readonly end: number;
}

/** Undefined for what does not expire, and where what was said of it is no date. */
function expiryOf({ option, future, timeZone }: Instrument): Expiry | undefined {
  const match = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec((option ?? future)?.expiry.trim() ?? "");
  if (match === null) return undefined;
  const [, year, month, day] = match;
  const next = Date.UTC(Number(year), Number(month) - 1, Number(day) + 1);
  return { date: `${year}-${month}-${day}`, end: zoneOffsets(timeZone).instantAtOrAfter(next) };
}

/** Whether units were held when an instant had passed, and the fills behind it. */
function afterwards({ fills }: Engine, index: number, instant: number): { held: boolean; fills: number } {
  let held = 0;
  let after = 0;
  for (let f = 0; f < fills.length; f++) {
    if (fills.instrument[f] !== index) continue;
    if (fills.time[f] < instant) held += fills.quantity[f];
    else after++;
  }
  return { held: Math.abs(held) > DUST, fills: after };
}
