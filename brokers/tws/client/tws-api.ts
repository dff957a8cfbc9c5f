import type { PriceIncrement } from "../../ib/market-rules.js";

/**
 * The part of the client library's `IBApi` that Seatrial uses, so that what stands on it can be tested without a
 * socket. Requests take an id where their answer carries one; none of them may be made before TWS has told the next
 * order id, for what is sent earlier is lost or ruins the handshake.
 */
export interface TwsApi extends TwsRequests {
  /** Version of the protocol, 0 before TWS has said it. */
  readonly serverVersion: number;
  connect(): unknown;
  disconnect(): unknown;
  on<E extends keyof TwsEvents>(event: E, listener: (...args: TwsEvents[E]) => void): unknown;
  removeAllListeners(): unknown;
}

export interface TwsRequests {
  reqCurrentTime(): unknown;
  reqMarketDataType(type: number): unknown;
  reqContractDetails(id: number, contract: TwsContract): unknown;
  reqMatchingSymbols(id: number, pattern: string): unknown;
  reqMarketRule(rule: number): unknown;
  reqHistoricalData(
    id: number,
    contract: TwsContract,
    endDateTime: string,
    duration: string,
    barSize: string,
    whatToShow: string,
    regular: number,
    formatDate: number,
    keepUpToDate: boolean,
  ): unknown;
  cancelHistoricalData(id: number): unknown;
  reqHeadTimestamp(
    id: number,
    contract: TwsContract,
    whatToShow: string,
    regular: boolean,
    formatDate: number,
  ): unknown;
  cancelHeadTimestamp(id: number): unknown;
  reqMktData(id: number, contract: TwsContract, genericTicks: string, snapshot: boolean, regulatory: boolean): unknown;
  cancelMktData(id: number): unknown;
  reqTickByTickData(
    id: number,
    contract: TwsContract,
    tickType: string,
    numberOfTicks: number,
    ignoreSize: boolean,
  ): unknown;
  cancelTickByTickData(id: number): unknown;
  reqOpenOrders(): unknown;
  reqAllOpenOrders(): unknown;
  reqCompletedOrders(apiOnly: boolean): unknown;
  reqExecutions(id: number, filter: object): unknown;
  reqPositions(): unknown;
  cancelPositions(): unknown;
  reqAccountSummary(id: number, group: string, tags: string): unknown;
  cancelAccountSummary(id: number): unknown;
  reqAccountUpdates(subscribe: boolean, account: string): unknown;
  /** A new order, or with an id that is in use a change of it. */
  placeOrder(id: number, contract: TwsContract, order: TwsOrder): unknown;
  cancelOrder(id: number): unknown;
  /** Cancels the orders of all clients, and those made by hand. */
  reqGlobalCancel(): unknown;
}

/** What the library emits, by name. */
export interface TwsEvents extends TwsAnswers {
  connected: [];
  disconnected: [];
  server: [version: number, time: string];
  nextValidId: [orderId: number];
  managedAccounts: [accounts: string];
  /** A message that answers no request. */
  info: [text: string, code: number];
  error: [error: Error, code: number, id: number, reject?: unknown];
  currentTime: [seconds: number];
  marketRule: [rule: number, increments: readonly PriceIncrement[]];
  /** The fields of a message, as they came and went. */
  received: [fields: readonly string[]];
  sent: [fields: readonly unknown[]];
  openOrder: [orderId: number, contract: TwsContract, order: TwsOrder, state: TwsOrderState];
  openOrderEnd: [];
  orderStatus: [
    orderId: number,
    status: string,
    filled: number | undefined,
    remaining: number | undefined,
    averagePrice: number | undefined,
    permId?: number,
    parentId?: number,
    lastPrice?: number,
    clientId?: number,
    whyHeld?: string,
    capPrice?: number,
  ];
  completedOrder: [contract: TwsContract, order: TwsOrder, state: TwsOrderState];
  completedOrdersEnd: [];
  commissionReport: [report: TwsCommission];
  position: [account: string, contract: TwsContract, position: number, averageCost?: number];
  positionEnd: [];
  updateAccountValue: [key: string, value: string, currency: string, account: string];
  updatePortfolio: [
    contract: TwsContract,
    position: number,
    price: number,
    value: number,
    averageCost?: number,
    unrealised?: number,
    realised?: number,
    account?: string,
  ];
  updateAccountTime: [time: string];
  accountDownloadEnd: [account: string];
}

