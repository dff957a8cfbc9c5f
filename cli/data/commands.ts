import type { CommandTable } from "../command.js";

export const tells = `Keeps bars of many instruments in one file, the store, which is seatrial.db in this folder
unless --store or the configuration names another.`;

export const commands: CommandTable = {
  fetch: {
    usage: "fetch <symbol..>",
    tells: "Download what the store lacks of history, from TWS or IB Gateway",
    load: () => import("./fetch.js"),
  },
  import: {
    usage: "import <file..>",
    tells: "Bring bars, or splits and dividends, out of CSV files into the store",
    load: () => import("./import.js"),
  },
  list: {
    usage: "list [symbol..]",
    tells: "List the series of the store",
    load: () => import("./list.js"),
  },
  show: {
    usage: "show <symbol>",
    tells: "Show what is known of an instrument, or bars of one of its series",
    load: () => import("./show.js"),
  },
  verify: {
    usage: "verify [symbol or file..]",
    tells: "Look for what is damaged, missing or unlikely, in the store or in CSV files",
    load: () => import("./verify.js"),
  },
  gaps: {
    usage: "gaps [symbol..]",
    tells: "List trading time that the store has no bars of",
    load: () => import("./gaps.js"),
  },
  export: {
    usage: "export <symbol>",
    tells: "Write a series, or splits and dividends, as CSV",
    load: () => import("./export.js"),
  },
  sql: {
    usage: "sql <statement>",
    tells: "Ask the store in SQL; nothing can be changed",
    load: () => import("./sql.js"),
  },
  remove: {
    usage: "remove <symbol..>",
    tells: "Remove series, or a part of them",
    load: () => import("./remove.js"),
  },
};
