import { type Paint, plain } from "../../report/paint.js";
import { ALERTS } from "../alerts.js";
import type { StoppedSession } from "../control/stopped-session.js";
import type { OrderView, SessionView } from "../session-view.js";
import {
  ageCell,
  gainCell,
  instantCell,
  lineOf,
  moneyCell,
  priceCell,
  shortened,
  unitsCell,
  whenCell,
} from "./cells.js";
import { type Column, tableLines } from "./columns.js";

type Tone = keyof Paint | undefined;
interface Line {
  readonly text: string;
  readonly tone?: Tone;
}

/** Lines that belong together. */
interface Section {
  readonly head?: Line;
  readonly rows: readonly Line[];
  /** Rows that stay however low the screen is. */
  readonly least: number;
}

/** From this width on there are columns for what is seldom looked at. */
const WIDE = 100;

/**
 * A session on a terminal: never more lines than `height`, never one that is longer than `width`. Where there is not
 * room for all, the tables with most rows give some up, and say how many; what is wrong always stays.
 */
export function screenOf(view: SessionView, width: number, height: number, paint: Paint = plain): string[] {
  const isWide = width >= WIDE;
  const sections = [
    heading(view, width),
    troubles(view),
    quotes(view, isWide),
    positions(view, isWide),
    orders(view, isWide),
    trips(view),
    fills(view, isWide),
  ];
  return painted(sections, width, height, paint);
}

/** What a session that does not run has left, as lines that are no longer than `width`. */
export function stoppedScreenOf(stopped: StoppedSession, now: number, width: number, paint: Paint = plain): string[] {
  const isWide = width >= WIDE;
  const sections = [
    stoppedHeading(stopped, now),
    troubles(stopped),
    positions(stopped, isWide),
    orders(stopped, isWide),
    trips(stopped),
    fills(stopped, isWide),
  ];
  return painted(sections, width, Infinity, paint);
}

/** Tables alone, for commands that show one of them. */
export function tableOf(
  view: SessionView | StoppedSession,
  table: "orders" | "positions",
  width: number,
  paint: Paint = plain,
): string[] {
  const isWide = width >= WIDE;
  return painted([table === "orders" ? orders(view, isWide) : positions(view, isWide)], width, Infinity, paint);
}

function painted(sections: readonly Section[], width: number, height: number, paint: Paint): string[] {
  const shown = fitted(
    sections.filter(({ rows }) => rows.length > 0),
    height,
  );
  return shown.map(({ text, tone }) => {
    const cut = lineOf(text, width);
    return tone === undefined ? cut : paint[tone](cut);
  });
}

/** What an order asks for, such as "sell 100 stop 505.00". */
export function orderText(order: Pick<OrderView, "side" | "quantity" | "type" | "limit" | "stop">): string {
  const prices = [order.stop, order.limit].filter((price) => price !== null).map(priceCell);
  return [order.side, unitsCell(order.quantity), order.type, prices.join("/")].filter((word) => word !== "").join(" ");
}

const MODES = { simulated: "SIMULATED", paper: "PAPER", live: "LIVE: REAL MONEY" } as const;
const DATA_TYPES: Readonly<Record<number, string>> = {
  1: "real-time",
  2: "frozen",
  3: "delayed",
  4: "delayed, frozen",
};

function heading(view: SessionView, width: number): Section {
  const { connection, money, currency, strategy, now } = view;
  const [left, right] = [`${view.name}  ${MODES[view.mode]}  ${view.account}`, instantCell(now)];
  const first = `${left}${" ".repeat(Math.max(2, width - left.length - right.length))}${right}`;
  const params = Object.entries(strategy.params).map(([name, value]) => `${name} ${value}`);
  const isUp = connection.state === "ready";
  const up = `${connection.place} ${connection.state} for ${ageCell(now - connection.since)}`;
  const next =
    connection.nextAttemptAt === null
      ? ""
      : `, next attempt in ${ageCell(Math.max(0, connection.nextAttemptAt - now))}`;
  const facts = [
    `data ${connection.dataType === null ? "not yet known" : (DATA_TYPES[connection.dataType] ?? "unknown")}`,
    `clock ${connection.clockSkew === null ? "not yet known" : `${(connection.clockSkew / 1000).toFixed(2)} s off`}`,
    `lines ${connection.lines.used} of ${connection.lines.of}`,
  ];
  return {
    rows: [
      { text: first, tone: view.mode === "live" ? "loss" : "bold" },
      view.failure === null
        ? { text: [`${strategy.name} ${view.state}`, ...params].join("  ") }
        : { text: `${strategy.name} HAS FAILED  session ${view.state}, orders at the broker work on`, tone: "loss" },
      { text: isUp ? `${up}  ${facts.join("  ")}` : `${up}${next}`, tone: isUp ? undefined : "loss" },
      ...(isUp ? [] : [{ text: `  ${connection.reason}`, tone: "loss" } as const]),
      {
        text: `equity ${moneyCell(money.equity)} ${currency}  day ${gainCell(money.day)}  session ${gainCell(money.session)}  fees ${moneyCell(money.fees)}`,
      },
    ],
    least: Number.POSITIVE_INFINITY,
  };
}

