import type { OrderPort } from "../../brokers/tws/orders/order-port.js";
import type { BrokerAccount } from "../../core/broker.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { Denial } from "../../core/orders/denial.js";
import { HELD } from "../../core/orders/kinds.js";
import type { Journal } from "../journal/journal.js";
import type { Ledger } from "../ledger/ledger.js";
import type { OrderRecord } from "../ledger/order-record.js";
import { AdoptedOrders } from "./adopted-orders.js";
import type { BrokerNews } from "./broker-news.js";
import { ClosedByHand } from "./closed-by-hand.js";
import { ClosingOrders } from "./closing-orders.js";
import { ClosingSizes } from "./closing-sizes.js";
import { Consequences } from "./consequences.js";
import { CutsByHand } from "./cuts-by-hand.js";
import { EarlyOutcomes } from "./early-outcomes.js";
import { EngineTeller } from "./engine-teller.js";
import { ExcessOrders } from "./excess-orders.js";
import { ExitSizes } from "./exit-sizes.js";
import { FactQueue } from "./fact-queue.js";
import { ForcedClosing } from "./forced-closing.js";
import { HeldOrders } from "./held-orders.js";
import { LookAgain } from "./look-again.js";
import { NothingOpens } from "./nothing-opens.js";
import { OrderRows } from "./order-rows.js";
import { OrderWatch } from "./order-watch.js";
import { Outgoing } from "./outgoing.js";
import { PositionWatch } from "./position-watch.js";
import { RefusedCancels } from "./refused-cancels.js";
import { RefusedSizes } from "./refused-sizes.js";
import { ReportTeller } from "./report-teller.js";
import { SessionTeller } from "./session-teller.js";
import { StandingDifferences } from "./standing-differences.js";
import { UndeadOrders } from "./undead-orders.js";
import { UnprotectedEntries } from "./unprotected-entries.js";
import { filledOfGroup, UnsentSiblings } from "./unsent-siblings.js";
import { UnwantedOrders } from "./unwanted-orders.js";

/** What a live broker is made of and for. */
export interface LiveBrokerOptions {
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly port: OrderPort;
  /** The instruments of the run by index, each with the broker's number of its contract. */
  readonly instruments: readonly Instrument[];
  readonly conIds: readonly number[];
  readonly news: BrokerNews;
}

/** The parts that the broker of a live session is made of, made and joined: see live-broker.ts for what is done with them. */
export abstract class LiveBrokerParts {
  /** Called when there is something for `dispatch`. */
  onReady: () => void = () => undefined;
  protected readonly parts: LiveBrokerOptions;
  protected readonly watch: OrderWatch;
  protected readonly positions: PositionWatch;
  protected readonly again = new LookAgain();
  protected readonly standing = new StandingDifferences();
  protected readonly facts = new FactQueue();
  protected readonly rows = new OrderRows();
  protected readonly session: SessionTeller;
  protected readonly report: ReportTeller;
  protected readonly undead: UndeadOrders;
  protected readonly unwanted: UnwantedOrders;
  protected readonly early = new EarlyOutcomes();
  protected account: BrokerAccount | undefined;
  /** Whether the engine has been handed what the journal had left: before that nothing is news to it. */
  protected isBound = false;
  /** What was decided without the broker, to be told with its news. */
  protected decided: (() => void)[] = [];
  protected teller!: EngineTeller;
  protected outgoing!: Outgoing;
  protected closingSizes!: ClosingSizes;
  protected heldOrders!: HeldOrders;
  protected closing!: ClosingOrders;
  protected forced!: ForcedClosing;
  protected exits!: ExitSizes;
  protected cuts!: CutsByHand;
  protected closedByHand!: ClosedByHand;
  protected excess!: ExcessOrders;
  protected refused!: RefusedCancels;
  protected consequences!: Consequences;
  protected unprotected!: UnprotectedEntries;

  constructor(parts: LiveBrokerOptions) {
    this.parts = parts;
    this.watch = new OrderWatch(parts.ledger, (record) => this.teller.endsAt(record));
    this.positions = new PositionWatch(parts.ledger, parts.instruments, parts.conIds, parts.news);
    this.session = new SessionTeller(parts.ledger, parts.news);
    this.report = new ReportTeller(parts.news);
    this.unwanted = new UnwantedOrders(parts.port.clientId, parts.news);
    this.undead = new UndeadOrders({
      ledger: parts.ledger,
      news: parts.news,
      cancel: (record) => this.unwanted.add(record),
      isClosing: (record) => this.isBound && this.forced.isClosing(record),
      isKnown: ({ row }) => !this.isBound || row >= 0,
    });
    for (const { symbol, index } of parts.instruments) parts.ledger.symbolOf.set(parts.conIds[index], symbol);
    parts.port.onFact = (fact) => {
      this.facts.add(fact);
      this.onReady();
    };
  }

