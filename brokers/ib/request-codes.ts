import type { IbCodeTable } from "./code.js";

/** Codes that any request may get, and those of account data. */
export const REQUEST_CODES = {
  100: {
    area: "request",
    class: "pacing",
    says: "More messages a second than TWS takes (50 with 100 market data lines); the third time it closes the socket.",
    remedy: "Send more slowly; check whether another program shares the connection.",
  },
  200: {
    area: "request",
    class: "request-failed",
    says: "No contract, or more than one, fits the description.",
    remedy: "Add what is missing: primary exchange, currency, expiry, multiplier or the contract id.",
    cases: [
      {
        asker: "order",
        class: "order-rejected",
        says: "No contract, or more than one, fits the order's description.",
        remedy: "Add what is missing: primary exchange, currency, expiry, multiplier or the contract id.",
      },
    ],
  },
  319: {
    area: "request",
    class: "request-failed",
    says: "There is no log level of that number.",
    remedy: "Use 1 to 5.",
  },
  320: {
    area: "request",
    class: "request-failed",
    says: "TWS could not read a request.",
    remedy: "Look at the text; this is a bug worth reporting.",
    cases: [
      {
        asker: "order",
        class: "order-rejected",
        says: "TWS could not read the order.",
        remedy: "Look at the text; this is a bug worth reporting.",
      },
    ],
  },
  321: {
    area: "request",
    class: "request-failed",
    says: "TWS found a request invalid; the text names the cause.",
    remedy: "Correct what the text names.",
    cases: [
      {
        asker: "order",
        text: /read-only/i,
        class: "order-rejected",
        says: "The API of TWS is in read-only mode: the order was not taken.",
        remedy: 'Switch "Read-Only API" off under Global Configuration, API, Settings.',
      },
      {
        asker: "order change",
        text: /read-only/i,
        class: "order-uncertain",
        says: "The API of TWS is in read-only mode: the order was not changed, and works on as it was.",
        remedy: 'Switch "Read-Only API" off under Global Configuration, API, Settings.',
      },
      {
        asker: "order cancel",
        text: /read-only/i,
        class: "order-uncertain",
        says: "The API of TWS is in read-only mode: the order was not cancelled, and works on.",
        remedy: 'Switch "Read-Only API" off under Global Configuration, API, Settings, or cancel it in TWS.',
      },
      {
        text: /read-only/i,
        class: "connection-fatal",
        says: "The API of TWS is in read-only mode: no order can be placed, changed or cancelled.",
        remedy: 'Switch "Read-Only API" off under Global Configuration, API, Settings.',
      },
      {
        asker: "order",
        class: "order-rejected",
        says: "TWS found the order invalid; the text names the cause.",
        remedy: "Correct what the text names.",
      },
    ],
  },
  322: {
    area: "request",
    class: "request-failed",
    says: "TWS could not process a request, such as one under an id in use or one account summary too many.",
    remedy: "Look at the text; end the older request, or take a new id.",
    cases: [
      {
        asker: "order",
        class: "order-rejected",
        says: "TWS could not process the order.",
        remedy: "Look at the text.",
      },
    ],
  },
  327: {
    area: "request",
    class: "request-failed",
    says: "Only client id 0 can bind the orders made by hand in TWS.",
    remedy: "Connect with client id 0 for that.",
  },
  336: {
    area: "request",
    class: "request-failed",
    says: "A time of day cannot be read.",
    remedy: "Write it as in 15:59:00 US/Eastern; this is a bug worth reporting.",
  },
  337: {
    area: "request",
    class: "request-failed",
    says: "A date or time of an order or request cannot be read.",
    remedy: "Write UTC with a dash, as in 20260105-15:00:00; this is a bug worth reporting.",
  },
  492: {
    area: "request",
    class: "notice",
    says: "A scanner gives results of lower precision for want of a subscription.",
    remedy: "Nothing, or subscribe to the exchanges in Client Portal.",
  },
  2100: {
    area: "account",
    class: "subscription-retry",
    says: "Another client has asked for account data, and this client's stream was ended.",
    remedy: "Ask for it again; stop the other program if they take it from each other.",
  },
  2101: {
    area: "account",
    class: "subscription-retry",
    says: "Account data could not be subscribed to because another stream is in the way.",
    remedy: "End the other one, and ask again.",
  },
  10285: {
    area: "request",
    class: "connection-fatal",
    says: "The client's protocol version is too old for fractional sizes.",
    remedy: "Update Seatrial.",
  },
} as const satisfies IbCodeTable;
