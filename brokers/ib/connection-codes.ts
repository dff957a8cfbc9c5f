import type { IbCodeTable } from "./code.js";

/** Codes of the way to TWS and of TWS's way to IB. 501 to 531 are made by client libraries, the others by TWS. */
export const CONNECTION_CODES = {
  326: {
    area: "connection",
    class: "connection-retry",
    says: "Another client is connected with this client id; TWS also holds an id for a while after its socket has died.",
    remedy: "Wait and connect again with the same id, or stop the other program; never trade under a random id.",
  },
  501: {
    area: "connection",
    class: "notice",
    says: "The client is connected already.",
    remedy: "Nothing.",
  },
  502: {
    area: "connection",
    class: "connection-retry",
    says: "Nothing answers on this host and port, or the socket failed.",
    remedy:
      'Start TWS or IB Gateway, switch on "Enable ActiveX and Socket Clients", and check the port: 7496 and 7497 are TWS live and paper, 4001 and 4002 IB Gateway live and paper.',
  },
  503: {
    area: "connection",
    class: "connection-fatal",
    says: "TWS is too old for this client.",
    remedy: "Update TWS or IB Gateway.",
  },
  504: {
    area: "connection",
    class: "disconnected",
    says: "A request was made without a connection; it was not sent.",
    remedy: "Connect first; an order that got this answer never left.",
  },
  505: {
    area: "connection",
    class: "connection-fatal",
    says: "A message could not be read: client and TWS do not agree on the protocol.",
    remedy: "Update Seatrial, or set TWS to a version it knows; send in a recording of the traffic.",
  },
  506: {
    area: "connection",
    class: "connection-fatal",
    says: "TWS offers a protocol version that the client does not speak.",
    remedy: "Update TWS and Seatrial.",
  },
  507: {
    area: "connection",
    class: "disconnected",
    says: "The stream ended in the middle of a message, often because the client id is in use.",
    remedy: "Connect again; if it happens at once each time, look for another program with this client id.",
  },
  509: {
    area: "connection",
    class: "disconnected",
    says: "The socket failed while something was being sent or read.",
    remedy: "Connect again, and take every order that was on its way as unknown until open orders and executions tell.",
  },
  531: {
    area: "connection",
    class: "disconnected",
    says: "The heartbeat could not be sent.",
    remedy: "Connect again.",
  },
  1100: {
    area: "connection",
    class: "upstream-lost",
    says: "TWS has lost IB's servers: a network failure, the nightly reset, or a second login of the same user.",
    remedy: "Make no new orders until 1101 or 1102; if it lasts beyond the reset window, look at TWS.",
  },
  1101: {
    area: "connection",
    class: "upstream-restored",
    says: "TWS has IB's servers again, and all data subscriptions are lost.",
    remedy: "Subscribe to everything again, then ask for open orders, executions and positions.",
  },
  1102: {
    area: "connection",
    class: "upstream-restored",
    says: "TWS has IB's servers again, and data subscriptions are said to have been kept.",
    remedy: "Verify that each stream moves, then ask for open orders, executions and positions.",
  },
  1300: {
    area: "connection",
    class: "connection-fatal",
    says: "The API port was changed in TWS; this connection ends.",
    remedy: "Set the new port in the configuration, and connect again.",
  },
  2110: {
    area: "connection",
    class: "upstream-lost",
    says: "TWS is not connected to IB's servers; it tries by itself.",
    remedy: "Make no new orders until 1101 or 1102; check the network and whether TWS asks for a login.",
  },
} as const satisfies IbCodeTable;
