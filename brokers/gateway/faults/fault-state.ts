import type { AssetClass } from "../../../core/market/instrument.js";
import { type Farm, quoteFarm } from "../session/farms.js";

/** What goes wrong with one historical answer. */
export type HistoryFault =
  | { readonly kind: "silence" }
  | { readonly kind: "error"; readonly code: number; readonly text: string }
  | { readonly kind: "duplicates" }
  | { readonly kind: "hole" }
  | { readonly kind: "late"; readonly ms: number };

/** What goes wrong with one order. */
export type OrderFault =
  | { readonly kind: "reject"; readonly code: number; readonly text: string; readonly badJson: boolean }
  | { readonly kind: "lose" }
  | { readonly kind: "lose-answer" }
  | { readonly kind: "late-answer"; readonly ms: number }
  | { readonly kind: "double-answer" }
  | { readonly kind: "preset" };

/** What goes wrong with a cancel or a change: it is refused, or takes effect later. */
export type RequestFault =
  | { readonly kind: "refuse"; readonly code: number; readonly text: string }
  | { readonly kind: "late"; readonly ms: number };

/** How the messages of orders come. */
export type StatusFault = "duplicate" | "reorder" | "fill-first" | "fill-without-status";

/**
 * What is wrong with the gateway now. Faults flip these switches, and every part of the gateway asks them; as it is
 * made, nothing is wrong.
 */
export class FaultState {
  /** Sockets that are hung up on as soon as they are there. */
  refusedSockets = 0;
  /** Connections that never hear a next valid id. */
  withheldIds = 0;
  /** Connections that are told that their client id is in use. */
  takenIds = 0;
  /** Connections that are told a protocol version nobody speaks. */
  wrongVersions = 0;
  /** No bytes leave for any client. */
  isSilent = false;
  /** Whether what clients send is read. */
  reads = true;
  /** Bytes a piece in which frames leave; 0 for whole frames. */
  pieceBytes = 0;
  /** TWS has lost IB: no data comes, orders wait, what becomes of orders is told later. */
  isUpstreamLost = false;
  readonly brokenFarms = new Set<Farm>();
  /** Quotes say -1. */
  hasNoPrices = false;
  /** How far the bid is told below the ask, as a fraction of the ask, and above it where it is negative; NaN as it is. */
  spread = Number.NaN;
  /** Streams stand still without a word. */
  areQuotesFrozen = false;
  /** Streams of quotes that are asked for while they stand still begin with what was known when that began. */
  tellsOldQuotes = false;
  /** The type of data that streams have whatever they asked for; 0 for what they asked for. */
  forcedDataType = 0;
  /** Another session of the user has the data. */
  isCompeting = false;
  /** Value of the halted tick: 0 for trading. */
  halted = 0;
  /** How the messages of orders come; undefined for the usual order. */
  statuses: StatusFault | undefined;
  /** Milliseconds until the others of a group are cancelled of which one has filled; until they are reduced, or never. */
  cutDelay = 0;
  shrinkDelay = 0;
  /** Orders have the permanent id 0. */
  hasNoPermIds = false;
  /** Ends of lists are not told. */
  hidesEnds = false;
  /** The API takes no orders, and lists none. */
  isReadOnly = false;
  /** Milliseconds that the time that is told is ahead. */
  timeAhead = 0;
  /** A repeated question for the time within a second is not answered. */
  isDeafToTime = false;
  private readonly history: HistoryFault[] = [];
  private readonly orders: OrderFault[] = [];
  private readonly cancels: RequestFault[] = [];
  private readonly changes: RequestFault[] = [];

  /** Whether nothing that is asked about the past is answered. */
  get isHistoryAway(): boolean {
    return this.isUpstreamLost || this.brokenFarms.has("ushmds");
  }

  /** Whether nothing comes of the quotes, ticks and bars of such instruments. */
  areQuotesStill(assetClass: AssetClass): boolean {
    return (
      this.isUpstreamLost || this.areQuotesFrozen || this.isCompeting || this.brokenFarms.has(quoteFarm(assetClass))
    );
  }

  addHistory(fault: HistoryFault, times: number): void {
    for (let i = 0; i < times; i++) this.history.push(fault);
  }

  addOrder(fault: OrderFault, times: number): void {
    for (let i = 0; i < times; i++) this.orders.push(fault);
  }

  addCancel(fault: RequestFault, times: number): void {
    for (let i = 0; i < times; i++) this.cancels.push(fault);
  }

  addChange(fault: RequestFault, times: number): void {
    for (let i = 0; i < times; i++) this.changes.push(fault);
  }

  /** What goes wrong with the historical request that is being answered. */
  takeHistory(): HistoryFault | undefined {
    return this.history.shift();
  }

  /** What goes wrong with the order that has just come. */
  takeOrder(): OrderFault | undefined {
    return this.orders.shift();
  }

  /** What goes wrong with the cancel that has just come. */
  takeCancel(): RequestFault | undefined {
    return this.cancels.shift();
  }

  /** What goes wrong with the change that has just come. */
  takeChange(): RequestFault | undefined {
    return this.changes.shift();
  }
}
