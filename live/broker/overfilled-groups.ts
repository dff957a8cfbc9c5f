import { DUST } from "../../core/dust.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { isExitOf } from "../ledger/units-held.js";
import { unitsCell } from "../screen/cells.js";
import type { BrokerNews } from "./broker-news.js";

/** Orders that together were to fill no more than so many units. */
interface Together {
  /** What tells them from others. */
  readonly key: string;
  readonly records: readonly OrderRecord[];
  readonly most: number;
}

/**
 * Tells of orders that have filled more together than one of them should have. TWS cuts the others of a group a while
 * after one has filled, and where the market passes both prices meanwhile both fill: nothing here can prevent it, and
 * the position that comes of it is one that nobody has asked for.
 */
export class OverfilledGroups {
  private readonly ledger: Ledger;
  private readonly news: BrokerNews;
  /** Units that were told to have filled, by what they belong to. */
  private readonly told = new Map<string, number>();

  constructor(ledger: Ledger, news: BrokerNews) {
    this.ledger = ledger;
    this.news = news;
  }

  /** An order has filled, or has ended with less than its exits were to close. */
  look(record: OrderRecord): void {
    const parent = this.ledger.record(record.intent.parent);
    if (parent !== undefined && isExitOf(record, parent)) this.lookAt(this.exitsOf(parent));
    else if (record.intent.group !== "") this.lookAt(this.groupOf(record));
    if (record.isEndHeard) this.lookAt(this.exitsOf(record));
  }

  private lookAt({ key, records, most }: Together): void {
    const filled = records.reduce((sum, one) => sum + unitsOf(one), 0);
    if (filled <= most + DUST || filled <= (this.told.get(key) ?? 0) + DUST) return;
    this.told.set(key, filled);
    const orders = records.filter((one) => one.filled > DUST).map(({ intent }) => intent.ref);
    const { symbol } = records[0].intent;
    const figures = { filled: unitsCell(filled), most: unitsCell(most) };
    this.news.alert("GROUP_OVERFILLED", { symbol, orders: orders.join(", "), ...figures });
  }

  /** What an order may yet fill its exits may close: how much that is, is known when it has ended. */
  private exitsOf(parent: OrderRecord): Together {
    const { id } = parent.intent;
    const size = parent.isEndHeard ? parent.filled : Math.max(parent.asked.quantity, parent.filled);
    const records = this.ledger.records.filter((one) => isExitOf(one, parent));
    return { key: `exits of ${id}`, records, most: size * parent.splitSince };
  }

  private groupOf({ intent: { group } }: OrderRecord): Together {
    const records = this.ledger.group(group);
    return { key: group, records, most: Math.max(...records.map((one) => one.terms.together * one.splitSince)) };
  }
}

function unitsOf({ filled, splitSince }: OrderRecord): number {
  return filled * splitSince;
}
