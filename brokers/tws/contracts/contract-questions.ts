import { SECOND } from "../../../core/market/bar-size.js";
import type { PriceIncrement } from "../../ib/market-rules.js";
import { URGENCY } from "../connection/outbox.js";
import type { Question } from "../connection/question.js";
import type { UnnumberedQuestion } from "../connection/unnumbered.js";
import { type ContractDetails, readContractDetails } from "./contract-details.js";
import type { ContractQuery } from "./contract-query.js";

/** Contract details come at once or not at all; a chain of options takes its time. */
const DETAILS_WAIT = 30 * SECOND;
const SYMBOLS_WAIT = 5 * SECOND;
/** A rule that does not exist is never answered. */
const RULE_WAIT = 2 * SECOND;

/** "No security definition has been found": an answer, where contracts are looked for. */
const NO_CONTRACT = 200;

/** Every contract that fits; none is an answer. */
export function contractsLike(what: string, query: ContractQuery): Question<readonly ContractDetails[]> {
  return {
    what: `the contract details of ${what}`,
    asker: "request",
    urgency: URGENCY.request,
    timeOut: DETAILS_WAIT,
    send: (api, id) => api.reqContractDetails(id, query),
    answers: (answer) => {
      const found: ContractDetails[] = [];
      return {
        contractDetails: (details) => {
          found.push(readContractDetails(details));
        },
        contractDetailsEnd: () => answer.give(found),
      };
    },
    told: ({ code }, answer) => {
      if (code === NO_CONTRACT) answer.give([]);
      return code === NO_CONTRACT;
    },
  };
}

/** A contract whose symbol or name resembles something. */
export interface SimilarContract {
  readonly symbol: string;
  readonly secType: string;
  readonly primaryExchange: string;
  readonly currency: string;
}

export function symbolsLike(pattern: string): Question<readonly SimilarContract[]> {
  return {
    what: `the symbols like ${pattern}`,
    asker: "request",
    urgency: URGENCY.request,
    timeOut: SYMBOLS_WAIT,
    send: (api, id) => api.reqMatchingSymbols(id, pattern),
    answers: (answer) => ({
      symbolSamples: (found) => {
        answer.give(
          found.map(({ contract }) => ({
            symbol: contract.symbol ?? "",
            secType: contract.secType ?? "",
            primaryExchange: contract.primaryExch ?? "",
            currency: contract.currency ?? "",
          })),
        );
      },
    }),
  };
}

export function marketRule(rule: number): UnnumberedQuestion<readonly PriceIncrement[]> {
  return {
    what: `market rule ${rule}`,
    timeOut: RULE_WAIT,
    send: (api) => api.reqMarketRule(rule),
    answers: (answer) => ({
      marketRule: (id, increments) => {
        if (id === rule) answer.give(increments.map(({ lowEdge, increment }) => ({ lowEdge, increment })));
      },
    }),
  };
}
