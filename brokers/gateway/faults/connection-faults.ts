import { FARMS, type Farm } from "../session/farms.js";
import type { FaultKinds } from "./fault-kind.js";

const TIMES = { kind: "whole number", fallback: 1, says: "how many connections" } as const;

/** Faults of sockets, of the way from TWS to IB, and of the farms. */
export const CONNECTION_FAULTS: FaultKinds = {
  cut: {
    says: "The sockets of all clients are closed.",
    fields: {},
    begin: (target) => target.disconnect("end"),
  },
  reset: {
    says: "The sockets of all clients are reset, as when TWS dies.",
    fields: {},
    begin: (target) => target.disconnect("reset"),
  },
  "half-open": {
    says: "Nothing is read and nothing is sent, and no socket is closed; at the end the sockets are reset.",
    fields: {},
    lasts: "5min",
    begin: (target) => target.setSilence(true, false),
    end: (target) => {
      target.disconnect("reset");
      target.setSilence(false, true);
    },
  },
  silence: {
    says: "Requests are read and dealt with, and nothing is answered.",
    fields: {},
    lasts: "1min",
    begin: (target) => target.setSilence(true, true),
    end: (target) => target.setSilence(false, true),
  },
  split: {
    says: "What is sent comes in pieces of a few bytes.",
    fields: { bytes: { kind: "whole number", fallback: 3, says: "bytes a piece" } },
    lasts: "1h",
    begin: (target, fields) => target.setPieces(fields.number("bytes")),
    end: (target) => target.setPieces(0),
  },
  refuse: {
    says: "New connections are accepted and closed at once.",
    fields: { times: TIMES },
    begin: ({ state }, fields) => {
      state.refusedSockets += fields.number("times");
    },
  },
  "no-next-valid-id": {
    says: "New connections never hear a next valid order id.",
    fields: { times: TIMES },
    begin: ({ state }, fields) => {
      state.withheldIds += fields.number("times");
    },
  },
  "client-id-in-use": {
    says: "New connections are told that their client id is in use (326).",
    fields: { times: TIMES },
    begin: ({ state }, fields) => {
      state.takenIds += fields.number("times");
    },
  },
  "wrong-version": {
    says: "New connections are told a protocol version that nobody speaks.",
    fields: { times: TIMES },
    begin: ({ state }, fields) => {
      state.wrongVersions += fields.number("times");
    },
  },
  "rate-limit": {
    says: "Clients are told that they sent too much (100), and are disconnected.",
    fields: {},
    begin: (target) => {
      target.tell(100, "Max rate of messages per second has been exceeded:max=50 rec=51 (3)");
      target.disconnect("end");
    },
  },
  "daily-reset": {
    says: "The gateway restarts: 1100, all sockets closed, and no new ones until the end.",
    fields: {},
    lasts: "2min",
    begin: (target) => {
      target.tell(1100, UPSTREAM_LOST);
      target.disconnect("end");
      target.state.refusedSockets = Infinity;
    },
    end: ({ state }) => {
      state.refusedSockets = 0;
    },
  },
  "upstream-lost": {
    says: "TWS loses IB (1100) and finds it again: with its streams (1102), or without (1101). Orders wait meanwhile, and what becomes of them is told afterwards.",
    fields: { "keeps-data": { kind: "yes or no", fallback: true, says: "whether streams survive" } },
    lasts: "1min",
    begin: (target) => {
      target.state.isUpstreamLost = true;
      target.tell(1100, UPSTREAM_LOST);
    },
    end: (target, fields) => {
      const keeps = fields.flag("keeps-data");
      target.state.isUpstreamLost = false;
      if (!keeps) target.forgetStreams();
      const farms = FARMS.join("; ");
      const found = "Connectivity between IB and Trader Workstation has been restored";
      if (keeps) target.tell(1102, `${found} - data maintained. All data farms are connected: ${farms}.`);
      else target.tell(1101, `${found} - data lost.`);
      target.resume();
    },
  },
  "upstream-broken": {
    says: "TWS says that it has lost IB and restores the connection by itself (2110, then 1102).",
    fields: {},
    lasts: "1min",
    begin: (target) => {
      target.state.isUpstreamLost = true;
      target.tell(
        2110,
        "Connectivity between Trader Workstation and server is broken. It will be restored automatically.",
      );
    },
    end: (target) => {
      target.state.isUpstreamLost = false;
      target.tell(1102, "Connectivity between IB and Trader Workstation has been restored - data maintained.");
      target.resume();
    },
  },
  "wrong-time": {
    says: "The time that is told is ahead of what it is.",
    fields: { by: { kind: "duration", fallback: "20s", says: "how far" } },
    lasts: "1h",
    begin: ({ state }, fields) => {
      state.timeAhead = fields.number("by");
    },
    end: ({ state }) => {
      state.timeAhead = 0;
    },
  },
  "farm-broken": {
    says: "A data farm is away: its quotes stop, or history is not answered.",
    fields: { farm: { kind: FARMS, fallback: "usfarm", says: "which farm" } },
    lasts: "30s",
    begin: (target, fields) => {
      const farm = fields.text("farm") as Farm;
      target.state.brokenFarms.add(farm);
      target.tellFarm(farm, false);
      if (farm === "ushmds") target.killLiveBars();
    },
    end: (target, fields) => {
      const farm = fields.text("farm") as Farm;
      target.state.brokenFarms.delete(farm);
      target.tellFarm(farm, true);
    },
  },
};

const UPSTREAM_LOST = "Connectivity between IB and Trader Workstation has been lost.";
