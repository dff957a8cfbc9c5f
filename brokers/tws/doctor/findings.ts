import type { ErrorDetails } from "../../../core/errors.js";

/** Whether something keeps a session from working, may do so, or is only worth knowing. */
export type Severity = "problem" | "warning" | "note";

export interface FindingEntry {
  readonly severity: Severity;
  /** What is found, in one sentence. `{name}` is replaced by the detail of that name. */
  readonly says: string;
  /** What to do about it, in one sentence or two. */
  readonly remedy: string;
}

type FindingTable = Readonly<Record<string, FindingEntry>>;

/** All that `seatrial doctor` can find; docs/troubleshooting.md is written from it. */
export const FINDINGS = {
  NOTHING_LISTENS: {
    severity: "problem",
    says: "Nothing listens on {host} at {ports}.",
    remedy:
      'Start TWS or IB Gateway and log in. In TWS switch on "Enable ActiveX and Socket Clients" under File, Global Configuration, API, Settings, for without it no port is open; where another "Socket port" stands there, name it with --port.',
  },
  HOST_UNKNOWN: {
    severity: "problem",
    says: "There is no host {host}.",
    remedy: "Correct --host, or name the machine by its address.",
  },
  HOST_UNREACHABLE: {
    severity: "problem",
    says: "{host} does not answer at {ports} ({reason}).",
    remedy: "Check that the machine is on and that no firewall on it or between lets nothing through to this port.",
  },
  ADDRESS_NOT_TRUSTED: {
    severity: "problem",
    says: "{host}:{port} takes the connection and closes it at once: it does not trust the address of this machine, or is a proxy with nothing behind it.",
    remedy:
      'In TWS or IB Gateway clear "Allow connections from localhost only" and enter the address of this machine under "Trusted IPs" (Global Configuration, API, Settings). If the port is that of a container or a tunnel, see whether the gateway behind it runs.',
  },
  PROXY_WITHOUT_GATEWAY: {
    severity: "problem",
    says: "{host}:{port} takes the connection and closes it at once: a proxy, container or tunnel listens there, and no TWS or IB Gateway answers behind it.",
    remedy:
      "Look at the container or tunnel that has the port: the gateway in it has not started, is not logged in, or listens on another port inside. If TWS itself has the port, restart it.",
  },
  NO_GREETING: {
    severity: "problem",
    says: "{host}:{port} takes the connection and says nothing.",
    remedy:
      'Look at TWS: a dialog "Accept incoming connection attempt" waits for an answer, or it is still starting or logging in. Enter the address of this machine under "Trusted IPs" so that it is not asked again; if TWS does not react at all, restart it.',
  },
  NOT_TWS: {
    severity: "problem",
    says: "{host}:{port} is not TWS: {what} answers there.",
    remedy:
      "Name the port of the TWS API with --port: 7496 and 7497 for TWS, 4001 and 4002 for IB Gateway. The Client Portal gateway, usually at 5000, is another program.",
  },
  TOO_OLD: {
    severity: "problem",
    says: "The TWS at {host}:{port} speaks version {version} of the protocol, and {least} is the oldest that is understood.",
    remedy: "Update TWS or IB Gateway to the latest or stable release.",
  },
  TOO_NEW: {
    severity: "problem",
    says: "The TWS at {host}:{port} speaks version {version} of the protocol, and {most} is the latest that is understood.",
    remedy: "Update Seatrial; until then use the stable release of TWS or IB Gateway.",
  },
  CLIENT_ID_TAKEN: {
    severity: "problem",
    says: "Client id {clientId} is in use at {host}:{port}.",
    remedy:
      "Another program is connected with it, maybe a session of yours: stop it, or name another id with --client-id. After a lost connection TWS frees the id within a minute or two.",
  },
  REFUSED: {
    severity: "problem",
    says: "{host}:{port} refuses the connection with code {code}: {text}",
    remedy: "{remedy}",
  },
  CLOSED_AFTER_GREETING: {
    severity: "problem",
    says: "{host}:{port} greets and then closes the connection without a reason.",
    remedy:
      "Try another id with --client-id, for TWS may hold this one; if it goes on, restart TWS or IB Gateway and look into its log.",
  },
  NO_ORDER_ID: {
    severity: "problem",
    says: "{host}:{port} greets and never tells the next order id, without which nothing may be sent.",
    remedy: "TWS is still logging in or waits in a dialog: look at it. If it goes on, restart it.",
  },
  ORDER_IDS_TOO_HIGH: {
    severity: "problem",
    says: "The next order id of client {clientId} is {next}, among the ids of requests.",
    remedy:
      'Use another --client-id, or press "Reset API order ID sequence" under Global Configuration, API, Settings, with no order open.',
  },
  NO_UPSTREAM: {
    severity: "problem",
    says: "The TWS at {host}:{port} has no connection to IB.",
    remedy:
      "Check the network, and whether TWS asks for a login. IB resets each night around midnight New York time and on Friday night; after that it connects by itself.",
  },
  NO_ACCOUNT: {
    severity: "problem",
    says: "The TWS at {host}:{port} names no account.",
    remedy: "It is still logging in, or the user has no trading account: look at it.",
  },
  PAPER_ON_LIVE_PORT: {
    severity: "problem",
    says: "Port {port} is the one for live trading, and {account} is a paper account.",
    remedy:
      'Log in with the live user, or set "Socket port" to that for paper trading: 7497 in TWS, 4002 in IB Gateway. Seatrial refuses to run on a port of the wrong kind.',
  },
  LIVE_ON_PAPER_PORT: {
    severity: "problem",
    says: "Port {port} is the one for paper trading, and {account} is a live account: orders would be real.",
    remedy:
      'Log in with the paper user, or set "Socket port" to that for live trading: 7496 in TWS, 4001 in IB Gateway. Seatrial refuses to run on a port of the wrong kind.',
  },
  READ_ONLY: {
    severity: "problem",
    says: "The API of {host}:{port} is read-only: data comes, and every order is refused.",
    remedy:
      'Clear "Read-Only API" under Global Configuration, API, Settings. A dialog "API client needs write access" in TWS may be closed.',
  },
  ORDERS_NOT_TOLD: {
    severity: "warning",
    says: "The TWS at {host}:{port} does not answer what orders are open.",
    remedy: "Look whether a dialog waits in TWS; without this answer no session starts.",
  },
  TIME_NOT_TOLD: {
    severity: "warning",
    says: "The TWS at {host}:{port} does not tell its time, so it cannot be told from one that has died.",
    remedy: "It is overloaded or hangs: close what it does not need, or restart it.",
  },
  SLOW: {
    severity: "warning",
    says: "The TWS at {host}:{port} takes {ms} ms to answer.",
    remedy: "It is overloaded or far away: close windows and charts in it, give it more memory, or run closer to it.",
  },
  CLOCK_WRONG: {
    severity: "problem",
    says: "The clock of this machine and that of TWS are {seconds} s apart; beyond 10 s no order is made.",
    remedy: "Switch on time synchronisation (NTP) on both machines.",
  },
  CLOCK_SKEW: {
    severity: "warning",
    says: "The clock of this machine and that of TWS are {seconds} s apart.",
    remedy: "Switch on time synchronisation (NTP) on both machines; beyond 10 s no order is made.",
  },
  OTHER_TIME: {
    severity: "note",
    says: "{host}:{port} tells {time}, which is another day.",
    remedy: "That is as it should be for a simulated gateway; a real TWS and this machine have to agree on the time.",
  },
  FARM_BROKEN: {
    severity: "warning",
    says: "IB's data farm {farm} is out of reach for the TWS at {host}:{port}.",
    remedy: "It mostly comes back within minutes; quotes or history of its instruments wait for it until then.",
  },
  SYMBOL_UNKNOWN: {
    severity: "warning",
    says: "Market data was not tried, for IB has no one contract {symbol}: {text}",
    remedy: "Name an instrument that you trade with --symbol.",
  },
  CONTRACTS_NOT_TOLD: {
    severity: "warning",
    says: "The TWS at {host}:{port} does not answer what {symbol} is, so market data was not tried.",
    remedy: "IB's farm for contracts is out of reach, or TWS has just started: try again in a minute.",
  },
  NO_MARKET_DATA: {
    severity: "problem",
    says: "The user has no market data for {symbol}: {text}",
    remedy:
      "Subscribe to the exchange in Client Portal, under Settings, Market Data Subscriptions, and sign the agreements for use through the API; a paper user has the data of its live user only where sharing is switched on there. A new subscription counts from the next login on.",
  },
  DELAYED_DATA: {
    severity: "problem",
    says: "Market data for {symbol} is delayed, and no order is made on that.",
    remedy:
      "Subscribe to the exchange in Client Portal, under Settings, Market Data Subscriptions; a paper user has the data of its live user only where sharing is switched on there.",
  },
  COMPETING_SESSION: {
    severity: "problem",
    says: "Another session of the same user has the market data: {text}",
    remedy:
      "Log out the other one: a phone, a web browser, or a live TWS beside a paper one. Only one has live data at a time.",
  },
  FROZEN_DATA: {
    severity: "note",
    says: "Market data for {symbol} is frozen at the last close.",
    remedy: "Outside of trading hours that is as it should be; no order is made on it.",
  },
  NO_QUOTES: {
    severity: "note",
    says: "No quote of {symbol} came within {seconds} s.",
    remedy: "Outside of trading hours that is as it should be; otherwise try again with another --symbol.",
  },
} as const satisfies FindingTable;

export type FindingCode = keyof typeof FINDINGS;

/** What was found, for this machine and this TWS. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly says: string;
  readonly remedy: string;
}

export function finding(code: FindingCode, details: ErrorDetails): Finding {
  const { severity, says, remedy } = FINDINGS[code];
  return { code, severity, says: filled(says, details), remedy: filled(remedy, details) };
}

function filled(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name]));
}
