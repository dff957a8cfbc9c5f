import type { BrokerPosition } from "../../brokers/tws/account/account-questions.js";
import { DUST } from "../../core/dust.js";
import { type Instant, SECOND } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Ledger } from "../ledger/ledger.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";

/** How long the execution that explains a position may come behind it. */
const PATIENCE = 5 * SECOND;

/**
 * Notices that the account holds something else than is known, as where a position was closed by hand: TWS tells a program
 * nothing of what others do but what their trades leave. Whose it is, a look at the account says.
 */
export class PositionWatch {
  private readonly symbols: ReadonlyMap<number, string>;
  /** What was told last of each contract that may not be explained, and until when that has time. */
  private readonly told = new Map<number, { readonly quantity: number; readonly due: Instant }>();
  /** What was asked about and no look has found since: it is asked about once. */
  private readonly asked = new Map<number, number>();
  private readonly ledger: Ledger;
  private readonly news: BrokerNews;

  constructor(ledger: Ledger, instruments: readonly Instrument[], conIds: readonly number[], news: BrokerNews) {
    this.ledger = ledger;
    this.news = news;
    this.symbols = new Map(instruments.map(({ symbol }, i) => [conIds[i], symbol]));
  }

  /** When `look` is to be called; Infinity for never. */
  get due(): Instant {
    let due = Infinity;
    for (const one of this.told.values()) due = Math.min(due, one.due);
    return due;
  }

  heard({ account, conId, quantity }: BrokerPosition, now: Instant): void {
    if (!this.symbols.has(conId) || !this.isOfAccount(account)) return;
    const before = this.told.get(conId);
    const isOpen = before !== undefined && Math.abs(before.quantity - this.known(conId)) > DUST;
    this.told.set(conId, { quantity, due: isOpen ? before.due : now + PATIENCE });
  }

  /** The account was looked at, and held that: what was told of it is done with. */
  looked(positions: readonly BrokerPosition[]): void {
    this.asked.clear();
    for (const [conId, { quantity }] of this.told) {
      const held = positions.find((one) => one.conId === conId && this.isOfAccount(one.account));
      if ((held?.quantity ?? 0) === quantity) this.told.delete(conId);
    }
  }

  /** Asks for a look where what was told is not explained by now. */
  look(now: Instant): void {
    for (const [conId, { quantity, due }] of this.told) {
      if (due > now) continue;
      this.told.delete(conId);
      this.compare(conId, quantity);
    }
  }

  private isOfAccount(account: string): boolean {
    return account === "" || account === this.ledger.identity.account;
  }

  /** Units of the account that have a name, or a difference that waits for one. */
  private known(conId: number): number {
    const { ledger, symbols } = this;
    const symbol = symbols.get(conId) ?? "";
    return (ledger.holdings.get(symbol)?.quantity ?? 0) + (ledger.foreign.get(conId) ?? 0) + ledger.unnamed(symbol);
  }

  private compare(conId: number, quantity: number): void {
    const { symbols, asked, news } = this;
    const symbol = symbols.get(conId) ?? "";
    const known = this.known(conId);
    if (Math.abs(quantity - known) <= DUST) asked.delete(conId);
    else if (asked.get(conId) !== quantity) {
      asked.set(conId, quantity);
      news.ask(`the account holds ${unitsCell(quantity)} ${symbol}, and ${unitsCell(known)} are known`);
    }
  }
}
