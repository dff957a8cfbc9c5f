import { type Instant, SECOND } from "../../../core/market/bar-size.js";
import type { ContractBook } from "../contracts/contract-book.js";
import type { Listing } from "../contracts/listing.js";
import type { FaultState } from "../faults/fault-state.js";
import type { ClientSession } from "../session/client-session.js";
import { ClientStreams } from "../session/client-streams.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { Participant, Simulation } from "../simulation/simulation.js";
import type { FieldReader } from "../wire/field-reader.js";
import type { Message } from "../wire/message.js";
import { REQUEST } from "../wire/message-ids.js";
import { pnl, pnlSingle } from "./account-answers.js";
import type { AccountBook } from "./account-book.js";
import type { AccountFigures } from "./account-figures.js";

interface ProfitStream {
  readonly client: ClientSession;
  readonly request: number;
  readonly figures: AccountFigures;
  /** The position; undefined for the whole account. */
  readonly listing: Listing | undefined;
  told: string;
}

/** Profit and loss of accounts and positions, about once a second while it changes. */
export class PnlService implements Service, Participant {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.pnl]: (client, fields) => this.subscribe(client, fields, false),
    [REQUEST.pnlSingle]: (client, fields) => this.subscribe(client, fields, true),
    [REQUEST.cancelPnl]: (client, fields) => this.cancel(client, fields, false),
    [REQUEST.cancelPnlSingle]: (client, fields) => this.cancel(client, fields, true),
  };
  due: Instant = Infinity;
  private readonly book: AccountBook;
  private readonly contracts: ContractBook;
  private readonly simulation: Simulation;
  private readonly faults: FaultState;
  readonly streams = new ClientStreams<ProfitStream>();

  constructor(book: AccountBook, contracts: ContractBook, simulation: Simulation, faults: FaultState) {
    this.book = book;
    this.contracts = contracts;
    this.simulation = simulation;
    this.faults = faults;
  }

  /** Only what has moved can change a profit. */
  onTick(): void {
    if (this.streams.size > 0 && this.due === Infinity) {
      this.due = (Math.floor(this.simulation.now / SECOND) + 1) * SECOND;
    }
  }

  onDue(): void {
    for (const one of this.streams) this.tell(one);
    this.due = Infinity;
  }

  onInstantEnd(): void {}

  private subscribe(client: ClientSession, fields: FieldReader, isSingle: boolean): void {
    const request = fields.int();
    const account = fields.text();
    fields.text();
    const conId = isSingle ? fields.int() : 0;
    fields.end();
    const figures = this.book.get(account);
    if (figures === undefined) {
      refuse(request, {
        code: 321,
        text: `Error validating request.-'bQ' : cause - Invalid account code '${account}'.`,
      });
    }
    const listing = this.contracts.listings.find((one) => one.conId === conId);
    if (isSingle && listing === undefined) {
      refuse(request, { code: 321, text: "Error validating request.-'bQ' : cause - Invalid contract id" });
    }
    const one: ProfitStream = { client, request, figures, listing, told: "" };
    this.streams.add(one);
    this.tell(one);
  }

  private tell(one: ProfitStream): void {
    const { client, request, figures, listing } = one;
    if (this.faults.isUpstreamLost) return;
    this.book.look();
    const message: Message =
      listing === undefined ? pnl(request, figures.profit()) : pnlSingle(request, figures.profitOf(listing));
    const text = message.join(" ");
    if (text === one.told) return;
    one.told = text;
    client.send(message);
  }

  private cancel(client: ClientSession, fields: FieldReader, isSingle: boolean): void {
    const request = fields.int();
    fields.end();
    if (this.streams.remove(client, request)) return;
    const what = isSingle ? "PnL single" : "PnL";
    refuse(request, { code: isSingle ? 10186 : 10185, text: `Failed to cancel ${what} (not subscribed)` });
  }
}
