import { type Instant, MINUTE } from "../../../core/market/bar-size.js";
import { LEDGER_TAG } from "../../ib/account-tags.js";
import { LIMITS } from "../../ib/pacing.js";
import type { FaultState } from "../faults/fault-state.js";
import type { ClientSession } from "../session/client-session.js";
import { ClientStreams } from "../session/client-streams.js";
import { refuse } from "../session/refusal.js";
import type { RequestHandler, Service } from "../session/service.js";
import type { Participant, Simulation } from "../simulation/simulation.js";
import type { TimeTexts } from "../time-text.js";
import type { FieldReader } from "../wire/field-reader.js";
import { REQUEST } from "../wire/message-ids.js";
import {
  accountDownloadEnd,
  accountSummary,
  accountSummaryEnd,
  accountTime,
  accountUpdateMulti,
  accountUpdateMultiEnd,
  accountValue,
  portfolioValue,
} from "./account-answers.js";
import type { AccountBook } from "./account-book.js";
import type { AccountFigures } from "./account-figures.js";
import { type AccountValue, ledger } from "./account-values.js";

/** How often IB tells what has changed. */
const EVERY: Instant = 3 * MINUTE;

interface Summary {
  readonly client: ClientSession;
  readonly request: number;
  readonly tags: readonly string[];
  readonly accounts: readonly AccountFigures[];
  told: Map<string, string>;
}

interface Updates {
  readonly client: ClientSession;
  readonly figures: AccountFigures;
  told: Map<string, string>;
}

/** Account values: updates of one account, summaries of all, each told again when something has changed. */
export class AccountService implements Service, Participant {
  readonly requests: Readonly<Record<number, RequestHandler>> = {
    [REQUEST.accountUpdates]: (client, fields) => this.subscribe(client, fields),
    [REQUEST.accountSummary]: (client, fields) => this.summarise(client, fields),
    [REQUEST.cancelAccountSummary]: (client, fields) => this.cancelSummary(client, fields),
    [REQUEST.accountUpdatesMulti]: (client, fields) => this.updateMulti(client, fields),
    [REQUEST.cancelAccountUpdatesMulti]: (_client, fields) => {
      fields.int();
      fields.int();
      fields.end();
    },
  };
  due: Instant = Infinity;
  private readonly book: AccountBook;
  private readonly simulation: Simulation;
  private readonly texts: TimeTexts;
  private readonly faults: FaultState;
  private updates: Updates[] = [];
  private readonly summaries = new ClientStreams<Summary>();

  constructor(book: AccountBook, simulation: Simulation, texts: TimeTexts, faults: FaultState) {
    this.book = book;
    this.simulation = simulation;
    this.texts = texts;
    this.faults = faults;
  }

  left(client: ClientSession): void {
    this.updates = this.updates.filter((one) => one.client !== client);
    this.summaries.left(client);
  }

  /** All streams are lost, as after 1101. */
  forget(): void {
    this.updates = [];
    this.summaries.forget();
  }

  /** Positions or cash of an account have changed. */
  changed(account: string): void {
    for (const one of this.updates) if (one.figures.account === account) this.tellUpdates(one);
  }

  onTick(): void {}

  onDue(): void {
    for (const one of this.updates) this.tellUpdates(one);
    for (const one of this.summaries) this.tellSummary(one);
    this.plan();
  }

  onInstantEnd(): void {}

  private subscribe(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const subscribes = fields.bool();
    const account = fields.text();
    fields.end();
    this.updates = this.updates.filter((one) => one.client !== client);
    if (!subscribes) return;
    const figures = this.figuresOf(-1, account);
    const one: Updates = { client, figures, told: new Map() };
    this.updates.push(one);
    this.tellUpdates(one);
    if (!this.faults.hidesEnds) client.send(accountDownloadEnd(figures.account));
    this.plan();
  }

  private tellUpdates(one: Updates): void {
    const { client, figures } = one;
    if (this.faults.isUpstreamLost) return;
    const { account } = figures;
    for (const value of changes(this.book.values(figures), one.told)) client.send(accountValue(value, account));
    for (const position of figures.positions(true)) client.send(portfolioValue(position, account));
    client.send(accountTime(this.texts.minutes(this.simulation.now)));
  }

  private summarise(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    const group = fields.text();
    const tags = fields
      .text()
      .split(",")
      .map((tag) => tag.trim());
    fields.end();
    if ([...this.summaries].filter((one) => one.client === client).length >= LIMITS.accountSummaries) {
      refuse(request, {
        code: 322,
        text: "Error processing request.-'bN' : cause - Maximum number of account summary requests exceeded",
      });
    }
    const accounts = this.book.all.filter(({ account }) => group === "All" || group === account);
    if (accounts.length === 0) {
      refuse(request, { code: 321, text: `Error validating request.-'bN' : cause - Invalid group '${group}'` });
    }
    const one: Summary = { client, request, tags, accounts, told: new Map() };
    this.summaries.add(one);
    this.tellSummary(one);
    if (!this.faults.hidesEnds) client.send(accountSummaryEnd(request));
    this.plan();
  }

  private tellSummary(one: Summary): void {
    if (this.faults.isUpstreamLost) return;
    for (const figures of one.accounts) {
      const wanted = this.book.values(figures).filter(({ key }) => one.tags.includes(key));
      for (const tag of one.tags) {
        if (!tag.startsWith(LEDGER_TAG)) continue;
        wanted.push(...ledger(figures, tag.slice(LEDGER_TAG.length + 1)));
      }
      for (const value of changes(wanted, one.told, figures.account)) {
        one.client.send(accountSummary(one.request, value, figures.account));
      }
    }
  }

  private cancelSummary(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    fields.end();
    this.summaries.remove(client, request);
  }

  private updateMulti(client: ClientSession, fields: FieldReader): void {
    fields.int();
    const request = fields.int();
    const account = fields.text();
    fields.text();
    fields.bool();
    fields.end();
    const figures = this.figuresOf(request, account);
    for (const value of this.book.values(figures)) client.send(accountUpdateMulti(request, value, figures.account));
    if (!this.faults.hidesEnds) client.send(accountUpdateMultiEnd(request));
  }

  /** The account that is named; where there is only one, it need not be. */
  private figuresOf(request: number, account: string): AccountFigures {
    const figures = account === "" ? this.book.all[0] : this.book.get(account);
    if (figures !== undefined) return figures;
    return refuse(request, {
      code: 321,
      text: `Error validating request.-'bM' : cause - Invalid account code '${account}'.`,
    });
  }

  private plan(): void {
    const isNeeded = this.updates.length > 0 || this.summaries.size > 0;
    const { now } = this.simulation;
    this.due = isNeeded ? (Math.floor(now / EVERY) + 1) * EVERY : Infinity;
  }
}

/** The values that are not as they were told, which are told now. */
function changes(values: readonly AccountValue[], told: Map<string, string>, account = ""): AccountValue[] {
  return values.filter(({ key, value, currency }) => {
    const name = `${account} ${key} ${currency}`;
    if (told.get(name) === value) return false;
    told.set(name, value);
    return true;
  });
}
