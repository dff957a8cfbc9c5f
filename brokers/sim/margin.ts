import { cashAccount } from "./cash-account.js";
import { type MarginModel, NO_LIQUIDATIONS } from "./margin-model.js";
import { parseModelName } from "./model-name.js";
import { regT } from "./reg-t.js";

/** No margin at all: every order is carried and nothing is ever liquidated. */
export function unlimited(): MarginModel {
  const description = "Every order is carried: cash may go below zero without limit.";
  return {
    name: "unlimited",
    description,
    callsMargin: false,
    assumptions: () => [description],
    reset: () => {},
    countsFills: false,
    refusal: (_account, terms) => {
      terms.needed = 0;
      return undefined;
    },
    initial: () => 0,
    maintenance: () => 0,
    excess: (account) => account.holdings.equity,
    liquidations: () => NO_LIQUIDATIONS,
    filled: () => {},
    overnight: () => NO_LIQUIDATIONS,
  };
}

const MARGIN_SHAPES = { cash: {}, "reg-t": {}, "reg-t-intraday": {}, unlimited: {} } as const;

/** The names `marginByName` knows. */
export const MARGIN_NAMES: readonly string[] = Object.keys(MARGIN_SHAPES);

/**
 * A margin model from its name: cash, reg-t, reg-t-intraday or unlimited.
 * @throws SimError MARGIN_UNKNOWN, MODEL_ARGUMENT
 */
export function marginByName(text: string): MarginModel {
  switch (parseModelName(text, MARGIN_SHAPES, "MARGIN_UNKNOWN").name as keyof typeof MARGIN_SHAPES) {
    case "cash":
      return cashAccount();
    case "reg-t":
      return regT();
    case "reg-t-intraday":
      return regT({ intraday: true });
    case "unlimited":
      return unlimited();
  }
}
