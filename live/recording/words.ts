import type { ConnectionEvent } from "../../core/connection-event.js";
import { type Denial, formatDenial } from "../../core/orders/denial.js";
import { LIMIT, ORDER_TYPES, TIMES_IN_FORCE } from "../../core/orders/kinds.js";
import type { FillReport } from "../../core/portfolio/fill-report.js";
import type { RecordingHeader } from "./header.js";
import type { Line } from "./line.js";

/** A line of a recording in words, for who looks at the first difference. */
export function inWords(line: Line, { instruments, series }: RecordingHeader): string {
  const [kind, ...rest] = line;
  const symbol = (index: unknown): string => instruments[index as number]?.symbol ?? String(index);
  if (kind === "d") return decisionInWords(rest, symbol);
  if (kind === "x") return String(rest[0]);
  if (kind === "b" || kind === "p") {
    const [index, , late, start, end, open, high, low, close, volume] = rest as number[];
    const { instrument, size } = series[index];
    const behind = late === 1 ? ", late" : "";
    return `${at(end)} ${size} bar of ${symbol(instrument)} from ${at(start)}: ${open} ${high} ${low} ${close}, volume ${volume}${behind}`;
  }
  if (kind === "q") {
    const [index, time, , bid, ask, bidSize, askSize] = rest as number[];
    return `${at(time)} quote of ${symbol(index)}: ${bid} x ${bidSize} / ${ask} x ${askSize}`;
  }
  if (kind === "t") {
    const [index, time, , price, size] = rest as number[];
    return `${at(time)} trade of ${symbol(index)}: ${price} x ${size}`;
  }
  if (kind === "f") return toldInWords(rest);
  if (kind === "c") return `${at(rest[1] as number)} the broker changed order ${rest[2]}`;
  if (kind === "r") return `the session answered ${String(rest[0])}: ${JSON.stringify(rest[1])}`;
  if (kind === "connection") {
    const { state, time, reason } = rest[0] as ConnectionEvent;
    return `${at(time)} connection ${state}${reason === "" ? "" : `: ${reason}`}`;
  }
  if (kind === "advance" || kind === "hear") return `${at(rest[0] as number)} time passed`;
  return CALLS[kind]?.(rest) ?? kind;
}

const CALLS: Readonly<Record<string, (rest: readonly unknown[]) => string>> = {
  settle: () => "the instant was closed",
  drain: () => "the event at which a handler had failed was taken",
  kill: ([reason, flatten]) => `the kill switch was turned on: ${reason}${flatten === true ? ", to flatten" : ""}`,
  release: () => "the kill switch was turned off",
  flatten: ([tag]) => `everything was to be closed: ${tag}`,
  closeDown: ([tag]) => `everything was to be closed, and nothing opened any more: ${tag}`,
  adjust: ([instrument, , tag]) => `a position of instrument ${instrument} was adjusted: ${tag}`,
  hours: ([instrument]) => `instrument ${instrument} was given other sessions`,
  restore: () => "what the session before had left was taken over",
  stop: () => "the strategy was stopped",
  finish: () => "the session ended",
};

function decisionInWords(rest: readonly unknown[], symbol: (index: unknown) => string): string {
  const [instant, kind, ...content] = rest;
  const when = at(instant as number);
  if (kind === "order") return `${when} ${orderInWords(content, symbol)}`;
  if (kind === "change") return `${when} change to ${orderInWords(content, symbol)}`;
  if (kind === "deny") {
    return `${when} denied, ${formatDenial(content[0] as Denial)}: ${orderInWords(content.slice(1), symbol)}`;
  }
  if (kind === "hold") {
    const orders = content.slice(1).map((one) => orderInWords(one as readonly unknown[], symbol));
    return `${when} held until the market opens: ${orders.join("; ")}`;
  }
  return `${when} ${kind === "cancel" ? "cancel" : "end what was held:"} order ${content[0]}`;
}

function orderInWords(content: readonly unknown[], symbol: (index: unknown) => string): string {
  const [order, instrument, side, type, tif, , parent, , quantity, limit, stop, trail] = content as number[];
  const price = (name: string, value: number): string => (Number.isFinite(value) ? ` ${name} ${value}` : "");
  const name = type === LIMIT ? "" : ` ${ORDER_TYPES[type]}`;
  const what = `${side > 0 ? "buy" : "sell"} ${quantity} ${symbol(instrument)}${name}`;
  const prices = `${price("limit", limit)}${price("stop", stop)}${price("trail", trail)}`;
  const child = parent >= 0 ? `, child of ${parent}` : "";
  return `${what}${prices} ${TIMES_IN_FORCE[tif]} (order ${order}${child})`;
}

function toldInWords([, instant, event, content]: readonly unknown[]): string {
  const when = at(instant as number);
  if (event !== "filled" && event !== "busted") return `${when} the broker told order ${content}: ${event}`;
  const { order, quantity, price } = content as FillReport;
  return `${when} the broker told order ${order}: ${event} ${quantity} at ${price}`;
}

function at(instant: number): string {
  return Number.isFinite(instant) ? new Date(instant).toISOString() : "before the start";
}