  abstract cancel(row: number): void;
  /** Ends an order that has not left, with those that wait for it. */
  protected abstract endUnsent(row: number): void;
  /** Tells the engine with the next news that an order cannot leave; without a denial, that it is cancelled. */
  protected abstract refuseLater(row: number, denial: Denial | undefined): void;

  connect(account: BrokerAccount): void {
    const { journal, ledger, port, instruments, conIds, news } = this.parts;
    this.account = account;
    this.teller = new EngineTeller(account, ledger, news, (row) => this.outgoing.isChanging(row));
    this.closing = new ClosingOrders(account, ledger, instruments);
    const isUnsent = (row: number): boolean => account.book.status[row] === HELD || this.outgoing.has(row);
    const endUnsent = (row: number): void => this.endUnsent(row);
    const unsent = new UnsentSiblings(account, isUnsent, endUnsent);
    const refusedSizes = new RefusedSizes(news);
    this.exits = new ExitSizes({
      account,
      ledger,
      rows: this.rows,
      refused: refusedSizes,
      clientId: port.clientId,
      change: (row) => this.outgoing.change(row),
      cancel: (row) => this.cancel(row),
      isUnsent,
      endUnsent,
    });
    const cancel = (row: number): void => this.cancel(row);
    const { exits, rows } = this;
    this.cuts = new CutsByHand(ledger, (row, units) => exits.leaveRow(row, units));
    const { cuts } = this;
    this.closedByHand = new ClosedByHand({ account, ledger, instruments, rows, exits, cuts, cancel });
    this.outgoing = new Outgoing({
      account,
      ledger,
      port,
      rows: this.rows,
      instruments,
      conIds,
      news,
      closing: this.closing,
      exits: this.exits,
      refused: refusedSizes,
      highestOrderId: journal.highestOrderId(port.clientId),
      refuse: (row, denial) => this.refuseLater(row, denial),
      disputed: (row, held, why) => this.forced.disputed(row, held, why),
    });
    this.closingSizes = new ClosingSizes({
      account,
      closing: this.closing,
      rows: this.rows,
      refused: refusedSizes,
      clientId: port.clientId,
      change: (row) => this.outgoing.change(row),
      cancel: (row) => this.cancel(row),
      isUnsent,
      disputed: (row, held, why) => this.forced.disputed(row, held, why),
    });
    this.forced = new ForcedClosing({
      account,
      ledger,
      instruments,
      news,
      closing: this.closing,
      waits: (row) => this.outgoing.has(row),
      cancelAgain: (record) => this.unwanted.add(record),
    });
    const family = { account, ledger, rows: this.rows, news, cancel: (row: number) => this.cancel(row) };
    this.unprotected = new UnprotectedEntries({
      ...family,
      unitsLeftTo: (stop) => this.undead.unitsLeftTo(stop),
      isClosing: (entry) => this.forced.isToBeClosed(entry),
    });
    this.excess = new ExcessOrders(account, ledger, (record) => this.unwanted.add(record));
    const isApart = (record: OrderRecord): boolean => record.isUndead || this.excess.isToEnd(record);
    this.refused = new RefusedCancels({
      ...family,
      cancel: (record) => {
        if (isApart(record)) this.unwanted.add(record);
        else this.cancel(record.row);
      },
      ending: [this.forced, this.unprotected, this.undead, this.excess],
      isApart,
      stands: (record) => this.consequences.keepClosed(record),
    });
    this.consequences = new Consequences({
      account,
      ledger,
      teller: this.teller,
      forced: this.forced,
      exits: this.exits,
      unsent,
      unprotected: this.unprotected,
      refused: this.refused,
      undead: this.undead,
      nothingOpens: new NothingOpens(family),
      adopted: new AdoptedOrders({ account, rows: this.rows, teller: this.teller, watch: this.watch }),
      afterwards: (act) => {
        this.decided.push(act);
        this.onReady();
      },
    });
    this.heldOrders = new HeldOrders(
      account,
      journal.heldOrders(),
      (row) => this.rows.at(row)?.intent.id ?? 0,
      (group) => this.outgoing.nameOfGroup(group),
      (group) => filledOfGroup(ledger, group),
      (row) => this.outgoing.has(row),
      () => ({ flattening: this.forced.symbols, cut: this.cuts.kept }),
    );
  }
}
