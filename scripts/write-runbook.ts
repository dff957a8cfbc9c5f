// Writes docs/runbook.md from the tables of alerts and, below, of guards: `npx jiti scripts/write-runbook.ts`. A test
// holds the page, the tables and the guards together.

import { writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ALERTS, type AlertLevel } from "../live/alerts.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What an operator does when a guard stops orders, by the guard's name and the codes it denies with. */
export const GUARD_ENTRIES: Readonly<Record<string, { readonly codes: readonly string[]; readonly remedy: string }>> = {
  killSwitch: {
    codes: ["KILL_SWITCH"],
    remedy:
      "Somebody, a file or a signal has turned it on: the reason is in the denial. `npx seatrial kill --release` turns it off.",
  },
  connection: {
    codes: ["CONNECTION"],
    remedy:
      "Its reason says what is down. Wait where it is IB's reset; otherwise see the alerts CONNECTION_LOST, UPSTREAM_LOST and FARM_BROKEN. A reconciliation and a missing fresh quote pass by themselves.",
  },
  session: {
    codes: ["SESSION_CLOSED", "SESSION_ENDING"],
    remedy:
      "Nothing, if the strategy may wait for the next session. The market is open while `npx seatrial calendar` and IB both have it so; see the alert HOURS_DIFFER.",
  },
  staleQuote: {
    codes: ["STALE_QUOTE"],
    remedy:
      "Compare with TWS' own window. An instrument that is quoted seldom by nature is `thin: true` under `instruments`; see the alert QUOTES_SILENT.",
  },
  dataType: {
    codes: ["DATA_TYPE"],
    remedy:
      "The login has no real-time data for it, or another session has taken it: see the alert DATA_NOT_REAL_TIME.",
  },
  sentinelPrices: {
    codes: ["NO_PRICE"],
    remedy:
      "There is no bid, ask or last price: before the open nothing; during it see whether TWS quotes the instrument.",
  },
  crossedQuote: {
    codes: ["CROSSED_QUOTE", "WIDE_QUOTE"],
    remedy:
      "Right after an open or in a thin market it passes. Where it stays and the spread is that wide by nature, set `crossedQuote` for it in the guards.",
  },
  priceJump: {
    codes: ["PRICE_JUMP"],
    remedy:
      "Look at the news. Updates that agree confirm the price by themselves; an adjusted price after a split needs a restart.",
  },
  frozenQuote: {
    codes: ["FROZEN_QUOTE"],
    remedy: "The session asks for the data again by itself; see the alert QUOTES_FROZEN.",
  },
  halted: {
    codes: ["HALTED"],
    remedy: "Wait for the halt to be lifted; see the alert TRADING_HALTED for what it means for stops.",
  },
  priceBand: {
    codes: ["PRICE_BAND"],
    remedy: "The strategy has asked for a limit far through the market: look at how it makes its prices.",
  },
  orderSize: {
    codes: ["ORDER_SIZE"],
    remedy: "The order is larger than the cap. Look at why before you raise it; caps hold for exits, too.",
  },
  orderValue: { codes: ["ORDER_VALUE"], remedy: "As for orderSize, in money." },
  participation: {
    codes: ["PARTICIPATION"],
    remedy: "The order is too large for what trades: split it, or trade something else.",
  },
  blocked: {
    codes: ["RECONCILE"],
    remedy:
      "The journal and the broker disagree, or an order is lost: see the alerts POSITION_DIFFERS and INTENT_LOST, and `npx seatrial status`.",
  },
  position: {
    codes: ["POSITION"],
    remedy: "The strategy wants more than the cap of one instrument: look at why before you raise it.",
  },
  exposure: {
    codes: ["EXPOSURE"],
    remedy: "All positions together are at their cap: nothing, or raise it outside of trading hours.",
  },
  openOrders: {
    codes: ["OPEN_ORDERS"],
    remedy: "Too many orders work. Look with `npx seatrial orders` whether the strategy forgets to cancel.",
  },
  orderRate: {
    codes: ["ORDER_RATE", "ORDER_REPEATED"],
    remedy:
      "A strategy that asks for the same again and again has a mistake: turn the kill switch on and look at its log.",
  },
  dailyLoss: {
    codes: ["DAILY_LOSS"],
    remedy:
      "Entries are over for the day, after a restart too; see the alert LOSS_LIMIT. `loss=unknown`: something that is held has had no price since the start.",
  },
  drawdown: {
    codes: ["DRAWDOWN"],
    remedy:
      "Entries are over until somebody changes the limit, after a restart too; what it is set to counts from the same peak. See the alert LOSS_LIMIT.",
  },
  clockSkew: {
    codes: ["CLOCK_SKEW"],
    remedy: "Turn on the machine's time synchronisation; see the alert CLOCK_SKEWED.",
  },
};

