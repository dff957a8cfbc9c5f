import { ACCOUNT_SUMMARY_TAGS } from "../../brokers/ib/account-tags.js";
import { completedOrders, executions, openOrders, positions } from "../../brokers/tws/account/account-questions.js";
import { URGENCY } from "../../brokers/tws/connection/outbox.js";
import type { Question } from "../../brokers/tws/connection/question.js";
import type { UnnumberedQuestion } from "../../brokers/tws/connection/unnumbered.js";
import type { Step } from "./step.js";

/** What an account has is its owner's: it may have none of these. */
const BELONGINGS = [
  "updatePortfolio",
  "position",
  "openOrder",
  "orderStatus",
  "completedOrder",
  "execDetails asked for",
  "commissionReport",
];
const optional = (name: string): boolean => BELONGINGS.includes(name);

export const ACCOUNT_STEPS: readonly Step[] = [
  {
    name: "account summary",
    relies: "the figures of an account that are asked for are told by their names, and that they are all",
    run: async (walk, sight) => {
      const place = walk.ear.place;
      await (await walk.link("the account summary")).ask(summary(walk.times.answer));
      await walk.settle();
      const tags = walk.ear.told("accountSummary", place).map(([, , tag]) => tag);
      sight.list("figures that are told", tags);
      sight.look(walk.answers(place, "accountSummary", "accountSummaryEnd"), { optional });
    },
  },
  {
    name: "account updates",
    relies: "all figures and holdings of an account are told, and that they are all",
    run: async (walk, sight) => {
      const place = walk.ear.place;
      await (await walk.link("the account updates")).askUnnumbered(updates(walk.account, walk.times.answer));
      await walk.settle();
      const keys = walk.ear.told("updateAccountValue", place).map(([key]) => key);
      sight.list("figures that are told", keys);
      sight.look(
        walk.answers(place, "updateAccountValue", "updatePortfolio", "updateAccountTime", "accountDownloadEnd"),
        { optional },
      );
    },
  },
  {
    name: "positions",
    relies: "all positions are told, and that they are all, also to whom each change of them is told already",
    run: async (walk, sight) => {
      const place = walk.ear.place;
      const link = await walk.link("the positions");
      await link.askUnnumbered(positions(walk.times.answer, undefined, true));
      await link.askUnnumbered(positions(walk.times.answer));
      await walk.settle();
      sight.look(walk.answers(place, "position", "positionEnd"), { optional });
    },
  },
  {
    name: "lists of orders",
    relies: "open and completed orders and executions are listed, and each list has an end",
    run: async (walk, sight) => {
      const place = walk.ear.place;
      const link = await walk.link("the orders");
      await link.askUnnumbered(openOrders(walk.times.answer));
      await link.askUnnumbered(completedOrders(walk.times.answer));
      await link.ask(executions(walk.times.answer));
      await walk.settle();
      // What others have made is nobody's business: of the orders themselves later steps tell.
      sight.look(walk.answers(place, "openOrderEnd", "completedOrdersEnd", "execDetailsEnd"));
    },
  },
];

function summary(timeOut: number): Question<void> {
  return {
    what: "the account summary",
    asker: "request",
    urgency: URGENCY.request,
    timeOut,
    send: (api, id) => api.reqAccountSummary(id, "All", ACCOUNT_SUMMARY_TAGS.join(",")),
    // TWS would go on with every change.
    cancel: (api, id) => api.cancelAccountSummary(id),
    endsWithCancel: true,
    answers: (answer) => ({ accountSummaryEnd: () => answer.give(undefined) }),
  };
}

function updates(account: string, timeOut: number): UnnumberedQuestion<void> {
  return {
    what: "the account updates",
    timeOut,
    send: (api) => api.reqAccountUpdates(true, account),
    cancel: (api) => api.reqAccountUpdates(false, account),
    answers: (answer) => ({ accountDownloadEnd: () => answer.give(undefined) }),
  };
}
