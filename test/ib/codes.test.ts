import { describe, expect, it } from "vitest";
import { type Asker, CODE_CLASSES, type CodeClass } from "../../brokers/ib/code.js";
import { classify, IB_CODES } from "../../brokers/ib/codes.js";

/** What each code comes to, by who asked: written from IB's documents and other clients' experience, not from the table. */
const READ_ONLY = "Error validating request.-'bH' : cause - The API interface is currently in Read-Only mode.";

const EXPECTED: readonly (readonly [code: number, asker: Asker, text: string, becomes: CodeClass])[] = [
  [100, "request", "Max rate of messages per second has been exceeded:max=50 rec=51 (1)", "pacing"],
  [101, "stream", "Max number of tickers has been reached.", "subscription-failed"],
  [102, "stream", "Duplicate ticker id", "subscription-retry"],
  [103, "order", "Duplicate order id", "order-rejected"],
  [104, "order change", "Cannot modify a filled order.", "order-uncertain"],
  [105, "order change", "Order being modified does not match original order.", "order-uncertain"],
  [106, "order", "Can't transmit order ID:5", "order-rejected"],
  [107, "order", "Cannot transmit incomplete order.", "order-rejected"],
  [109, "order", "Price is out of the range defined by the Percentage setting", "order-rejected"],
  [110, "order", "The price does not conform to the minimum price variation for this contract.", "order-rejected"],
  [110, "order change", "The price does not conform to the minimum price variation.", "order-uncertain"],
  [111, "order", "The TIF and the order type are incompatible.", "order-rejected"],
  [113, "order", "The Tif option should be set to DAY for MOC and LOC orders.", "order-rejected"],
  [124, "order", "No market rule is available for conid: 5", "order-rejected"],
  [135, "order cancel", "Can't find order with id = 5", "order-uncertain"],
  [136, "order cancel", "This order cannot be cancelled.", "order-uncertain"],
  [158, "order", "You must specify an offset amount or a percent offset value.", "order-rejected"],
  [161, "order cancel", "Cancel attempted when order is not in a cancellable state.", "order-uncertain"],
  [
    162,
    "history",
    "Historical Market Data Service error message:HMDS query returned no data: SPY@SMART Trades",
    "no-data",
  ],
  [162, "history", "Historical Market Data Service error message:Historical data request pacing violation", "pacing"],
  [
    162,
    "history",
    "Historical Market Data Service error message:Trading TWS session is connected from a different IP address",
    "connection-fatal",
  ],
  [
    162,
    "history",
    "Historical Market Data Service error message:No market data permissions for NYSE STK",
    "request-failed",
  ],
  [162, "history", "Historical Market Data Service error message:API historical data query cancelled: 5", "notice"],
  [162, "history", "Historical Market Data Service error message:Time length exceed max.", "request-too-large"],
  [162, "history", "Historical Market Data Service error message:invalid step: 5 secs", "request-too-large"],
  [162, "history", "Historical Market Data Service error message:something new", "request-retry"],
  [163, "order", "The price specified would violate the percentage constraint", "order-rejected"],
  [164, "order", "There is no market data to check price percent violations.", "order-rejected"],
  [165, "history", "Historical market Data Service query message.", "notice"],
  [166, "history", "HMDS Expired Contract Violation.", "request-failed"],
  [200, "request", "No security definition has been found for the request", "request-failed"],
  [200, "stream", "No security definition has been found for the request", "request-failed"],
  [200, "order", "No security definition has been found for the request", "order-rejected"],
  [201, "order", "Order rejected - reason:YOUR ORDER IS NOT ACCEPTED", "order-rejected"],
  [202, "order", "Order Canceled - reason:", "order-cancelled"],
  [203, "order", "The security is not available or allowed for this account.", "order-rejected"],
  [203, "request", "The security is not available or allowed for this account.", "request-failed"],
  [300, "stream", "Can't find EId with tickerId:5", "notice"],
  [309, "stream", "Max number (3) of market depth requests has been reached.", "subscription-failed"],
  [310, "stream", "Can't find the subscribed market depth with tickerId:5", "notice"],
  [316, "stream", "Market depth data has been HALTED. Please re-subscribe.", "subscription-retry"],
  [317, "stream", "Market depth data has been RESET.", "notice"],
  [319, "request", "Invalid log level", "request-failed"],
  [320, "request", "Error reading request.", "request-failed"],
  [320, "order", "Error reading request.", "order-rejected"],
  [321, "request", "Error validating request.-'bH' : cause - Invalid", "request-failed"],
  [321, "order", "Error validating request.-'bH' : cause - Missing order exchange", "order-rejected"],
  [321, "order", READ_ONLY, "order-rejected"],
  [321, "order change", READ_ONLY, "order-uncertain"],
  [321, "order cancel", READ_ONLY, "order-uncertain"],
  [321, "nobody", READ_ONLY, "connection-fatal"],
  [322, "request", "Error processing request.-'bH' : cause - Duplicate ticker id", "request-failed"],
  [322, "order", "Error processing request.", "order-rejected"],
  [326, "nobody", "Unable to connect as the client id is already in use.", "connection-retry"],
  [
    327,
    "request",
    "Only API connections with clientId set to 0 can set the auto bind TWS orders property.",
    "request-failed",
  ],
  [329, "order change", "Order modify failed. Cannot change to the new order type.", "order-uncertain"],
  [336, "request", "The time or time zone is invalid.", "request-failed"],
  [337, "request", "The date, time, or time-zone entered is invalid.", "request-failed"],
  [354, "stream", "Requested market data is not subscribed.", "subscription-failed"],
  [334, "order", "Invalid Good Till Date order", "order-rejected"],
  [355, "order", "Order size does not conform to market rule.", "order-rejected"],
  [366, "history", "No historical data query found for ticker id:5", "notice"],
  [382, "order", "The price specified violates the number of ticks constraint", "order-rejected"],
  [383, "order", "The size specified violates the size constraint", "order-rejected"],
  [386, "history", "Duplicate ticker ID for API historical data query", "request-failed"],
  [387, "order", "Unsupported order type for this exchange and security type.", "order-rejected"],
  [388, "order", "Order size is smaller than the minimum requirement.", "order-rejected"],
  [399, "order", "Order Message: Warning: your order will not be placed at the exchange until", "order-notice"],
  [403, "order", "Invalid stop price.", "order-rejected"],
  [404, "order", "Shares for this order are not immediately available for short sale.", "order-notice"],
  [414, "stream", "Snapshot market data subscription is not applicable to generic ticks", "request-failed"],
  [420, "stream", "Invalid Real-time Query:pacing violation", "subscription-retry"],
  [420, "stream", "Invalid Real-time Query:No market data permissions for NYSE STK", "subscription-failed"],
  [434, "order", "The order size cannot be zero", "order-rejected"],
  [435, "order", "You must specify an account", "order-rejected"],
  [436, "order", "You must specify an allocation", "order-rejected"],
  [460, "order", "No trading permissions.", "order-rejected"],
  [492, "request", "You must subscribe for additional permissions to obtain precise results for scanner.", "notice"],
  [501, "nobody", "Already connected.", "notice"],
  [502, "nobody", "Couldn't connect to TWS.", "connection-retry"],
  [503, "nobody", "The TWS is out of date and must be upgraded.", "connection-fatal"],
  [504, "order", "Not connected", "disconnected"],
  [505, "nobody", "Unknown message id", "connection-fatal"],
  [506, "nobody", "Unsupported version", "connection-fatal"],
  [507, "nobody", "Bad message length", "disconnected"],
  [509, "nobody", "Exception caught while reading socket", "disconnected"],
  [531, "nobody", "Request Current Time Sending Error", "disconnected"],
  [1100, "nobody", "Connectivity between IB and Trader Workstation has been lost.", "upstream-lost"],
  [
    1101,
    "nobody",
    "Connectivity between IB and Trader Workstation has been restored - data lost.",
    "upstream-restored",
  ],
  [
    1102,
    "nobody",
    "Connectivity between IB and Trader Workstation has been restored - data maintained.",
    "upstream-restored",
  ],
  [1300, "nobody", "TWS socket port has been reset and this connection is being dropped.", "connection-fatal"],
  [
    2100,
    "nobody",
    "New account data requested from TWS. API client has been unsubscribed from account data.",
    "subscription-retry",
  ],
  [
    2101,
    "request",
    "Unable to subscribe to account as the following clients are subscribed to a different account.",
    "subscription-retry",
  ],
  [2102, "order change", "Unable to modify this order as it is still being processed.", "order-uncertain"],
  [2103, "nobody", "Market data farm connection is broken:usfarm", "farm-broken"],
  [2104, "nobody", "Market data farm connection is OK:usfarm", "farm-ok"],
  [2105, "nobody", "HMDS data farm connection is broken:ushmds", "farm-broken"],
  [2106, "nobody", "HMDS data farm connection is OK:ushmds", "farm-ok"],
  [2107, "nobody", "HMDS data farm connection is inactive but should be available upon demand.ushmds", "notice"],
  [2108, "nobody", "Market data farm connection is inactive but should be available upon demand.usfarm", "notice"],
  [2109, "order", "Order Event Warning: Attribute 'Outside Regular Trading Hours' is ignored", "order-notice"],
  [2110, "nobody", "Connectivity between Trader Workstation and server is broken.", "upstream-lost"],
  [2119, "nobody", "Market data farm is connecting:usfarm", "notice"],
  [2137, "order", "Cross Side Warning", "order-notice"],
  [2148, "order", "something about margin", "order-notice"],
  [2157, "nobody", "Sec-def data farm connection is broken:secdefil", "farm-broken"],
  [2158, "nobody", "Sec-def data farm connection is OK:secdefil", "farm-ok"],
  [2168, "order", "The 'EtradeOnly' order attribute is not supported.", "order-notice"],
  [2169, "order", "The 'firmQuoteOnly' order attribute is not supported.", "order-notice"],
  [2174, "history", "Warning: You submitted request with date-time attributes without explicit time zone.", "notice"],
  [10089, "stream", "Requested market data requires additional subscription for API.", "subscription-failed"],
  [10090, "stream", "Part of requested market data is not subscribed.", "notice"],
  [10091, "stream", "Part of requested market data requires additional subscription for API.", "notice"],
  [10147, "order cancel", "OrderId 5 that needs to be cancelled is not found.", "order-uncertain"],
  [
    10148,
    "order cancel",
    "OrderId 5 that needs to be cancelled cannot be cancelled, state: Filled.",
    "order-uncertain",
  ],
  [
    10167,
    "stream",
    "Requested market data is not subscribed. Displaying delayed market data.",
    "subscription-degraded",
  ],
  [
    10168,
    "stream",
    "Requested market data is not subscribed. Delayed market data is not enabled.",
    "subscription-failed",
  ],
  [10182, "history", "Failed to request live updates (disconnected).", "subscription-retry"],
  [10185, "stream", "Failed to cancel PNL (not subscribed)", "notice"],
  [
    10186,
    "stream",
    "Requested market data is not subscribed. Delayed market data is not enabled.",
    "subscription-failed",
  ],
  [10186, "stream", "Failed to cancel PNL single (not subscribed)", "notice"],
  [10187, "history", "Failed to request historical ticks:No market data permissions", "request-failed"],
  [10189, "stream", "Failed to request tick-by-tick data:Invalid Real-time Query", "subscription-retry"],
  [
    10189,
    "stream",
    "Failed to request tick-by-tick data.No market data permissions for NYSE STK",
    "subscription-failed",
  ],
  [10190, "stream", "Max number of tick-by-tick requests has been reached.", "subscription-failed"],
  [10197, "stream", "No market data during competing live session", "subscription-degraded"],
  [10225, "stream", "Bust event occurred, current subscription is deactivated.", "subscription-retry"],
  [10250, "order", "The size does not conform to the minimum variation of for this contract", "order-rejected"],
  [10268, "order", "The 'EtradeOnly' order attribute is not supported.", "order-rejected"],
  [10269, "order", "The 'firmQuoteOnly' order attribute is not supported.", "order-rejected"],
  [10285, "request", "Your API version does not support fractional size rules.", "connection-fatal"],
  [10289, "order", "You must set Cash Quantity for this order.", "order-rejected"],
  [10293, "order", "Cryptocurrency Cash Quantity order cannot specify size.", "order-rejected"],
  [10295, "history", "Only daily resolution supported for Schedule requests", "request-failed"],
  [10299, "history", "Expected what to show is AGGTRADES, please use that instead of TRADES.", "request-failed"],
  [10314, "history", "End Date/Time: The date, time, or time-zone entered is invalid.", "request-failed"],
  [10318, "order", "This order doesn't support fractional quantity trading", "order-rejected"],
  [10330, "order", "The expiry date/time format is invalid.", "order-rejected"],
  [10339, "history", "Setting end date/time for continuous future security type is not allowed.", "request-failed"],
  [10349, "order", "Order TIF was set to DAY based on order preset.", "order-notice"],
];

