import { classify, NO_REQUEST } from "../../brokers/ib/codes.js";
import { TICK_TYPES } from "../../brokers/ib/tick-types.js";
import type { TwsContract, TwsEvents, TwsOrder, TwsOrderState } from "../../brokers/tws/client/tws-api.js";
import { readContractDetails } from "../../brokers/tws/contracts/contract-details.js";
import type { Look } from "./forms.js";

/** A field of a message: its value, and how it is looked at. */
export type Fields = Readonly<Record<string, readonly [value: unknown, look: Look]>>;

/** What is read of a message. */
export interface Reading {
  /** The request or the order that it is about; undefined for what carries no id. */
  readonly id?: number | undefined;
  /** What tells it from others of its kind, such as the code of an error. */
  readonly mark?: string;
  /** The state that it tells of an order: messages of one kind may tell several, one after the other. */
  readonly state?: string;
  readonly fields: Fields;
  /** Rows of an answer, such as bars: each is looked at like the others. */
  readonly rows?: readonly Fields[];
}

/** The events of the client library that are read, as it hands them over. */
export const EVENT_READINGS = {
  managedAccounts: (accounts) => ({ fields: { accounts: [accounts.split(",")[0], "form"] } }),
  nextValidId: (orderId) => ({ fields: { orderId: [orderId, "form"] } }),
  currentTime: (seconds) => ({ fields: { seconds: [String(seconds), "form"] } }),
  info: (text, code) => {
    const { class: kind } = classify(code, "nobody", text);
    return { mark: kind, fields: { class: [kind, "word"], code: [code, "text"], text: [text, "text"] } };
  },
  error: (error, code, id) => ({
    ...(id !== NO_REQUEST && { id }),
    mark: String(code),
    fields: { code: [code, "word"], text: [error.message, "text"] },
  }),
  contractDetails: (id, details) => {
    const told = readContractDetails(details);
    return {
      id,
      fields: {
        conId: [told.conId, "form"],
        symbol: [told.symbol, "word"],
        secType: [told.secType, "word"],
        exchange: [told.exchange, "word"],
        primaryExchange: [told.primaryExchange, "form"],
        currency: [told.currency, "word"],
        localSymbol: [told.localSymbol, "form"],
        tradingClass: [told.tradingClass, "form"],
        multiplier: [told.multiplier, "form"],
        lastTradeDate: [told.lastTradeDate, "form"],
        lastTradeTime: [told.lastTradeTime, "text"],
        strike: [told.strike, "form"],
        right: [told.right, "form"],
        name: [told.name, "text"],
        stockType: [told.stockType, "form"],
        minTick: [told.minTick, "form"],
        priceMagnifier: [told.priceMagnifier, "form"],
        exchanges: [told.exchanges.join(","), "form"],
        marketRules: [told.marketRules.every(Number.isInteger) ? "whole numbers" : "not all whole numbers", "word"],
        timeZoneId: [told.timeZoneId, "form"],
        tradingHours: [told.tradingHours, "form"],
        liquidHours: [told.liquidHours, "form"],
        minSize: [told.minSize, "form"],
        sizeIncrement: [told.sizeIncrement, "form"],
        underlyingId: [told.underlyingId, "count"],
      },
    };
  },
  contractDetailsEnd: (id) => ({ id, fields: {} }),
  symbolSamples: (id, found) => ({
    id,
    fields: {},
    rows: found.map(({ contract }) => ({
      symbol: [contract.symbol, "text"],
      secType: [contract.secType, "text"],
      primaryExchange: [contract.primaryExch, "text"],
      currency: [contract.currency, "text"],
    })),
  }),
  marketRule: (rule, increments) => ({
    fields: { rule: [rule, "form"] },
    rows: increments.map(({ lowEdge, increment }) => ({
      lowEdge: [lowEdge, "count"],
      increment: [increment, "form"],
    })),
  }),
  headTimestamp: (id, time) => ({ id, fields: { time: [time, "form"] } }),
  historicalSchedule: (id, start, end, zone, sessions) => ({
    id,
    fields: { start: [start, "form"], end: [end, "form"], timeZone: [zone, "form"] },
    rows: sessions.map(({ startDateTime, endDateTime, refDate }) => ({
      start: [startDateTime, "form"],
      end: [endDateTime, "form"],
      date: [refDate, "form"],
    })),
  }),
  openOrder: (orderId, contract, order, state) => ({
    id: orderId,
    state: state.status ?? "",
    fields: { ...contractFields(contract), ...orderFields(order), ...stateFields(state) },
  }),
  openOrderEnd: () => ({ fields: {} }),
  orderStatus: (orderId, status, filled, remaining, average, permId, parentId, last, clientId, whyHeld, cap) => ({
    id: orderId,
    state: status,
    fields: {
      status: [status, "word"],
      filled: [filled, "count"],
      remaining: [remaining, "count"],
      averagePrice: [average, "count"],
      permId: [permId, "form"],
      parentId: [parentId, "count"],
      lastPrice: [last, "count"],
      clientId: [clientId, "count"],
      whyHeld: [whyHeld, "word"],
      capPrice: [cap, "count"],
    },
  }),
  completedOrder: (contract, order, state) => ({
    state: state.status ?? "",
    fields: {
      ...contractFields(contract),
      ...orderFields(order),
      status: [state.status, "word"],
      filledQuantity: [order.filledQuantity, "count"],
      completedTime: [state.completedTime, "form"],
      completedStatus: [state.completedStatus, "text"],
    },
  }),
  completedOrdersEnd: () => ({ fields: {} }),
  execDetails: (id, contract, execution) => ({
    id,
    mark: id === NO_REQUEST ? "as it happens" : "asked for",
    fields: {
      ...contractFields(contract),
      execId: [execution.execId, "form"],
      orderId: [execution.orderId, "form"],
      clientId: [execution.clientId, "count"],
      permId: [execution.permId, "form"],
      time: [execution.time, "form"],
      account: [execution.acctNumber, "form"],
      exchange: [execution.exchange, "form"],
      side: [execution.side, "word"],
      shares: [execution.shares, "form"],
      price: [execution.price, "form"],
      cumulative: [execution.cumQty, "form"],
      averagePrice: [execution.avgPrice, "form"],
      orderRef: [execution.orderRef, "form"],
    },
  }),
  execDetailsEnd: (id) => ({ id, fields: {} }),
  commissionReport: ({ execId, commission, currency, realizedPNL }) => ({
    fields: {
      execId: [execId, "form"],
      commission: [commission, "count"],
      currency: [currency, "form"],
      realisedProfit: [realizedPNL, "sum"],
    },
  }),
  position: (account, contract, position, averageCost) => ({
    fields: {
      account: [account, "form"],
      ...holdingFields(contract),
      position: [position, "sum"],
      averageCost: [averageCost, "sum"],
    },
  }),
  positionEnd: () => ({ fields: {} }),
  accountSummary: (id, account, tag, value, currency) => ({
    id,
    fields: {
      account: [account, "form"],
      tag: [tag, "text"],
      value: [value, "sum"],
      currency: [currency, "text"],
    },
  }),
  accountSummaryEnd: (id) => ({ id, fields: {} }),
  updateAccountValue: (key, value, currency, account) => ({
    fields: {
      key: [key, "text"],
      value: [typeof value, "word"],
      currency: [currency, "text"],
      account: [account, "form"],
    },
  }),
  updatePortfolio: (contract, position, price, value, averageCost, unrealised, realised, account) => ({
    fields: {
      ...holdingFields(contract),
      position: [position, "sum"],
      price: [price, "sum"],
      value: [value, "sum"],
      averageCost: [averageCost, "sum"],
      unrealised: [unrealised, "sum"],
      realised: [realised, "sum"],
      account: [account, "form"],
    },
  }),
  updateAccountTime: (time) => ({ fields: { time: [time, "form"] } }),
  accountDownloadEnd: (account) => ({ fields: { account: [account, "form"] } }),
} as const satisfies { readonly [E in keyof TwsEvents]?: (...told: TwsEvents[E]) => Reading };