/** Denials of the session itself, beside the guards. */
const SESSION_DENIALS: Readonly<Record<string, string>> = {
  STRATEGY_STOPPED: "A handler has failed: see the alert STRATEGY_FAILED.",
  STOPPING: "Nothing: the session was asked to stop and to close its positions, and opens none until its next start.",
  BRACKET_CROSSED: "Nothing: the market had passed the stop loss or the take profit before the entry could be made.",
  CATCH_UP: "Nothing: the bar that it was decided on came late, after a break, and its signal was old.",
  RATE_UNKNOWN: "Say under `rates` in the configuration what the currency is worth, or trade its pair as well.",
  OTHER_CLIENT:
    "The strategy has changed an adopted order that another client has made, or has made a child of it: change it there, or in TWS, and make exits as orders of their own.",
  TERMS_UNKNOWN:
    "The strategy has changed an adopted order of which TWS does not tell all that a change has to say again: change it in TWS, or cancel it and make another.",
  NOT_CONNECTED: "As for the guard connection.",
  JOURNAL: "The journal cannot be written: see the alert JOURNAL_FAILED.",
};

const LEVELS: readonly (readonly [AlertLevel, string])[] = [
  ["act", "Somebody has to act"],
  ["look", "Somebody should look"],
  ["note", "Worth knowing"],
];

/** The whole page. */
export function runbookPage(): string {
  return `${HEAD}\n${LEVELS.map(([level, heading]) => alerts(level, heading)).join("\n")}\n${guards()}`;
}

