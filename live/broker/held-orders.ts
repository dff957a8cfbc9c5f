import type { BrokerAccount } from "../../core/broker.js";
import type { BundleKind } from "../../core/orders/held-bundle.js";
import { HELD } from "../../core/orders/kinds.js";
import type { OrderBook } from "../../core/orders/order-book.js";

/** An order that waits on our side until its market opens, as the journal keeps it. NaN is null there. */
export interface HeldOrder {
  readonly symbol: string;
  readonly side: number;
  readonly type: number;
  readonly tif: number;
  readonly flags: number;
  /** Place of its parent in the list, or -1; of one that was sent already, its intent. */
  readonly parent: number;
  readonly parentIntent: number;
  readonly group: number;
  /** What the broker knows its group by, where a part of that was sent already. */
  readonly groupName: string;
  /** Units that others of its group have filled, which are taken off it; journals of before do not say. */
  readonly groupFilled?: number;
  readonly quantity: number;
  readonly limit: number | null;
  readonly stop: number | null;
  readonly trail: number | null;
  readonly limitOffset: number | null;
  readonly goodTill: number | null;
  readonly madeAt: number;
  readonly createdAt: number;
  readonly tag: string;
  /** Of one for a target: the orders whose end it waits for, with what of them is taken from its quantity already. */
  readonly behind?: readonly { readonly intent: number; readonly filled: number }[];
}

/** An order of which all or a part is to go that would close what was closed by hand, and that the broker may have as it was. */
export interface CutByHand {
  readonly intent: number;
  /** Units that it is to have, what it has filled included. */
  readonly units: number;
  /** Units that others of its group had filled by then: what they fill since is taken off it; journals of before do not say. */
  readonly others?: number;
}

/** What is kept with the orders. */
export interface KeptBeside {
  /** Symbols that are being flattened, and of which cancelled orders may bring more or have. */
  readonly flattening: readonly string[];
  readonly cut: readonly CutByHand[];
}

export interface HeldList extends Partial<KeptBeside> {
  readonly orders: readonly HeldOrder[];
  readonly bundles: readonly { readonly kind: BundleKind; readonly orders: readonly number[] }[];
}

/**
 * The orders that the engine holds until their market opens, those that wait for the end of others, what is being
 * flattened and what is to be cut: they are kept as they stand whenever something is committed.
 */
export class HeldOrders {
  private readonly account: BrokerAccount;
  private readonly intentOf: (row: number) => number;
  private readonly groupNameOf: (group: number) => string;
  private readonly filledOfGroup: (group: string) => number;
  private readonly waits: (row: number) => boolean;
  private readonly beside: () => KeptBeside;
  private bundles: { readonly kind: BundleKind; readonly orders: readonly number[] }[] = [];
  private kept: string;

  /** @param kept what the journal has, as JSON */
  constructor(
    account: BrokerAccount,
    kept: string,
    intentOf: (row: number) => number,
    groupNameOf: (group: number) => string,
    filledOfGroup: (group: string) => number,
    waits: (row: number) => boolean,
    beside: () => KeptBeside,
  ) {
    this.account = account;
    this.kept = kept;
    this.intentOf = intentOf;
    this.groupNameOf = groupNameOf;
    this.filledOfGroup = filledOfGroup;
    this.waits = waits;
    this.beside = beside;
  }

  add(kind: BundleKind, orders: readonly number[]): void {
    this.bundles.push({ kind, orders: [...orders] });
  }

  addWaiting(rows: readonly number[]): void {
    for (const row of rows) if (!this.bundles.some(({ orders }) => orders.includes(row))) this.add("order", [row]);
  }

  /** The list as JSON where it is not what was kept last; "" where there is nothing. */
  changed(): string | undefined {
    const beside = this.beside();
    const isAlone = beside.flattening.length === 0 && beside.cut.length === 0;
    if (this.bundles.length === 0 && isAlone && this.kept === "") return undefined;
    const { book } = this.account;
    const isHeld = (row: number): boolean => book.status[row] === HELD || this.waits(row);
    this.bundles = this.bundles.filter(({ orders }) => orders.some(isHeld));
    const isEmpty = this.bundles.length === 0 && isAlone;
    const text = isEmpty ? "" : JSON.stringify(this.list(isHeld, beside));
    if (text === this.kept) return undefined;
    this.kept = text;
    return text;
  }

  private list(isHeld: (row: number) => boolean, { flattening, cut }: KeptBeside): HeldList {
    const rows = [...new Set(this.bundles.flatMap(({ orders }) => orders.filter(isHeld)))].sort((a, b) => a - b);
    return {
      orders: rows.map((row) => this.orderOf(row, rows)),
      bundles: this.bundles.map(({ kind, orders }) => ({
        kind,
        orders: orders.filter(isHeld).map((row) => rows.indexOf(row)),
      })),
      ...(flattening.length > 0 && { flattening }),
      ...(cut.length > 0 && { cut }),
    };
  }

  private orderOf(row: number, rows: readonly number[]): HeldOrder {
    const { book, market } = this.account;
    const groupName = this.groupNameOf(book.group[row]);
    return {
      symbol: market.instruments[book.instrument[row]].symbol,
      side: book.side[row],
      type: book.type[row],
      tif: book.tif[row],
      flags: book.flags[row],
      parent: rows.indexOf(book.parent[row]),
      parentIntent: this.intentOf(book.parent[row]),
      group: book.group[row],
      groupName,
      groupFilled: this.filledOfGroup(groupName),
      quantity: book.quantity[row],
      ...pricesOf(book, row),
      madeAt: book.madeAt[row],
      createdAt: book.createdAt[row],
      tag: book.tags.get(row) ?? "",
      ...(book.behind.has(row) && {
        behind: book.behind.get(row)?.map((one) => ({ intent: this.intentOf(one), filled: book.filled[one] })),
      }),
    } as HeldOrder;
  }
}

function pricesOf(
  book: OrderBook,
  row: number,
): Pick<HeldOrder, "limit" | "stop" | "trail" | "limitOffset" | "goodTill"> {
  const known = (value: number): number | null => (value === value ? value : null);
  return {
    limit: known(book.limit[row]),
    stop: known(book.stop[row]),
    trail: known(book.trailOf(row)),
    limitOffset: known(book.limitOffsetOf(row)),
    goodTill: known(book.goodTillOf(row)),
  };
}
