import { EventName, IBApi } from "@stoqey/ib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type InsideHooks, mend } from "../../brokers/tws/client/library-insides.js";
import { frame } from "./scripted-tws.js";

/** What of the library is reached into here. */
interface Inner {
  readonly controller: {
    readonly encoder: { placeOrder(id: number, contract: object, order: object): void };
    readonly socket: {
      client: { write(bytes: Buffer): void };
      neverReceived: boolean;
      _status: number;
      _serverVersion: number;
      onData(data: Buffer): void;
      send(fields: readonly unknown[]): void;
    };
  };
}

const CONNECTED = 3;
const NO_HOOKS: InsideHooks = {
  failed: () => undefined,
  bars: () => undefined,
  ticks: () => false,
  batch: () => undefined,
};

/** A client of the library as if it were connected, and the bytes that it writes. */
function client(hooks?: InsideHooks): { api: IBApi; inner: Inner["controller"]; written: Buffer[] } {
  const api = new IBApi({ host: "127.0.0.1", port: 1, clientId: 1, maxReqPerSec: 100_000 });
  if (hooks !== undefined) expect(mend(api, hooks)).toBe(true);
  const inner = (api as unknown as Inner).controller;
  const written: Buffer[] = [];
  Object.assign(inner.socket, {
    client: { write: (bytes: Buffer) => void written.push(Buffer.from(bytes)) },
    neverReceived: false,
    _status: CONNECTED,
    _serverVersion: 187,
  });
  api.emit(EventName.server, 187, "");
  return { api, inner, written };
}

describe("a mended client", () => {
  const word = fc.constantFrom("", "1", "101.25", "NaN", "a word", "größer", "300;7.5;x", "\u{1f600}");
  const number = fc.constantFrom("1", "2", "45", "46", "58", "81", "99");
  const tick = fc.tuple(number, fc.array(word, { maxLength: 8 })).map(([id, words]) => [id, "6", "1001", ...words]);
  const time = fc.nat().map((second) => ["49", "1", String(second)]);

  it("throws where its socket is gone, and tells of nothing sent", () => {
    const { api, inner } = client(NO_HOOKS);
    const sent: unknown[] = [];
    api.on(EventName.sent, (fields) => sent.push(fields));
    Object.assign(inner.socket, { client: undefined });
    expect(() => inner.socket.send([49, 1])).toThrow("no connection to write to");
    expect(sent).toEqual([]);
  });

  it("reads messages in their order, of market data and others, however their bytes are cut", () => {
    const messages = fc.array(fc.oneof({ arbitrary: tick, weight: 4 }, time), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 30 }), (sent, cuts) => {
        const read: (readonly string[])[] = [];
        const heard: (readonly string[])[] = [];
        const { api, inner } = client({ ...NO_HOOKS, ticks: (fields) => read.push(fields) > 0 });
        api.on(EventName.currentTime, (second) => read.push(["49", "1", String(second)]));
        api.on(EventName.received, (fields) => heard.push(fields));
        let bytes = Buffer.concat(sent.map((fields) => frame(fields)));
        for (const cut of cuts) {
          inner.socket.onData(bytes.subarray(0, cut));
          bytes = bytes.subarray(cut);
        }
        inner.socket.onData(bytes);
        expect(read).toEqual(sent);
        expect(heard).toEqual(sent);
      }),
    );
  });

  it("leaves market data that nobody takes to the library", () => {
    const { api, inner } = client(NO_HOOKS);
    const prices: unknown[] = [];
    api.on(EventName.tickPrice, (...price) => prices.push(price.slice(0, 3)));
    inner.socket.onData(Buffer.concat([frame(["1", "6", "9", "4", "101.5", "3", "0"]), frame(["49", "1", "5"])]));
    expect(prices).toEqual([[9, 4, 101.5]]);
  });

  it("writes the bytes that the library writes", () => {
    const field = fc.oneof(word, fc.double(), fc.integer(), fc.boolean(), fc.constant(undefined), fc.constant(null));
    const fields = fc.array(fc.oneof(field, fc.array(fc.oneof(field, fc.array(field)))), { maxLength: 12 });
    const ours = client(NO_HOOKS);
    const theirs = client();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), fields, (id, rest) => {
        for (const one of [ours, theirs]) one.inner.socket.send([[id], ...rest]);
        expect(ours.written.splice(0)).toEqual(theirs.written.splice(0));
      }),
    );
    expect(ours.written).toEqual(theirs.written);
  });

  it("writes the orders that the library writes, and tells them", () => {
    const order = fc.record(
      {
        action: fc.constantFrom("BUY", "SELL"),
        orderType: fc.constantFrom("MKT", "LMT", "STP LMT", "TRAIL"),
        totalQuantity: fc.double({ min: 0, max: 1e6, noNaN: true }),
        lmtPrice: fc.double({ noNaN: true }),
        auxPrice: fc.double({ noNaN: true }),
        trailingPercent: fc.double({ noNaN: true }),
        tif: fc.constantFrom("DAY", "GTC"),
        transmit: fc.boolean(),
        outsideRth: fc.boolean(),
        parentId: fc.nat(),
        ocaGroup: word,
        ocaType: fc.constantFrom(1, 2, 3),
        orderRef: word,
        account: fc.constant("DU0000001"),
      },
      { requiredKeys: ["action", "orderType", "totalQuantity"] },
    );
    const contract = { conId: 4_711, symbol: "SYN1", secType: "STK", exchange: "SMART", currency: "USD" };
    const ours = client(NO_HOOKS);
    const theirs = client();
    const told: unknown[][] = [];
    for (const one of [ours, theirs]) one.api.on(EventName.sent, (fields) => told.push(fields as unknown as unknown[]));
    fc.assert(
      fc.property(fc.nat(), order, (id, terms) => {
        for (const { inner } of [ours, theirs]) inner.encoder.placeOrder(id, contract, terms);
        const [own, other] = told.splice(0);
        expect(own).toEqual(other);
        expect(ours.written.splice(0)).toEqual(theirs.written.splice(0));
      }),
    );
  });
});
