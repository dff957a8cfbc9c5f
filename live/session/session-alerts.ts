import type { TwsConnection } from "../../brokers/tws/connection/tws-connection.js";
import type { TwsFeed } from "../../brokers/tws/feed/tws-feed.js";
import { type Instant, MINUTE, SECOND } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { SessionNews } from "./session-news.js";

const DATA_TYPES: Readonly<Record<number, string>> = { 2: "frozen", 3: "delayed", 4: "delayed and frozen" };

export interface WatchedParts {
  readonly connection: TwsConnection;
  readonly feed: TwsFeed;
  readonly news: SessionNews;
  /** Where the gateway is, as host:port. */
  readonly place: string;
  readonly now: () => number;
}

/** Calls somebody for what happens to the connection and to market data. @returns what ends it */
export function watchAlerts({ connection, feed, news, place, now }: WatchedParts): (() => void)[] {
  const ago = (since: number): string => `${Math.round((now() - since) / SECOND)} s`;
  const unread = new Set<string>();
  const spells = new Map<string, number>();
  /** Once a spell, however often it is acted upon. */
  const quotes = (code: "QUOTES_SILENT" | "QUOTES_FROZEN", { symbol }: Instrument, since: Instant): void => {
    const spell = `${code} ${symbol}`;
    if (spells.get(spell) === since) return;
    spells.set(spell, since);
    news.alert(code, { symbol, age: ago(since) });
  };
  return [
    connection.events.on("failed", ({ error, nextAt }) => {
      const code = nextAt === undefined ? "CONNECTION_ENDED" : "CONNECTION_LOST";
      news.alert(code, { place, reason: error.message.replace(/\.$/, "") });
    }),
    connection.events.on("state", ({ state }) => {
      if (state === "upstream lost") news.alert("UPSTREAM_LOST", {});
    }),
    connection.events.on("outage", ({ since, expectedUntil, isOverdue }) => {
      // One that belongs to no reset has been told as a lost connection.
      if (isOverdue && expectedUntil !== undefined)
        news.alert("OUTAGE_OUTLIVED", { minutes: Math.round((Date.now() - since) / MINUTE) });
    }),
    connection.events.on("farm", ({ name, isOk }) => {
      if (!isOk) news.alert("FARM_BROKEN", { farm: name });
    }),
    connection.events.on("undecoded", ({ messageId, problem: said }) => {
      const problem = said.replace(/\.$/, "");
      // A line of the account is read again and again.
      const kind = `${messageId} ${problem}`;
      if (!unread.has(kind)) news.alert("MESSAGE_UNREAD", { problem });
      else news.note("message", `another message could not be read: ${problem}`, undefined, "warn");
      unread.add(kind);
      news.ask("a message could not be read");
    }),
    feed.events.on("silent", ({ instrument, since }) => quotes("QUOTES_SILENT", instrument, since)),
    feed.events.on("frozen", ({ instrument, since }) => quotes("QUOTES_FROZEN", instrument, since)),
    feed.events.on("dataType", ({ instrument, type }) => {
      const words = DATA_TYPES[type];
      if (words !== undefined) news.alert("DATA_NOT_REAL_TIME", { symbol: instrument.symbol, type: words });
    }),
    feed.events.on("halted", ({ instrument, value }) => {
      if (value > 0) news.alert("TRADING_HALTED", { symbol: instrument.symbol });
    }),
    feed.events.on("givenUp", ({ instrument, reason }) => {
      news.note("feed", `${instrument.symbol} is not asked for again: ${reason}`, undefined, "warn");
    }),
    feed.events.on("barsInterrupted", ({ series, reason }) => {
      news.note("feed", `${series.name} bars do not come for now: ${reason}`, undefined, "warn");
    }),
    feed.events.on("gapFilled", ({ series, bars }) => {
      news.note("feed", `${bars} bars of ${series.name} that were missed have come`);
    }),
    feed.events.on("subscribed", ({ instrument, reason }) => {
      if (reason !== "start") news.note("feed", `${instrument.symbol} is asked for again: ${reason}`);
    }),
  ];
}