function stoppedHeading(stopped: StoppedSession, now: number): Section {
  const { name, started, failure } = stopped;
  const mode = started?.mode;
  const rows: Line[] = [];
  if (started === null) rows.push({ text: `${name}  does not run`, tone: "bold" });
  else {
    const { account, strategy, ended, startedAt } = started;
    rows.push({ text: `${name}  ${MODES[started.mode]}  ${account}  does not run`, tone: "bold" });
    rows.push({ text: `${strategy.name} was started ${instantCell(startedAt)}` });
    const end =
      ended === undefined
        ? { text: "It did not end in order: it was killed, or its machine stopped.", tone: "warn" as const }
        : { text: `It ended ${ageCell(now - ended.at)} ago: ${ended.how}` };
    rows.push(end);
  }
  if (failure !== null) rows.push({ text: `STRATEGY FAILED: ${failure}`, tone: "loss" });
  const left =
    mode === "simulated"
      ? `This is how it stood at ${instantCell(stopped.now)}; its simulated gateway, orders and positions ended with it.`
      : "This is what its journal has; orders at the broker may have filled since.";
  rows.push({ text: left, tone: "dim" });
  return { rows, least: Number.POSITIVE_INFINITY };
}

/** What keeps orders from leaving, and what somebody should look at; the worst first. */
function troubles(view: SessionView | StoppedSession): Section {
  const { killSwitch, blocks, lostIntents, reconciliation, now } = view;
  const farmsBroken = "connection" in view ? view.connection.farmsBroken : [];
  const alerts = "alerts" in view ? view.alerts : [];
  const rows: Line[] = [];
  if (killSwitch.isOn) {
    const more = killSwitch.flatten ? ", to close all positions" : "";
    rows.push({
      text: `KILL SWITCH ON since ${whenCell(killSwitch.since, now)}${more}: ${killSwitch.reason}`,
      tone: "loss",
    });
  }
  for (const block of blocks) rows.push({ text: `BLOCKED ${block.symbol}: ${block.reason}`, tone: "loss" });
  for (const lost of lostIntents) {
    const what = `${lost.side} ${unitsCell(lost.quantity)} ${lost.symbol}`;
    rows.push({ text: `LOST ${lost.ref}, ${what}: the broker has no trace of it`, tone: "loss" });
  }
  if (farmsBroken.length > 0) rows.push({ text: `FARMS BROKEN ${farmsBroken.join(", ")}`, tone: "warn" });
  if (reconciliation !== null && !reconciliation.agreed) {
    for (const one of reconciliation.differences) rows.push({ text: `DIFFERS ${one}`, tone: "loss" });
  }
  for (const alert of alerts) {
    const { level } = ALERTS[alert.code];
    rows.push({ text: `${whenCell(alert.at, now)} ${alert.text}`, tone: TONES[level] });
  }
  return { rows, least: 6 };
}

const TONES = { act: "loss", look: "warn", note: undefined } as const;

function section<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  least: number,
  tone: (row: Row) => Tone = () => undefined,
): Section {
  const lines = tableLines(columns, rows);
  return {
    head: { text: lines.head, tone: "dim" },
    rows: lines.rows.map((text, i) => ({ text, tone: tone(rows[i]) })),
    least,
  };
}

const symbolColumn = <Row extends { readonly symbol: string }>(head: string, isWide: boolean): Column<Row> => ({
  head,
  cell: ({ symbol }) => shortened(symbol, isWide ? 24 : 12).padEnd(9),
});

function quotes(view: SessionView, isWide: boolean): Section {
  type Row = SessionView["quotes"][number];
  const state = (row: Row): string =>
    [row.isHalted ? "halted" : "", row.isStale ? "stale" : ""].filter(Boolean).join(", ");
  const columns: Column<Row>[] = [
    symbolColumn("QUOTES", isWide),
    { head: "bid", align: "point", cell: (row) => priceCell(row.bid) },
    { head: "ask", align: "point", cell: (row) => priceCell(row.ask) },
    { head: "last", align: "point", cell: (row) => priceCell(row.last) },
    ...(isWide ? [{ head: "spread", align: "point", cell: spread } as const] : []),
    { head: "age", align: "right", cell: (row) => ageCell(row.age) },
    { head: "", cell: state },
  ];
  return section(columns, view.quotes, 2, (row) => (row.isStale || row.isHalted ? "warn" : undefined));
}

function spread({ bid, ask }: SessionView["quotes"][number]): string {
  return bid === null || ask === null ? priceCell(null) : priceCell(Math.round((ask - bid) * 1e8) / 1e8);
}

/** Of what is the session's, and left alone. */
const UNTRADED = "not traded by this run";