export type EventName = keyof typeof EVENT_READINGS;

/** Bars and market data are read from the fields on the wire, as the adapter reads them, by the message's number. */
export const WIRE_READINGS: Readonly<Record<string, { kind: string; read(fields: readonly string[]): Reading }>> = {
  "1": {
    kind: "tickPrice",
    read: ([, , id, type, price, size]) => ({
      ...tick(id, type),
      fields: { price: [price, "form"], size: [size, "count"] },
    }),
  },
  "2": { kind: "tickSize", read: ([, , id, type, size]) => ({ ...tick(id, type), fields: { size: [size, "count"] } }) },
  "45": {
    kind: "tickGeneric",
    read: ([, , id, type, value]) => ({ ...tick(id, type), fields: { value: [value, "form"] } }),
  },
  "46": {
    kind: "tickString",
    read: ([, , id, type, value]) => ({ ...tick(id, type), fields: { value: [value, "form"] } }),
  },
  "57": { kind: "tickSnapshotEnd", read: ([, , id]) => ({ id: Number(id), fields: {} }) },
  "58": {
    kind: "marketDataType",
    read: ([, , id, type]) => ({ id: Number(id), fields: { type: [type, "word"] } }),
  },
  "81": {
    kind: "tickReqParams",
    read: ([, id, minTick, exchange, permissions]) => ({
      id: Number(id),
      fields: { minTick: [minTick, "form"], exchange: [exchange, "text"], permissions: [permissions, "count"] },
    }),
  },
  "99": {
    kind: "tickByTick",
    read: ([, id, type, time, price, size, attributes, exchange, conditions]) => ({
      id: Number(id),
      fields: {
        type: [type, "word"],
        time: [time, "form"],
        price: [price, "form"],
        size: [size, "count"],
        attributes: [attributes, "count"],
        exchange: [exchange, "text"],
        conditions: [conditions, "text"],
      },
    }),
  },
  "17": {
    kind: "historicalData",
    read: (fields) => ({
      id: Number(fields[1]),
      fields: {
        start: [fields[2], "form"],
        end: [fields[3], "form"],
        count: [fields[4], "count"],
      },
      rows: rowsOf(fields.slice(5), BAR_FIELDS),
    }),
  },
  "90": {
    kind: "historicalDataUpdate",
    read: (fields) => ({ id: Number(fields[1]), fields: {}, rows: rowsOf(fields.slice(2), UPDATE_FIELDS) }),
  },
};

