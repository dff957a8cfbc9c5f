import type { BarRun } from "./bar-run.js";
import type { SimOrder } from "./model.js";
import { isStop, type Meeting } from "./triggers.js";

/** An order that the bar meets, and how. */
export interface Candidate {
  readonly order: SimOrder;
  readonly meeting: Meeting;
}

/** "Of several in a group": which of the orders that a bar could have filled it fills, by the policy of the run. */
export function firstOfGroup(run: BarRun, candidates: readonly Candidate[], close: number): Candidate {
  switch (run.story.rules.intrabar) {
    case "ohlc":
      // The one that the path meets first.
      return best(candidates, (a, b) => a.meeting.position - b.meeting.position);
    case "pessimistic": {
      // A stop before a limit; of two stops the worse price.
      const stops = candidates.filter(({ order }) => isStop(order));
      return best(stops.length > 0 ? stops : candidates, (a, b) => lossByClose(b, close) - lossByClose(a, close));
    }
    case "optimistic": {
      // A limit before a stop; of two limits the better price.
      const limits = candidates.filter(({ order }) => !isStop(order));
      return best(limits.length > 0 ? limits : candidates, (a, b) => lossByClose(a, close) - lossByClose(b, close));
    }
  }
}

/** What a unit has lost by the close, whichever side it is on: of orders of one side the worse price has lost more. */
function lossByClose({ order, meeting }: Candidate, close: number): number {
  return order.buy ? meeting.price - close : close - meeting.price;
}

function best(candidates: readonly Candidate[], compare: (a: Candidate, b: Candidate) => number): Candidate {
  return [...candidates].sort((a, b) => compare(a, b) || a.order.turn - b.order.turn)[0];
}
