import { isDated } from "../../ib/bar-sizes.js";
import { formatDuration } from "../../ib/durations.js";
import { ibTimeZone } from "../../ib/time-zones.js";
import { URGENCY } from "../connection/outbox.js";
import type { Question } from "../connection/question.js";
import { type ContractDetails, requestOf } from "../contracts/contract-details.js";
import type { FindZone } from "../contracts/contract-hours.js";
import { BarCollector, isEndOfBars } from "./bar-collector.js";
import { readHeadTime, readScheduleTime, utcText } from "./history-times.js";
import { isRegular, SECONDS_FORMAT, WHAT_TO_SHOW } from "./history-words.js";
import type {
  BarsRequest,
  HistorySubject,
  ScheduleRequest,
  SourceBars,
  SourceHead,
  SourceSchedule,
} from "./source-shape.js";

/**
 * Whoever asks waits as long as it likes and aborts; this only keeps a forgotten request from being kept for ever.
 */
const LONGEST_WAIT = 30 * 60_000;

/** What a question for history has of its kind. */
const HISTORY = { asker: "history", urgency: URGENCY.history, timeOut: LONGEST_WAIT } as const;

export function barsQuestion(
  request: BarsRequest & { readonly sizeName: string },
  contract: ContractDetails,
  signal: AbortSignal,
): Question<SourceBars> {
  const { instrument, size, sizeName, what } = request;
  return {
    ...HISTORY,
    ...historicalData(request, contract, sizeName, WHAT_TO_SHOW[what]),
    what: `${size.label} bars of ${instrument.symbol}`,
    signal,
    answers: (answer) => {
      const collector = new BarCollector(isDated(size));
      return {
        historicalBars: (fields) => {
          collector.addAll(fields);
          answer.give(collector.bars);
        },
        historicalData: (...bar) => {
          if (isEndOfBars(bar[0])) answer.give(collector.bars);
          else collector.add(...bar);
        },
      };
    },
  };
}

export function headQuestion(
  { instrument, what, hours }: HistorySubject,
  contract: ContractDetails,
  signal: AbortSignal,
): Question<SourceHead> {
  return {
    ...HISTORY,
    what: `the first time of ${instrument.symbol}`,
    signal,
    send: (api, id) =>
      api.reqHeadTimestamp(id, requestOf(contract), WHAT_TO_SHOW[what], isRegular(instrument, hours), SECONDS_FORMAT),
    cancel: (api, id) => api.cancelHeadTimestamp(id),
    // TWS counts it as open until then.
    endsWithCancel: true,
    answers: (answer) => ({
      headTimestamp: (text) => answer.give({ kind: "head", instant: readHeadTime(text) }),
    }),
  };
}

export function scheduleQuestion(
  request: ScheduleRequest,
  contract: ContractDetails,
  findZone: FindZone,
  signal: AbortSignal,
): Question<SourceSchedule> {
  const { symbol } = request.instrument;
  return {
    ...HISTORY,
    ...historicalData(request, contract, "1 day", "SCHEDULE"),
    what: `the schedule of ${symbol}`,
    signal,
    answers: (answer) => ({
      historicalSchedule: (_start, _end, zone, sessions) => {
        const timeZone = ibTimeZone(zone, (name) => findZone(name) !== undefined, symbol);
        const clock = findZone(timeZone);
        if (clock === undefined) throw new Error(`the zone ${timeZone} is not known`);
        const told = sessions.map(({ startDateTime, endDateTime, refDate }) => ({
          open: readScheduleTime(startDateTime, clock),
          close: readScheduleTime(endDateTime, clock),
          date: Number(refDate),
        }));
        answer.give({ kind: "schedule", sessions: told.sort((a, b) => a.open - b.open) });
      },
    }),
  };
}

/** How TWS is asked for bars and schedules alike. */
function historicalData(
  { instrument, hours, end, duration }: Pick<BarsRequest, "instrument" | "hours" | "end" | "duration">,
  contract: ContractDetails,
  barSize: string,
  whatToShow: string,
): Required<Pick<Question<never>, "send" | "cancel">> {
  return {
    send: (api, id) =>
      api.reqHistoricalData(
        id,
        requestOf(contract),
        end === undefined ? "" : utcText(end),
        formatDuration(duration),
        barSize,
        whatToShow,
        isRegular(instrument, hours) ? 1 : 0,
        SECONDS_FORMAT,
        false,
      ),
    cancel: (api, id) => api.cancelHistoricalData(id),
  };
}
