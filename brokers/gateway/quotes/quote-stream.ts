import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import { DELAYED_TICK, NO_PRICE, SIZE_OF_PRICE, TICK_TYPES } from "../../ib/tick-types.js";
import type { Listing } from "../contracts/listing.js";
import type { ClientSession } from "../session/client-session.js";
import { tickGeneric, tickPrice, tickSize, tickString } from "./quote-answers.js";
import type { QuoteState } from "./quote-board.js";

const { bid, ask, last, high, low, close, open, volume, lastTimestamp, halted, lastExchange } = TICK_TYPES;

/** The generic tick that asks for the time and sales. */
const TIME_AND_SALES = 233;
const TRADE_REPORTS = 375;
const MARK_PRICE = 221;
const MARK_PRICE_STREAM = 232;
const SHORTABLE = 236;
const AVERAGE_VOLUME = 165;
/** A stock that is easy to borrow, in the numbers of the shortable tick. */
const EASY_TO_BORROW = 3;

/**
 * One client's stream of one contract: it tells what has changed, and nothing twice. Prices that there are none of are
 * -1 with size 0, as IB writes them.
 */
export class QuoteStream {
  readonly client: ClientSession;
  readonly request: number;
  readonly listing: Listing;
  private readonly generic: ReadonlySet<number>;
  /** What was told last, by tick type. */
  private readonly prices = new Map<number, number>();
  private readonly sizes = new Map<number, number>();
  private readonly strings = new Map<number, string>();
  private readonly numbers = new Map<number, number>();
  private readonly toldVolume = { value: -1 };

  constructor(client: ClientSession, request: number, listing: Listing, generic: ReadonlySet<number>) {
    this.client = client;
    this.request = request;
    this.listing = listing;
    this.generic = generic;
  }

  /** Tells what is new in a state. @param isDelayed uses the ticks of delayed data */
  tell(state: QuoteState, isDelayed: boolean, hasNoPrices: boolean): void {
    const none = hasNoPrices;
    this.price(bid, none ? Number.NaN : state.bid, none ? 0 : state.bidSize, isDelayed);
    this.price(ask, none ? Number.NaN : state.ask, none ? 0 : state.askSize, isDelayed);
    if (state.last === state.last || none) this.trade(state, isDelayed, none);
    if (none) return;
    this.price(high, state.high, 0, isDelayed, true);
    this.price(low, state.low, 0, isDelayed, true);
    this.price(open, state.open, 0, isDelayed, true);
    this.price(close, state.previousClose, 0, isDelayed, true);
    this.generics(state);
  }

  /** Tells the halted tick: -1 unknown, 0 trading, 1 and 2 halted. */
  tellHalted(value: number, isDelayed: boolean): void {
    this.number(this.idOf(halted, isDelayed), value);
  }

  private trade(state: QuoteState, isDelayed: boolean, none: boolean): void {
    this.price(last, none ? Number.NaN : state.last, none ? 0 : state.lastSize, isDelayed);
    if (none) return;
    if (state.lastTime === state.lastTime) {
      this.string(this.idOf(lastTimestamp, isDelayed), String(Math.floor(state.lastTime / SECOND)));
    }
    if (this.listing.secType === "STK" && !isDelayed) this.string(lastExchange, "N");
    const told = this.idOf(volume, isDelayed);
    if (state.volume > 0 && this.sizes.get(told) !== state.volume) {
      this.sizes.set(told, state.volume);
      this.client.send(tickSize(this.request, told, state.volume));
    }
  }

  private generics(state: QuoteState): void {
    const { generic, client, request } = this;
    if (generic.size === 0 || !(state.last === state.last)) return;
    const isNew = state.volume !== this.toldVolume.value;
    this.toldVolume.value = state.volume;
    const average = state.volume > 0 ? state.value / state.volume : state.last;
    const sale = `${state.last};${state.lastSize};${state.lastTime};${state.volume};${average};true`;
    if (isNew && generic.has(TIME_AND_SALES)) client.send(tickString(request, TICK_TYPES.rtVolume, sale));
    if (isNew && generic.has(TRADE_REPORTS)) client.send(tickString(request, TICK_TYPES.rtTradeVolume, sale));
    if (generic.has(MARK_PRICE) || generic.has(MARK_PRICE_STREAM)) {
      this.price(TICK_TYPES.markPrice, state.last, 0, false, true);
    }
    if (generic.has(SHORTABLE)) this.number(TICK_TYPES.shortable, EASY_TO_BORROW);
    if (generic.has(AVERAGE_VOLUME)) this.size(TICK_TYPES.averageVolume, state.volume);
  }

  /** A price with its size; where only the size is new, the size alone. */
  private price(type: number, value: number, size: number, isDelayed: boolean, onlyIfAny = false): void {
    const isMissing = value !== value;
    if (isMissing && onlyIfAny) return;
    const id = this.idOf(type, isDelayed);
    const price = isMissing ? NO_PRICE : value;
    const units = isMissing || size !== size ? 0 : size;
    const sizeId = SIZE_OF_PRICE.get(id);
    if (this.prices.get(id) !== price) {
      this.prices.set(id, price);
      if (sizeId !== undefined) this.sizes.set(sizeId, units);
      this.client.send(tickPrice(this.request, id, price, units));
    } else if (sizeId !== undefined) {
      this.size(sizeId, units);
    }
  }

  private size(id: number, value: number): void {
    if (this.sizes.get(id) === value) return;
    this.sizes.set(id, value);
    this.client.send(tickSize(this.request, id, value));
  }

  private string(id: number, value: string): void {
    if (this.strings.get(id) === value) return;
    this.strings.set(id, value);
    this.client.send(tickString(this.request, id, value));
  }

  private number(id: number, value: number): void {
    if (this.numbers.get(id) === value) return;
    this.numbers.set(id, value);
    this.client.send(tickGeneric(this.request, id, value));
  }

  private idOf(type: number, isDelayed: boolean): number {
    return isDelayed ? (DELAYED_TICK.get(type) ?? type) : type;
  }
}

/** A copy of what is known now, to be told later. */
export function frozenState(state: QuoteState): QuoteState {
  return Object.assign(Object.create(Object.getPrototypeOf(state) as object) as QuoteState, state);
}

/** How long delayed data is behind. */
export const DELAY: Instant = 15 * 60 * SECOND;