/** Events that carry the id of the request they answer, in front of all else. */
export interface TwsAnswers {
  contractDetails: [id: number, details: TwsContractDetails];
  contractDetailsEnd: [id: number];
  symbolSamples: [id: number, found: readonly { readonly contract: TwsContract }[]];
  historicalData: [id: number, ...bar: TwsBar];
  historicalDataUpdate: [id: number, ...bar: TwsBar];
  historicalSchedule: [id: number, start: string, end: string, zone: string, sessions: readonly TwsSession[]];
  headTimestamp: [id: number, time: string];
  marketDataType: [id: number, type: number];
  tickPrice: [id: number, type: number, price: number];
  tickSize: [id: number, type?: number, size?: number];
  tickGeneric: [id: number, type: number, value: number];
  tickString: [id: number, type: number, value: string];
  tickByTickAllLast: [id: number, type: number, time: string, price: number, size: number];
  tickSnapshotEnd: [id: number];
  execDetails: [id: number, contract: TwsContract, execution: TwsExecution];
  execDetailsEnd: [id: number];
  accountSummary: [id: number, account: string, tag: string, value: string, currency: string];
  accountSummaryEnd: [id: number];
}

/** Behind the last bar of an answer comes one whose time begins with "finished". */
export type TwsBar = [
  time: string,
  open: number | undefined,
  high: number | undefined,
  low: number | undefined,
  close: number | undefined,
  volume: number | undefined,
  count?: number,
  average?: number,
  hasGaps?: boolean,
];

export interface TwsSession {
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly refDate: string;
}

/** A contract, as requests describe it and as answers carry it; what is not known is left out. */
export interface TwsContract {
  conId?: number;
  symbol?: string;
  secType?: string;
  lastTradeDateOrContractMonth?: string;
  strike?: number;
  right?: string;
  multiplier?: number;
  exchange?: string;
  primaryExch?: string;
  currency?: string;
  localSymbol?: string;
  tradingClass?: string;
  includeExpired?: boolean;
}

export interface TwsContractDetails {
  contract: TwsContract;
  minTick?: number;
  priceMagnifier?: number;
  validExchanges?: string;
  marketRuleIds?: string;
  longName?: string;
  stockType?: string;
  timeZoneId?: string;
  tradingHours?: string;
  liquidHours?: string;
  lastTradeTime?: string;
  underConId?: number;
  minSize?: number;
  sizeIncrement?: number;
  suggestedSizeIncrement?: number;
}

/** An order, as it is sent and as it is told; what is not known or not set is left out. */
export interface TwsOrder {
  orderId?: number;
  clientId?: number;
  permId?: number;
  parentId?: number;
  parentPermId?: number;
  account?: string;
  action?: string;
  orderType?: string;
  totalQuantity?: number;
  filledQuantity?: number;
  lmtPrice?: number;
  auxPrice?: number;
  trailStopPrice?: number;
  trailingPercent?: number;
  lmtPriceOffset?: number;
  tif?: string;
  goodTillDate?: string;
  outsideRth?: boolean;
  orderRef?: string;
  ocaGroup?: string;
  ocaType?: number;
  transmit?: boolean;
  whatIf?: boolean;
}

export interface TwsOrderState {
  status?: string;
  completedTime?: string;
  completedStatus?: string;
  warningText?: string;
  initMarginBefore?: number;
  maintMarginBefore?: number;
  equityWithLoanBefore?: number;
  initMarginAfter?: number;
  maintMarginAfter?: number;
  equityWithLoanAfter?: number;
  commission?: number;
  commissionCurrency?: string;
}

export interface TwsExecution {
  orderId?: number;
  clientId?: number;
  execId?: string;
  time?: string;
  acctNumber?: string;
  exchange?: string;
  side?: string;
  shares?: number;
  price?: number;
  permId?: number;
  cumQty?: number;
  avgPrice?: number;
  orderRef?: string;
}

export interface TwsCommission {
  execId?: string;
  commission?: number;
  currency?: string;
  realizedPNL?: number;
}
