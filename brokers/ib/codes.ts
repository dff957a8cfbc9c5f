import type { Asker, CodeClass, IbCode, IbCodeTable } from "./code.js";
import { CONNECTION_CODES } from "./connection-codes.js";
import { FARM_CODES } from "./farm-codes.js";
import { HISTORY_CODES } from "./history-codes.js";
import { MARKET_DATA_CODES } from "./market-data-codes.js";
import { ORDER_CODES } from "./order-codes.js";
import { REQUEST_CODES } from "./request-codes.js";

/** The id of messages that answer no request. */
export const NO_REQUEST = -1;

/**
 * Every code of TWS, IB Gateway and their client libraries that Seatrial knows. The meanings are IB's documented ones,
 * the classes what other clients have learned of them; docs/troubleshooting.md is written from this table.
 */
export const IB_CODES: IbCodeTable = {
  ...CONNECTION_CODES,
  ...FARM_CODES,
  ...MARKET_DATA_CODES,
  ...HISTORY_CODES,
  ...ORDER_CODES,
  ...REQUEST_CODES,
};

/** What a message means, once it is known who asked. */
export interface Meaning {
  readonly class: CodeClass;
  readonly says: string;
  readonly remedy: string;
}

/**
 * What a message with this code and text means to whoever asked. What kills a new order says nothing certain of one that
 * was to be changed or cancelled: it may live as it was.
 */
export function classify(code: number, asker: Asker, text: string): Meaning {
  const known: IbCode | undefined = IB_CODES[code];
  if (known === undefined) return unknownCode(code, asker, text);
  const meaning = caseOf(known, asker, text);
  const isChange = asker === "order change" || asker === "order cancel";
  if (!isChange || (meaning.class !== "order-rejected" && meaning.class !== "request-failed")) return meaning;
  return {
    class: "order-uncertain",
    says: meaning.says,
    remedy: `The order may work on as it was: ask for open orders. ${meaning.remedy}`,
  };
}

function caseOf(known: IbCode, asker: Asker, text: string): Meaning {
  for (const one of known.cases ?? []) {
    if (one.asker !== undefined && one.asker !== asker) continue;
    if (one.text !== undefined && !one.text.test(text)) continue;
    return one;
  }
  return known;
}

/**
 * A code nobody has listed: about an order it leaves everything open; 2100 to 2199 and texts that call themselves a
 * warning are notices; any other ends what it answers.
 */
function unknownCode(code: number, asker: Asker, text: string): Meaning {
  const says = `Code ${code} is not listed; TWS says: ${text}`;
  const warns = (code >= 2100 && code < 2200) || /\bwarning:/i.test(text);
  if (asker === "order" || asker === "order change" || asker === "order cancel") {
    return warns
      ? { class: "order-notice", says, remedy: "Read it." }
      : { class: "order-uncertain", says, remedy: "Ask for open orders, completed orders and executions." };
  }
  if (warns || asker === "nobody") return { class: "notice", says, remedy: "Read it." };
  if (asker === "stream") return { class: "subscription-failed", says, remedy: "Read it." };
  return { class: "request-failed", says, remedy: "Read it." };
}
