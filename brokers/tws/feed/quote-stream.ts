import { DELAYED_TICK, MARKET_DATA_TYPES, TICK_TYPES } from "../../ib/tick-types.js";
import type { Link } from "../connection/link.js";
import { URGENCY } from "../connection/outbox.js";
import { type ContractDetails, requestOf } from "../contracts/contract-details.js";
import type { Refusal } from "../errors.js";
import { quantityOf } from "../history/bar-collector.js";
import type { TradeSource } from "./feed-events.js";
import { ASK_TOLD, BID_TOLD, CHANGED, type MarketState, QUOTED, TICK, TRADED } from "./market-state.js";

/** The generic tick that asks for time and sales. */
const TIME_AND_SALES = "233";

/** Of delayed ticks the live one. */
const LIVE_TICK: ReadonlyMap<number, number> = new Map([...DELAYED_TICK].map(([live, delayed]) => [delayed, live]));

const { delayed, delayedFrozen } = MARKET_DATA_TYPES;

/** Whoever is told of what a stream brings. */
export interface QuoteHooks {
  /** Something of the instrument's quote has been told: it goes on until `closeQuote`. */
  gather(instrument: number): void;
  trade(instrument: number, price: number, size: number): void;
  dataType(instrument: number, type: number): void;
  halted(instrument: number, value: number): void;
  /** TWS has answered, at first or after a doubt: the stream is there. */
  heard(instrument: number): void;
  /** @returns whether it has been dealt with */
  told(instrument: number, refusal: Refusal): boolean;
  ended(instrument: number, error: unknown): void;
}

/** The stream of one instrument's quotes: it reads its ticks into the state, and says when there is something to tell. */
export class QuoteStream {
  /** Where the instrument's trades come from; only time and sales and the last price come here. */
  trades: TradeSource = "none";
  private readonly symbol: string;
  private readonly index: number;
  private readonly contract: ContractDetails;
  private readonly state: MarketState;
  private readonly hooks: QuoteHooks;
  private stop: (() => void) | undefined;
  /** Whether TWS has answered since it was asked. */
  private isHeard = false;
  /** Whether the last price was told: the first telling is of the past. */
  private hasLast = false;

  constructor(symbol: string, index: number, contract: ContractDetails, state: MarketState, hooks: QuoteHooks) {
    this.symbol = symbol;
    this.index = index;
    this.contract = contract;
    this.state = state;
    this.hooks = hooks;
  }

  get isOpen(): boolean {
    return this.stop !== undefined;
  }

  /** TWS has said that nothing comes: what comes is news. */
  doubt(): void {
    this.isHeard = false;
  }

  open(link: Link): void {
    const { index, hooks } = this;
    this.close();
    this.isHeard = false;
    this.hasLast = false;
    this.stop = link.openStream({
      what: `the quotes of ${this.symbol}`,
      asker: "stream",
      urgency: URGENCY.request,
      send: (api, id) => {
        const generic = this.trades === "time-and-sales" ? TIME_AND_SALES : "";
        api.reqMktData(id, requestOf(this.contract), generic, false, false);
      },
      cancel: (api, id) => api.cancelMktData(id),
      answers: {
        ticks: (fields) => this.take(fields),
        tickPrice: (type, price) => this.price(type, price, Number.NaN),
        tickSize: (type, size) => this.size(type ?? -1, size ?? Number.NaN),
        tickGeneric: (type, value) => this.number(type, value),
        tickString: (type, value) => this.text(type, value),
        marketDataType: (type) => this.typed(type),
      },
      told: (refusal) => hooks.told(index, refusal),
      ended: (error) => {
        this.stop = undefined;
        hooks.ended(index, error);
      },
    });
  }

  close(): void {
    this.stop?.();
    this.stop = undefined;
  }

  /** A message as its fields: number, version, request, type of tick, value, size. */
  private take(fields: readonly string[]): void {
    switch (fields[0]) {
      case "1":
        this.price(Number(fields[3]), Number(fields[4] || "NaN"), sizeOf(fields[5]));
        break;
      case "2":
        this.size(Number(fields[3]), sizeOf(fields[4]));
        break;
      case "45":
        this.number(Number(fields[3]), Number(fields[4]));
        break;
      case "46":
        this.text(Number(fields[3]), fields[4] ?? "");
        break;
      case "58":
        this.typed(Number(fields[3]));
        break;
      default:
        this.hear();
    }
  }