const BAR_FIELDS = [
  ["time", "form"],
  ["open", "form"],
  ["high", "form"],
  ["low", "form"],
  ["close", "form"],
  ["volume", "count"],
  ["average", "count"],
  ["trades", "count"],
] as const satisfies readonly (readonly [string, Look])[];

/** Its fields come in an order of their own. */
const UPDATE_FIELDS = [
  ["trades", "count"],
  ["time", "form"],
  ["open", "form"],
  ["close", "form"],
  ["high", "form"],
  ["low", "form"],
  ["average", "count"],
  ["volume", "count"],
] as const satisfies readonly (readonly [string, Look])[];

function rowsOf(fields: readonly string[], columns: readonly (readonly [string, Look])[]): Fields[] {
  const rows = Math.ceil(fields.length / columns.length);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, look], i) => [name, [fields[row * columns.length + i], look]])),
  );
}

const TICK_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(TICK_TYPES).map(([name, type]) => [type, name]));

function tick(id: string, type: string): Pick<Reading, "id" | "mark"> {
  return { id: Number(id), mark: TICK_NAMES.get(Number(type)) ?? `type ${type}` };
}

function contractFields({ conId, symbol, secType, exchange, currency, localSymbol }: TwsContract): Fields {
  return {
    conId: [conId, "form"],
    symbol: [symbol, "text"],
    secType: [secType, "text"],
    route: [exchange, "text"],
    currency: [currency, "form"],
    localSymbol: [localSymbol, "form"],
  };
}

/** Of what somebody holds: what it is shows in no report. */
function holdingFields({ conId, symbol, secType, currency, localSymbol }: TwsContract): Fields {
  return {
    conId: [conId, "private"],
    symbol: [symbol, "private"],
    secType: [secType, "private"],
    currency: [currency, "private"],
    localSymbol: [localSymbol, "private"],
  };
}

function orderFields(order: TwsOrder): Fields {
  return {
    action: [order.action, "word"],
    quantity: [order.totalQuantity, "form"],
    orderType: [order.orderType, "word"],
    limit: [order.lmtPrice, "form"],
    aux: [order.auxPrice, "form"],
    trailStop: [order.trailStopPrice, "form"],
    trailPercent: [order.trailingPercent, "form"],
    tif: [order.tif, "word"],
    goodTill: [order.goodTillDate, "form"],
    outsideRth: [order.outsideRth, "word"],
    ocaGroup: [order.ocaGroup, "form"],
    account: [order.account, "form"],
    orderRef: [order.orderRef, "form"],
    clientId: [order.clientId, "count"],
    permId: [order.permId, "form"],
    parentId: [order.parentId, "count"],
    parentPermId: [order.parentPermId, "count"],
    whatIf: [order.whatIf, "word"],
  };
}

function stateFields(state: TwsOrderState): Fields {
  return {
    status: [state.status, "word"],
    initialMarginAfter: [state.initMarginAfter, "sum"],
    maintenanceMarginAfter: [state.maintMarginAfter, "sum"],
    equityWithLoanAfter: [state.equityWithLoanAfter, "sum"],
    commission: [state.commission, "count"],
    commissionCurrency: [state.commissionCurrency, "form"],
    warning: [state.warningText, "text"],
  };
}