function positions(view: SessionView | StoppedSession, isWide: boolean): Section {
  interface Row {
    readonly symbol: string;
    readonly quantity: number;
    readonly averagePrice: number | null;
    readonly mark: number | null;
    readonly unrealised: number | null;
    readonly realised: number | null;
    readonly note: string;
  }
  const own = view.positions.map((one): Row => ({ ...one, note: one.isUntraded ? UNTRADED : "" }));
  const foreign = view.foreign.map(
    (one): Row => ({ ...one, mark: null, unrealised: null, realised: null, note: "foreign" }),
  );
  const columns: Column<Row>[] = [
    symbolColumn("POSITIONS", isWide),
    { head: "quantity", align: "right", cell: (row) => unitsCell(row.quantity) },
    { head: "average", align: "point", cell: (row) => priceCell(row.averagePrice) },
    { head: "mark", align: "point", cell: (row) => priceCell(row.mark) },
    { head: "unrealised", align: "point", cell: (row) => gainCell(row.unrealised) },
    { head: "realised", align: "point", cell: (row) => gainCell(row.realised) },
    { head: "", cell: (row) => row.note },
  ];
  const tone = (row: Row): Tone => {
    if (row.note !== "") return row.note === UNTRADED ? "warn" : "dim";
    return row.unrealised === null || row.unrealised === 0 ? undefined : row.unrealised > 0 ? "gain" : "loss";
  };
  return section(columns, [...own, ...foreign], 4, tone);
}

function orders(view: SessionView | StoppedSession, isWide: boolean): Section {
  type Row = OrderView & { readonly note: string };
  const own = view.orders.map(
    (one): Row => ({
      ...one,
      note: [one.isUntraded ? UNTRADED : "", one.isExit ? "exit" : ""].filter(Boolean).join(", "),
    }),
  );
  const foreign = view.foreignOrders.map((one): Row => ({ ...one, note: "foreign" }));
  const columns: Column<Row>[] = [
    symbolColumn("ORDERS", isWide),
    { head: "order", cell: orderText },
    { head: "filled", align: "right", cell: (row) => unitsCell(row.filled) },
    { head: "status", cell: (row) => row.status },
    { head: "age", align: "right", cell: (row) => ageCell(row.age) },
    ...(isWide
      ? [
          { head: "tif", cell: (row: Row) => row.tif },
          { head: "ref", cell: (row: Row) => row.ref },
        ]
      : []),
    { head: "", cell: (row) => row.note },
  ];
  const tone = (row: Row): Tone => {
    if (row.status === "unknown" || row.isUntraded) return "warn";
    return row.note === "foreign" ? "dim" : undefined;
  };
  return section(columns, [...own, ...foreign], 3, tone);
}

function trips(view: SessionView | StoppedSession): Section {
  type Row = SessionView["trips"][number];
  const columns: Column<Row>[] = [
    { head: "GUARD TRIPS", cell: (row) => row.code },
    { head: "count", align: "right", cell: (row) => unitsCell(row.count) },
    { head: "last", cell: (row) => whenCell(row.last.at, view.now) },
    { head: "", cell: (row) => `${row.last.symbol} ${row.last.reason.replace(/^[A-Z_]+: /, "")}` },
  ];
  return section(columns, view.trips, 1);
}

function fills(view: SessionView | StoppedSession, isWide: boolean): Section {
  type Row = SessionView["fills"][number];
  const columns: Column<Row>[] = [
    symbolColumn("FILLS", isWide),
    { head: "time", cell: (row) => whenCell(row.at, view.now) },
    { head: "side", cell: (row) => row.side },
    { head: "quantity", align: "right", cell: (row) => unitsCell(row.quantity) },
    { head: "price", align: "point", cell: (row) => priceCell(row.price) },
    { head: "fee", align: "point", cell: (row) => moneyCell(row.fee) },
    ...(isWide ? [{ head: "ref", cell: (row: Row) => row.ref }] : []),
    { head: "", cell: (row) => (row.isRecovered ? "recovered, price estimated" : "") },
  ];
  return section(columns, view.fills, 1);
}

/** All sections with an empty line between them, in no more lines than there are. */
function fitted(sections: readonly Section[], height: number): Line[] {
  const counts = sections.map(({ rows }) => rows.length);
  const linesOf = (i: number): number => {
    const { head, rows } = sections[i];
    const hidden = counts[i] < rows.length ? 1 : 0;
    return (i > 0 ? 1 : 0) + (head === undefined ? 0 : 1) + counts[i] + hidden;
  };
  const total = (): number => sections.reduce((sum, _, i) => sum + linesOf(i), 0);
  while (total() > height) {
    // Whichever has most above its least gives a row up.
    let widest = -1;
    let most = 0;
    for (const [i, { least }] of sections.entries()) {
      const above = counts[i] - least;
      if (above > most) [widest, most] = [i, above];
    }
    if (widest < 0) break;
    counts[widest]--;
  }
  const lines = sections.flatMap(({ head, rows }, i): Line[] => {
    const hidden = rows.length - counts[i];
    return [
      ...(i > 0 ? [{ text: "" }] : []),
      ...(head === undefined ? [] : [head]),
      ...rows.slice(0, counts[i]),
      ...(hidden > 0 ? [{ text: `… ${hidden} more`, tone: "dim" } as const] : []),
    ];
  });
  // A terminal too low for the least of everything shows what stands first.
  return lines.slice(0, height);
}