  private hear(): void {
    if (this.isHeard) return;
    this.isHeard = true;
    this.hooks.heard(this.index);
  }

  private typed(type: number): void {
    this.hear();
    this.hooks.dataType(this.index, type);
  }

  private price(tick: number, price: number, size: number): void {
    const { state, index } = this;
    const type = this.liveType(tick);
    if (type === TICK_TYPES.bid) {
      const isNew = state.bid[index] !== price || (size === size && state.bidSize[index] !== size);
      state.bid[index] = price;
      // Without mended insides the size comes behind, or never: what it was belonged to another price.
      state.bidSize[index] = size;
      this.quoted(BID_TOLD, isNew);
    } else if (type === TICK_TYPES.ask) {
      const isNew = state.ask[index] !== price || (size === size && state.askSize[index] !== size);
      state.ask[index] = price;
      state.askSize[index] = size;
      this.quoted(ASK_TOLD, isNew);
    } else if (type === TICK_TYPES.last) {
      const isNew = state.last[index] !== price || (size === size && state.lastSize[index] !== size);
      state.last[index] = price;
      state.lastSize[index] = size;
      this.ticked(isNew ? CHANGED | TRADED : TRADED);
      if (size === size) this.traded();
    } else this.ticked(0);
  }

  private size(tick: number, size: number): void {
    const { state, index } = this;
    const type = this.liveType(tick);
    if (type === TICK_TYPES.bidSize) {
      const isNew = state.bidSize[index] !== size;
      state.bidSize[index] = size;
      this.quoted(0, isNew);
    } else if (type === TICK_TYPES.askSize) {
      const isNew = state.askSize[index] !== size;
      state.askSize[index] = size;
      this.quoted(0, isNew);
    } else if (type === TICK_TYPES.lastSize) {
      const isNew = state.lastSize[index] !== size;
      state.lastSize[index] = size;
      this.ticked(isNew ? CHANGED | TRADED : TRADED);
      // A size that only repeats what came with its price is no other trade.
      if (isNew) this.traded();
    } else this.ticked(type === TICK_TYPES.volume ? TRADED : 0);
  }

  private number(tick: number, value: number): void {
    if (this.liveType(tick) === TICK_TYPES.halted) this.hooks.halted(this.index, value);
    this.hear();
  }

  private text(tick: number, value: string): void {
    this.ticked(tick === TICK_TYPES.rtVolume ? TRADED : 0);
    if (tick !== TICK_TYPES.rtVolume || this.trades !== "time-and-sales") return;
    const [price, size, time] = value.split(";");
    // What is told at first was traded before it was asked for.
    if (price === undefined || price === "" || !(Number(time) > this.state.askedAt[this.index])) return;
    this.hooks.trade(this.index, Number(price), sizeOf(size));
  }

  private quoted(side: number, isNew: boolean): void {
    const { state, index } = this;
    state.told[index] |= side;
    state.note(index, isNew ? TICK | QUOTED | CHANGED : TICK | QUOTED);
    this.hear();
    this.hooks.gather(index);
  }

  private ticked(what: number): void {
    this.state.note(this.index, TICK | what);
    this.hear();
  }

  private traded(): void {
    const { state, index } = this;
    if (this.trades === "last" && this.hasLast) this.hooks.trade(index, state.last[index], state.lastSize[index]);
    this.hasLast = true;
  }

  /** The live tick for which it stands. A delayed one tells the type of the data, whatever else was said. */
  private liveType(tick: number): number {
    const live = LIVE_TICK.get(tick);
    if (live === undefined) return tick;
    const type = this.state.dataType[this.index];
    if (type !== delayed && type !== delayedFrozen) this.hooks.dataType(this.index, delayed);
    return live;
  }
}

/** NaN where there is none. */
export function sizeOf(text: string | undefined): number {
  return text === undefined || text === "" ? Number.NaN : quantityOf(text);
}