function alerts(level: AlertLevel, heading: string): string {
  const rows = Object.entries(ALERTS)
    .filter(([, one]) => one.level === level)
    .map(
      ([code, { sentence, session, remedy }]) =>
        `| \`${code}\` | ${cell(sentence)} | ${cell(session)} | ${cell(typed(remedy))} |`,
    );
  return [
    `### ${heading}`,
    "",
    "| alert | what has happened | what the session does | what you do |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function guards(): string {
  const rows = Object.entries(GUARD_ENTRIES).map(([name, { codes, remedy }]) => {
    const shown = codes.map((code) => `\`${code}\``).join(", ");
    return `| \`${name}\` | ${shown} | ${cell(remedy)} |`;
  });
  const further = Object.entries(SESSION_DENIALS).map(([code, remedy]) => `| \`${code}\` | ${cell(remedy)} |`);
  return [
    GUARDS_HEAD,
    "| guard | denies with | what you do |",
    "|---|---|---|",
    ...rows,
    "",
    "The session itself stops some orders, too:",
    "",
    "| code | what you do |",
    "|---|---|",
    ...further,
    "",
  ].join("\n");
}

/** The commands of an alert as they are typed where Seatrial is a package of the project. */
function typed(text: string): string {
  return text.replaceAll("`seatrial ", "`npx seatrial ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
}

const HEAD = `# Runbook

What to do when something is not as it should be with a paper or live session. Alerts and guards are written by
\`npx jiti scripts/write-runbook.ts\` from their tables; a test fails where they differ. How sessions are run is in
[paper-and-live.md](paper-and-live.md), what they promise in [guarantees.md](guarantees.md), IB's codes are in
[troubleshooting.md](troubleshooting.md).

## First

\`npx seatrial status\` shows what keeps orders from leaving, the worst first. The log is \`session.log\` in the session's
folder: a line of JSON an event, with the alert's or the guard's code under \`code\`.

| you want to | do |
|---|---|
| stop new orders now, and keep positions with their exits | \`npx seatrial kill\`, or \`touch seatrial-sessions/NAME/KILL\`, or \`kill -USR2 PID\` |
| stop and close everything of the session | \`npx seatrial kill --flatten\`; its answer names what stays |
| close positions, and let the strategy go on | \`npx seatrial flatten\`; its answer names what stays |
| end the session in order | Ctrl-C where it runs, or \`npx seatrial stop\` |
| act when no command answers | TWS itself: cancel orders and close positions by hand. When the session runs again, \`npx seatrial adopt SYMBOL\` of what was closed; see [below](#when-a-position-was-closed-by-hand) |
| end a session that hears no Ctrl-C | \`kill -9 PID\`, on Windows the Task Manager; see [below](#when-a-session-is-gone) |

A position is closed when its working exits are known to be cancelled, with what they filled before: until then they may
fill, and a closing order beside them would turn the position round. That takes a moment. Where the broker does not
answer for ten seconds it is asked what became of them, and while one still stands the alert \`FLATTEN_INCOMPLETE\` names
it. What one filled whose end came without it is asked for at once; where the broker cannot tell its executions for ten
seconds, the position that it tells counts. What is closed is what is held then, and never more. An entry may fill more
before its own cancel comes through: that is closed by an order of its own, as soon as no more of it can come. A session
that is killed while it waits goes on closing when it starts again: what the kill switch, a loss limit or \`npx
seatrial flatten\` was to close at once and past all guards, what the strategy itself was closing with the first price
of the instrument.

An adopted order that only another client can cancel is named by the answers; see
[paper-and-live.md](paper-and-live.md#orders-of-others).

What the session has of an instrument that its run does not trade is left alone; see
[below](#when-the-run-does-not-trade-what-the-session-has).

## When a session is gone

**It runs and answers nothing.** No command is answered within its time, and Ctrl-C, SIGTERM, SIGUSR2 and the file \`KILL\`
do nothing: a handler of the strategy does not return, and all of these wait for the thread that it holds. What is at the
broker works on. Cancel and close in TWS what must not stay, end the process with \`kill -9 PID\` (Windows: Task Manager;
its id is in the sentence of the command and in \`session.json\`), run \`npx seatrial kill\` if the next start is not to
trade, correct the strategy, and start it again. What was cancelled in TWS is taken up then; a position that was closed
there [is adopted](#when-a-position-was-closed-by-hand).

**Its process was killed, or the machine stopped.** Positions and protective orders are at the broker and work on. Start
the session as before, under the same name: it reads its journal and the broker's orders, executions and positions, and
goes on. Orders that could increase a position wait until that has agreed. Nothing that was written down is sent again.
The loss limits go on, too: the loss of the day, the peak, and whether they have stopped the day or the run.

**TWS or IB Gateway has restarted.** Nothing: the session connects again with the same client id and reconciles. IB logs
everybody out at weekends; TWS then waits for a login by hand unless it restarts by itself.

**It says that it runs already, and it does not.** The lock is one of the operating system and ends with its process:
there is another one. Its id is in the sentence and in \`session.json\`.

**Its journal is damaged or gone.** It does not start: a new journal would know of no order and no position, and so would
an older copy of the latest ones. Keep the file. Look at orders and positions in TWS, close or protect by hand what must
be, and start a session under a new name with \`--name\`: what the account holds is foreign to it, and \`npx seatrial adopt\`
takes it.

**The disk is full.** Nothing is sent that cannot be written down, so no new order leaves. Make room, start it again.

**The day's executions are gone.** IB tells executions only back to midnight. What was filled before is booked from the
change of position as \`recovered\`, with an estimated price; the position is right, the price is in the account statement.

## When a position was closed by hand

What is done in TWS is foreign to the session: of 10 SPY that it has bought and somebody has sold there, the session still
holds 10 and the account -10 that are not its own, which the alert \`FOREIGN_OPPOSITE\` says. TWS tells a program nothing
of what others do but what it leaves: where the account holds something else for five seconds than the session knows of,
the session looks at the account, as it does at a start, after a lost connection, when something is not clear, and in front
of a closing by force. What the strategy closed now would open the opposite; \`npx seatrial flatten\`,
\`kill --flatten\` and \`stop --flatten\` close no more than the account holds.

1. \`npx seatrial reconcile\` has the session look.
2. \`npx seatrial adopt SPY\` makes the -10 the session's own: its position is 0 then. It counts them at the price of the
   moment; what they were sold for is in TWS. Orders of the session that closed what is gone are cut to what is left, or
   cancelled, and so is the rest of an entry that has filled a part: the answer names them. Do so before the strategy or
   one of its exits closes: what works can be cancelled in TWS meanwhile.
3. Where \`npx seatrial status\` shows a difference in their place, for TWS tells the day's trades only, name it as
   foreign first, as below.

## When the run does not trade what the session has

A session that was started with other symbols than before keeps what it has of those that are missing: its journal counts
it, orders at the broker work on, and no strategy looks after it. The alert \`UNTRADED\` says so at the start, and
\`npx seatrial status\`, \`positions\` and \`orders\` mark it as not traded by this run. No command reaches it: neither
\`npx seatrial flatten\` nor \`kill --flatten\` nor \`stop --flatten\` closes or cancels it, and the kill switch cancels no
order of it, not even one that opens a position. Each of them closes what the run trades and names what stays; the three
that close exit with 1 then, and \`stop --flatten\` ends the session all the same.

1. To have the session close it, end it with \`npx seatrial stop\`, start it under the same name with that symbol among
   its symbols, and run \`npx seatrial flatten\` then.
2. To close it by hand, cancel in TWS first what works of it, for an exit that works on behind a closed position opens the
   opposite; then close there what the account has of it. The session counts its own until it is started with that symbol
   and \`npx seatrial adopt\` [takes it in](#when-a-position-was-closed-by-hand).

## When positions differ

1. \`npx seatrial reconcile\` looks again; a difference of a moment is gone then.
2. Look in TWS (Trades, and the activity statement) whose it is.
3. Name it: \`npx seatrial reconcile --difference SPY --as foreign --quantity -60\` for a trade that was made by hand
   or by another program; \`exercise\`, \`transfer\` or \`correction\` for what those words say. The quantity is the
   whole difference as it is shown. The block ends with that.
4. What is foreign may be made the session's own: \`npx seatrial adopt SPY\`.

## When an order is lost

The intent was written down and the broker has no trace of it: the process was cut between the two, or the connection
was. It is never sent again by itself. Two full reconciliations that agree end it by themselves. Where you know more than
they can: \`npx seatrial reconcile --settle REF --as gone\`, or \`--as filled --quantity 5 --price 101.25\`.
\`npx seatrial status\` shows the REF behind LOST. Of an order that has filled in part the rest counts as gone.

## Alerts
`;

const GUARDS_HEAD = `## Guards

A denied order stays here; the strategy is told, and goes on. What each guard stops, and its limits, is in
[guards.md](guards.md). One trip is seldom a reason to do anything; a count that climbs is.
`;

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(root, "docs", "runbook.md");
  writeFileSync(file, runbookPage());
  console.log(`${relative(process.cwd(), file)} is written.`);
}
