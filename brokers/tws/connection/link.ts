import type { Asker, CodeClass } from "../../ib/code.js";
import { classify, IB_CODES, NO_REQUEST } from "../../ib/codes.js";
import { rejectText } from "../client/library-insides.js";
import type { TwsApi, TwsEvents } from "../client/tws-api.js";
import type { TwsAddress, TwsClient } from "../client/tws-client.js";
import { type Refusal, TwsError } from "../errors.js";
import { type ListenerFailed, Listeners } from "../listeners.js";
import type { Traffic } from "../recording/traffic.js";
import { Heartbeat, type HeartbeatTimes, type Latency } from "./heartbeat.js";
import { isOrderId, type OrderId, type RequestIds } from "./ids.js";
import { Outbox, URGENCY } from "./outbox.js";
import { ask, type Question } from "./question.js";
import { ANSWER_EVENTS, RequestTable } from "./request-table.js";
import { openStream, type Stream } from "./stream.js";
import { askUnnumbered, UNNUMBERED_EVENTS, type UnnumberedAnswers, type UnnumberedQuestion } from "./unnumbered.js";

/** How long the steps of a connection may take, in milliseconds. */
export interface LinkTimes {
  /** Until the socket is there. */
  readonly dial: number;
  /** Until TWS has told its version. */
  readonly greet: number;
  /** Until TWS has told the next order id. */
  readonly start: number;
  readonly heartbeat: HeartbeatTimes;
}

/** What TWS says of an order that is no status of it. */
export interface OrderTold extends Refusal {
  readonly orderId: OrderId;
  /** TWS's advanced reject as it came: mostly JSON. */
  readonly reject: string | undefined;
}

/** What a link tells while it lasts. */
export interface LinkHooks {
  readonly failed: ListenerFailed;
  readonly traffic: Traffic | undefined;
  /** The socket is there, and TWS is being greeted. */
  dialled(): void;
  /** Who asked under an order's id: to place it, change it or cancel it. */
  askerOf(orderId: OrderId): Asker;
  order(told: OrderTold): void;
  /** A message that answers nobody. */
  notice(refusal: Refusal): void;
  /** TWS has told its time, in whole seconds. */
  measured(latency: Latency, seconds: number): void;
  /** Messages that came together have been read, and whoever they are for has been told. */
  batch(): void;
  /** A message could not be read. */
  undecoded(problem: string, fields: readonly string[]): void;
  /** It is over, once; nothing is told afterwards. */
  gone(reason: TwsError): void;
}

/** Schedules came with 165, and nothing else that is used came later. */
export const LEAST_VERSION = 165;
/** The latest that the client library reads. */
export const MOST_VERSION = 193;

/** The code with which TWS complains of too many messages a second. */
const TOO_FAST = 100;

const ENDINGS: readonly CodeClass[] = ["connection-retry", "connection-fatal"];

/**
 * One connection, from its dialling to its end. It is never used again: what it did not send dies with it, and no
 * message of it can meet the next one.
 */
export class Link {
  readonly api: TwsApi;
  readonly mostBars: number;
  readonly requests = new RequestTable();
  /** Answers that carry no id, for whoever waits for them. */
  readonly unnumbered: Listeners<UnnumberedAnswers>;
  readonly outbox: Outbox;
  /** Bytes that have been read of this connection, and what they said dealt with. */
  bytesRead = 0;
  private readonly written: () => number;
  serverVersion = 0;
  accounts: readonly string[] = [];
  nextOrderId = 0;
  private readonly address: TwsAddress;
  private readonly times: LinkTimes;
  private readonly hooks: LinkHooks;
  private readonly ids: RequestIds;
  private readonly heartbeat: Heartbeat;
  private step: "dialling" | "greeting" | "starting" | "open" | "gone" = "dialling";
  private timer: NodeJS.Timeout | undefined;
  private latest: readonly string[] = [];
  private unreadable: readonly string[] | undefined;
  /** What the socket or TWS said last that explains an end. */
  private socketError = "";
  private refusal: Refusal | undefined;
  private opened: { resolve: () => void; reject: (error: TwsError) => void } | undefined;

  constructor(
    client: TwsClient,
    address: TwsAddress,
    settings: { times: LinkTimes; perSecond: number; ids: RequestIds },
    hooks: LinkHooks,
  ) {
    this.api = client.api;
    this.mostBars = client.mostBars;
    this.written = client.written;
    this.address = address;
    this.times = settings.times;
    this.ids = settings.ids;
    this.hooks = hooks;
    this.outbox = new Outbox(settings.perSecond);
    this.unnumbered = new Listeners(hooks.failed);
    this.heartbeat = new Heartbeat(settings.times.heartbeat, {
      ask: (written) => this.askTime(written),
      measured: hooks.measured,
      dead: () => this.end(this.lost("it has given no sign of life")),
    });
  }