describe("IB's codes", () => {
  it.each(EXPECTED)("%i to %s saying %j comes to %s", (code, asker, text, becomes) => {
    expect(classify(code, asker, text).class).toBe(becomes);
  });

  it("are each tested here", () => {
    const tested = new Set(EXPECTED.map(([code]) => code));
    const listed = Object.keys(IB_CODES).map(Number);
    expect(listed.filter((code) => !tested.has(code))).toEqual([]);
    expect([...tested].filter((code) => !listed.includes(code))).toEqual([]);
    expect(listed.length).toBeGreaterThan(110);
  });

  it("that are not listed leave an order uncertain, whatever was done with it", () => {
    for (const asker of ["order", "order change", "order cancel"] as const) {
      expect(classify(99_999, asker, "Something new").class).toBe("order-uncertain");
      expect(classify(2_199, asker, "Something new").class).toBe("order-notice");
      expect(classify(99_999, asker, "Warning: something new").class).toBe("order-notice");
    }
  });

  it("that refuse a change or a cancel leave the order uncertain, whatever they say of a new one", () => {
    for (const [code, entry] of Object.entries(IB_CODES)) {
      for (const asker of ["order change", "order cancel"] as const) {
        expect(classify(Number(code), asker, "x").class, code).not.toMatch(/order-rejected|request-failed/);
      }
      if (entry.class === "order-rejected") expect(classify(Number(code), "order change", "x").says).toBe(entry.says);
    }
  });

  it("that are not listed end a stream or a request, and are a notice to nobody", () => {
    expect(classify(99_999, "stream", "x").class).toBe("subscription-failed");
    expect(classify(99_999, "history", "x").class).toBe("request-failed");
    expect(classify(99_999, "request", "x").class).toBe("request-failed");
    expect(classify(99_999, "nobody", "x").class).toBe("notice");
    expect(classify(2_150, "history", "x").class).toBe("notice");
  });

  it("have sentences that end, and a class that is explained", () => {
    for (const [code, entry] of Object.entries(IB_CODES)) {
      for (const one of [entry, ...(entry.cases ?? [])]) {
        expect(one.says, code).toMatch(/^[A-Z0-9].*\.$/);
        expect(one.remedy, code).toMatch(/^[A-Z].*\.$/);
        expect(CODE_CLASSES).toHaveProperty(one.class);
      }
    }
  });

  it("say nothing of an order that is dead which an order that lives also says", () => {
    const dead = [103, 110, 200, 201, 203, 321, 322, 382, 383, 434, 435, 436, 10268, 10289, 10293, 10318];
    for (const code of dead) expect(classify(code, "order", "x").class, String(code)).toBe("order-rejected");
    for (const code of [104, 105, 135, 161, 10147, 10148]) {
      expect(classify(code, "order cancel", "x").class, String(code)).toBe("order-uncertain");
    }
  });
});
