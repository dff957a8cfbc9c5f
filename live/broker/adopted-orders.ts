import type { BrokerAccount } from "../../core/broker.js";
import type { OrderRecord } from "../ledger/order-record.js";
import type { EngineTeller } from "./engine-teller.js";
import type { OrderRows } from "./order-rows.js";
import type { OrderWatch } from "./order-watch.js";
import { restoredAlone } from "./restored-run.js";

export interface AdoptedOrdersParts {
  readonly account: BrokerAccount;
  readonly rows: OrderRows;
  readonly teller: EngineTeller;
  readonly watch: OrderWatch;
}

/**
 * Has orders that an operator has adopted join the run while it goes on. Each gets the row that the next start would have
 * given it, so that the run is the same with and without a start in between.
 */
export class AdoptedOrders {
  private readonly parts: AdoptedOrdersParts;

  constructor(parts: AdoptedOrdersParts) {
    this.parts = parts;
  }

  /** Of an instrument that this run does not trade it has no row: only the ledger knows of it. */
  join(record: OrderRecord): void {
    const { account, rows, teller, watch } = this.parts;
    const instrument = account.market.instruments.findIndex(({ symbol }) => symbol === record.intent.symbol);
    // Told twice it is one order all the same.
    if (instrument < 0 || record.row >= 0) return;
    const row = account.events.joined(restoredAlone(record, instrument));
    rows.bind(row, record);
    teller.sentAt[row] = record.intent.at;
    watch.endsKnown();
  }
}