  /** Dials, and waits until requests may be made. @throws TwsError for what is in the way */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.opened = { resolve, reject };
      this.listen();
      this.hooks.traffic?.dialling(this.address);
      this.within(this.times.dial, () => this.unreachable("no answer"));
      this.api.connect();
    });
  }

  /** Asks once; see `ask`. */
  ask<T>(question: Question<T>): Promise<T> {
    if (this.step !== "open") return Promise.reject(new TwsError("NOT_CONNECTED", { what: question.what }));
    return ask(this, this.ids.next(), question);
  }

  /** Opens a stream; see `openStream`. @throws TwsError NOT_CONNECTED */
  openStream(stream: Stream): () => void {
    if (this.step !== "open") throw new TwsError("NOT_CONNECTED", { what: stream.what });
    return openStream(this, this.ids.next(), stream);
  }

  /** Asks once for what is answered without an id; see `askUnnumbered`. */
  askUnnumbered<T>(question: UnnumberedQuestion<T>): Promise<T> {
    if (this.step !== "open") return Promise.reject(new TwsError("NOT_CONNECTED", { what: question.what }));
    return askUnnumbered(this, question);
  }

  /** Whether requests may be made. */
  get isOpen(): boolean {
    return this.step === "open";
  }

  /** Ends it from here. */
  close(): void {
    this.end(new TwsError("CONNECTION_CLOSED", { what: "a request" }));
  }

  /** Ends it because it is of no use. */
  fail(reason: TwsError): void {
    this.end(reason);
  }

  /** Why what was under way is over. */
  lost(reason: string, what = "the session"): TwsError {
    const said = this.refusal === undefined ? reason : `${reason}; TWS said ${this.refusal.code}, ${this.refusal.text}`;
    return new TwsError("CONNECTION_LOST", { what, reason: said.replace(/\.$/, "") }, this.said);
  }

  private listen(): void {
    this.on("received", (fields) => {
      this.latest = fields;
      this.heartbeat.heard();
      this.hooks.traffic?.received(fields);
    });
    this.on("sent", (fields) => {
      this.hooks.traffic?.sent(fields);
      this.onSent();
    });
    this.on("server", (version) => this.onServer(version));
    this.on("managedAccounts", (accounts) => {
      this.accounts = accounts.split(",").filter((account) => account !== "");
    });
    this.on("nextValidId", (orderId) => this.onNextValidId(orderId));
    this.on("currentTime", (seconds) => this.heartbeat.answered(seconds));
    this.on("info", (text, code) => this.onInfo(text, code));
    this.on("error", (error, code, id, reject) => this.onError(error.message, code, id, reject));
    this.on("disconnected", () => this.onDisconnected());
    for (const event of ANSWER_EVENTS) {
      this.on(event, (...args) => {
        const [id, ...rest] = args as [number, ...unknown[]];
        this.requests.answer(event, id, rest);
      });
    }
    for (const event of UNNUMBERED_EVENTS) this.on(event, (...args) => this.unnumbered.tell(event, args));
    this.on("execDetails", (id, ...execution) => {
      if (id === NO_REQUEST) this.unnumbered.tell("execution", execution);
    });
  }

  /** A listener of the library that throws would take what is left of the message with it, and the process. */
  private on<E extends keyof TwsEvents>(event: E, listener: (...args: TwsEvents[E]) => void): void {
    this.api.on(event, (...args) => {
      try {
        listener(...args);
      } catch (error) {
        this.hooks.failed(event, error);
      }
    });
  }

  private onSent(): void {
    if (this.step !== "dialling") return;
    this.step = "greeting";
    this.hooks.dialled();
    this.within(this.times.greet, () => new TwsError("TWS_SILENT", this.where({ seconds: this.times.greet / 1_000 })));
  }

  private onServer(version: number): void {
    this.serverVersion = version;
    if (version < LEAST_VERSION) {
      this.end(this.wrongVersion(version));
      return;
    }
    this.step = "starting";
    this.within(this.times.start, () => new TwsError("NO_ORDER_ID", this.where({ seconds: this.times.start / 1_000 })));
  }

  private onNextValidId(orderId: number): void {
    this.nextOrderId = orderId;
    if (this.step !== "starting") return;
    this.step = "open";
    clearTimeout(this.timer);
    this.heartbeat.start();
    this.opened?.resolve();
  }

  private onInfo(text: string, code: number): void {
    const refusal = { ...classify(code, "nobody", text), code, text };
    if (code === TOO_FAST) this.outbox.slowDown();
    // What ends a connection is said just before it ends.
    if (ENDINGS.includes(refusal.class) && IB_CODES[code]?.area === "connection") this.refusal = refusal;
    this.unnumbered.tell("refused", refusal);
    this.hooks.notice(refusal);
  }

  private onError(text: string, code: number, id: number, reject: unknown): void {
    // Whoever it answers, the next one costs a strike.
    if (code === TOO_FAST) this.outbox.slowDown();
    if (code === 505) this.onUndecoded(text);
    else if (id === NO_REQUEST && code === 502) this.socketError = text;
    else if (id === NO_REQUEST && code === 506)
      this.end(this.wrongVersion(this.serverVersion || this.api.serverVersion));
    else if (this.requests.told(id, code, text)) return;
    else if (isOrderId(id)) this.onOrder(id, code, text, rejectText(reject));
    else this.onInfo(text, code);
  }

  private onOrder(orderId: OrderId, code: number, text: string, reject: string | undefined): void {
    this.hooks.order({ ...classify(code, this.hooks.askerOf(orderId), text), code, text, orderId, reject });
  }

  /** Bytes that have been written to this connection. */
  get bytesWritten(): number {
    return this.written();
  }

  /** Messages that came together have been read. */
  onBatch(bytes: number): void {
    this.bytesRead += bytes;
    this.hooks.batch();
  }

  /** Historical bars have come, as the fields of their message. */
  onBars(fields: readonly string[]): void {
    this.requests.answer("historicalBars", Number(fields[1]), [fields]);
  }

  /** A message of market data has come, as its fields. @returns whether a stream takes it so */
  onTicks(fields: readonly string[]): boolean {
    return this.requests.ticks(fields);
  }

  /** The message is lost; what it answers is told, and everybody else goes on. */
  onUndecoded(problem: string): void {
    const fields = this.latest;
    // One message may have several things wrong with it.
    if (fields === this.unreadable) return;
    this.unreadable = fields;
    const short = problem.length > 200 ? `${problem.slice(0, 200)}…` : problem;
    this.requests.unread(fields, short);
    this.unnumbered.tell("unread", { message: fields[0] ?? "", problem: short });
    this.hooks.undecoded(short, fields);
  }

  private onDisconnected(): void {
    if (this.step === "dialling") this.end(this.unreachable(this.socketError || "no connection"));
    else if (this.step === "open") this.end(this.lost(this.socketError || "TWS has closed it"));
    else this.end(this.turnedAway());
  }

  private turnedAway(): TwsError {
    const { refusal } = this;
    if (refusal === undefined) return new TwsError("TWS_HUNG_UP", this.where());
    if (refusal.code === 326) return new TwsError("CLIENT_ID_TAKEN", this.where(), { refusal });
    const { code, says, remedy } = refusal;
    return new TwsError("TWS_REFUSED", { code, says, remedy }, { refusal });
  }

  private unreachable(reason: string): TwsError {
    return new TwsError("TWS_UNREACHABLE", this.where({ reason }), this.said);
  }

  private wrongVersion(version: number): TwsError {
    return new TwsError("TWS_VERSION", this.where({ version, least: LEAST_VERSION, most: MOST_VERSION }));
  }

  private where(more: Record<string, string | number> = {}): Record<string, string | number> {
    const { host, port, clientId } = this.address;
    return { host, port, clientId, ...more };
  }

  private get said(): { refusal?: Refusal } {
    return this.refusal === undefined ? {} : { refusal: this.refusal };
  }

  private askTime(written: () => void): void {
    this.outbox.put(URGENCY.cancel, {
      write: () => {
        this.api.reqCurrentTime();
        written();
      },
      dropped: () => undefined,
    });
  }

  private within(ms: number, reason: () => TwsError): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.end(reason()), ms);
  }

  private end(reason: TwsError): void {
    if (this.step === "gone") return;
    const wasOpen = this.step === "open";
    this.step = "gone";
    clearTimeout(this.timer);
    this.heartbeat.stop();
    // From here on the client's late events find nobody.
    this.api.removeAllListeners();
    this.api.disconnect();
    const errorFor = (what: string): TwsError => {
      if (reason.code === "CONNECTION_CLOSED") return new TwsError("CONNECTION_CLOSED", { what });
      // What TWS said is in that reason already.
      if (reason.code === "CONNECTION_LOST") return new TwsError(reason.code, { ...reason.details, what }, this.said);
      return this.lost(String(reason.details.reason ?? "it ended"), what);
    };
    this.requests.abandon(errorFor);
    this.unnumbered.tell("over", errorFor);
    this.outbox.close(errorFor("a message"));
    // Not its sentence, which names the host.
    this.hooks.traffic?.ended(reason.code);
    if (!wasOpen) this.opened?.reject(reason);
    this.hooks.gone(reason);
  }
}
