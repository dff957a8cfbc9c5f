import type { Duration } from "../../brokers/ib/durations.js";
import { historyFailure } from "../../brokers/tws/history/history-failure.js";
import type { HistoryFailure, HistorySubject, SourceBars } from "../../brokers/tws/history/source-shape.js";
import { UpdatingBars } from "../../brokers/tws/history/updating-bars.js";
import { parseTimeSize, SECOND } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import { NotShown, type Sighting } from "./sight.js";
import type { Step } from "./step.js";
import type { Walk } from "./walk.js";

const FIVE_MINUTES = parseTimeSize("5min");
const ONE_MINUTE = parseTimeSize("1min");
const ONE_DAY = parseTimeSize("1day");
const A_DAY: Duration = { count: 1, unit: "D" };
const A_WEEK: Duration = { count: 1, unit: "W" };

export function historySteps(instrument: Instrument): Step[] {
  const { symbol } = instrument;
  const subject = {
    instrument,
    what: instrument.assetClass === "forex" ? "midpoint" : "trades",
    hours: "regular",
  } as const;
  return [
    {
      name: `first time of ${symbol}`,
      relies: "IB tells from when on it has bars",
      run: async (walk, sight) => {
        const place = walk.ear.place;
        const answer = await patiently(walk, (signal) => walk.history.head(subject, signal));
        if (answered(answer, sight)) sight.fact("it is in the past", answer.instant < walk.now);
        await walk.settle();
        sight.look(walk.answers(place, "headTimestamp"));
      },
    },
    {
      name: `schedule of ${symbol}`,
      relies: "IB tells the sessions of past days, with their dates and their zone",
      run: async (walk, sight) => {
        const place = walk.ear.place;
        const request = { instrument, hours: "regular", end: walk.now, duration: A_WEEK } as const;
        const answer = await patiently(walk, (signal) => walk.history.schedule(request, signal));
        if (answered(answer, sight)) {
          sight.fact(
            "sessions open before they close",
            answer.sessions.every(({ open, close }) => open < close),
          );
        }
        sight.look(walk.answers(place, "historicalSchedule"));
      },
    },
    {
      name: `bars of ${symbol} in two chunks`,
      relies:
        "a chunk holds the bars in front of the time it was asked for, so that chunks join without a gap or an overlap",
      run: (walk, sight) => twoChunks(walk, sight, subject),
    },
    {
      name: `daily bars of ${symbol}`,
      relies: "bars of a day carry the date of their session",
      run: async (walk, sight) => {
        const place = walk.ear.place;
        const request = { ...subject, size: ONE_DAY, end: undefined, duration: A_WEEK };
        const answer = await patiently(walk, (signal) => walk.history.bars(request, signal));
        if (answered(answer, sight)) sight.fact("bars rise in time", rises(answer.time));
        sight.look(walk.answers(place, "historicalData"));
      },
    },
    {
      name: `bars of ${symbol} as they come`,
      relies: "a history that is kept up to date goes on with the bar under way every few seconds",
      instrument,
      run: (walk, sight) => asTheyCome(walk, sight, subject),
    },
  ];
}

async function twoChunks(walk: Walk, sight: Sighting, subject: HistorySubject): Promise<void> {
  const place = walk.ear.place;
  const chunk = async (end: number): Promise<SourceBars | undefined> => {
    const request = { ...subject, size: FIVE_MINUTES, end, duration: A_DAY };
    const answer = await patiently(walk, (signal) => walk.history.bars(request, signal));
    return answered(answer, sight) ? answer : undefined;
  };
  const asked = Math.floor(walk.now / SECOND) * SECOND;
  const later = await chunk(asked);
  const earlier = later === undefined || later.time.length === 0 ? undefined : await chunk(later.time[0]);
  if (later !== undefined && earlier !== undefined) {
    const { time, close } = later;
    sight.fact("bars came", time.length > 0 && earlier.time.length > 0);
    sight.fact("bars rise in time", rises(time) && rises(earlier.time));
    sight.fact("none starts at the end that was asked for, or later", time[time.length - 1] < asked);
    sight.fact("the earlier chunk ends where the later begins", earlier.time[earlier.time.length - 1] < time[0]);
    sight.fact(
      "bars start on five minutes",
      [...time].every((start) => start % FIVE_MINUTES.ms === 0),
    );
    walk.prices.set(subject.instrument.symbol, close[close.length - 1]);
  }
  sight.look(walk.answers(place, "historicalData"));
}

async function asTheyCome(walk: Walk, sight: Sighting, { instrument, what, hours }: HistorySubject): Promise<void> {
  const { ear, connection, now } = walk;
  const place = ear.place;
  const bars = new UpdatingBars(connection, {
    instrument,
    contract: walk.contractOf(instrument),
    what: what === "midpoint" ? what : "trades",
    hours,
    size: ONE_MINUTE,
    from: now - 10 * ONE_MINUTE.ms,
  });
  let failure: unknown;
  bars.events.on("interrupted", ({ error }) => {
    failure ??= error;
  });
  bars.events.on("ended", ({ error }) => {
    failure ??= error;
  });
  const updates = (): number => ear.since(place).filter(({ kind }) => kind === "historicalDataUpdate").length;
  bars.start();
  try {
    await walk.until(() => failure !== undefined || updates() > 1, walk.marketWait(instrument));
  } finally {
    bars.close();
  }
  await walk.settle();
  const failed = failure === undefined ? undefined : historyFailure(failure);
  if (failed !== undefined) noteFailure(failed, sight);
  else if (updates() === 0 && !walk.isOpen(instrument)) sight.miss("its market is closed");
  sight.look(walk.answers(place, "historicalData", "historicalDataUpdate"), {
    // How many histories it takes until there is one depends on the hour.
    anyOrder: (label) => label.startsWith("error"),
  });
}

/** Asks for history, and gives it up after a while: IB may leave it unanswered. */
function patiently<T>(walk: Walk, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return ask(AbortSignal.any([walk.signal, AbortSignal.timeout(3 * walk.times.answer)]));
}

function answered<T extends { readonly kind: string }>(answer: T | HistoryFailure, sight: Sighting): answer is T {
  if (!("text" in answer)) return true;
  noteFailure(answer as HistoryFailure, sight);
  return false;
}

/**
 * Notes what came instead of an answer.
 * @throws NotShown for what the login may not have: that is no fault of the gateway's
 */
function noteFailure({ kind, text }: HistoryFailure, sight: Sighting): void {
  if (kind === "permission") throw new NotShown(text);
  sight.fact("answer", `${kind}: ${text}`);
}

function rises(times: Float64Array): boolean {
  return times.every((time, i) => i === 0 || time > times[i - 1]);
}
