import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBrokerState } from "../../brokers/tws/account/broker-state.js";
import { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import { RECORDING_HEAD, readRecording } from "../../brokers/tws/recording/recording.js";
import type { Traffic } from "../../brokers/tws/recording/traffic.js";
import { TrafficRecorder } from "../../brokers/tws/recording/traffic-recorder.js";
import { parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { closeAfterTest } from "../gateway/close-after-test.js";
import { placeOrder } from "../gateway/order-fields.js";
import { RawClient } from "../gateway/raw-client.js";
import { startGateway, TestClock } from "../gateway/started.js";
import { got, historyFrom, never } from "./history-parts.js";
import { Playback } from "./playback.js";
import { until } from "./scripted-tws.js";

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "seatrial-recording-"));
  closeAfterTest(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A session of some questions, one of which fails, and a lost connection in the middle. */
async function session(port: number, cut: () => void, traffic?: Traffic): Promise<unknown[]> {
  const { history, connection, contracts } = await historyFrom(port, traffic && { traffic });
  const answers: unknown[] = [];
  const [instrument, other] = [new Instrument({ symbol: "SYN1" }), new Instrument({ symbol: "NONE" })];
  const subject = { instrument, what: "trades", hours: "regular" } as const;
  answers.push(await contracts.one(instrument));
  const request = {
    ...subject,
    size: parseBarSize("1min"),
    end: undefined,
    duration: { count: 1, unit: "D" },
  } as const;
  answers.push(got(await history.bars(request, never())));
  answers.push(await history.head({ ...subject, instrument: other }, never()));
  cut();
  await until(() => connection.state !== "ready");
  const link = await connection.ready();
  answers.push(await readBrokerState(link));
  answers.push(await history.head(subject, never()));
  answers.push(connection.accounts);
  connection.close();
  return answers;
}

describe("a recording of traffic", () => {
  it("has every message and no account, and played back leads to the same answers", async () => {
    const file = join(scratch(), "traffic.jsonl");
    const clock = new TestClock();
    const gateway = await startGateway({ wallClock: clock.wallClock, accounts: ["DU1234567", "DU7654321"] });
    const trader = await RawClient.start(gateway.port, 1);
    trader.send(...placeOrder(1, { type: "MKT", account: "DU7654321" }));
    await clock.pass(60_000, trader);
    const recorder = await TrafficRecorder.begin(file);
    const first = await session(gateway.port, () => gateway.clients.get(7)?.connection.reset(), recorder);
    await recorder.close();
    const text = readFileSync(file, "utf8");
    expect(text).not.toMatch(/1234567|7654321/);
    expect(text).not.toContain(String(gateway.port));
    expect(first[5]).toEqual(["DU1234567", "DU7654321"]);

    const playback = await Playback.start(readRecording(text));
    const again = await session(playback.port, () => undefined);
    const masked = JSON.parse(
      JSON.stringify(first).replaceAll("DU1234567", "DU0000001").replaceAll("DU7654321", "DU0000002"),
    ) as unknown[];
    expect(JSON.parse(JSON.stringify(again))).toEqual(masked);
    expect(playback.unexpected).toEqual([]);
  });

  it("is not written over another file, nor where it cannot be", async () => {
    const file = join(scratch(), "traffic.jsonl");
    writeFileSync(file, "mine");
    await expect(TrafficRecorder.begin(file)).rejects.toThrow("is there already");
    expect(readFileSync(file, "utf8")).toBe("mine");
    await expect(TrafficRecorder.begin(join(file, "no-folder"))).rejects.toMatchObject({
      code: "RECORDING_UNWRITABLE",
    });
  });

  it("is read up to a line that was cut off, and no further than one that is none", () => {
    const lines = `${RECORDING_HEAD}\n{"t":0,"dial":7}\n{"t":1,"in":["9","1","1"]}\n`;
    expect(readRecording(`${lines}{"t":2,"in":["4`)).toHaveLength(2);
    expect(readRecording(lines)).toEqual([
      { t: 0, dial: 7 },
      { t: 1, in: ["9", "1", "1"] },
    ]);
    expect(() => readRecording(`${lines}{"t":2,"in":[4]}\n`)).toThrow("Line 4 of the recording cannot be read");
    expect(() => readRecording("time,price\n")).toThrow("Line 1 of the recording");
  });
});

describe("the mask of accounts", () => {
  it.each([
    ["U1234567", "U0000001"],
    ["DU1234567", "DU0000001"],
    ["DUM123456", "DUM000001"],
    ["DF12345 and F7654321", "DF00001 and F0000002"],
    ["DF12345A and order_DF12345_1", "DF00001A and order_DF00001_1"],
    ['Order rejected for account "U9876543", see U9876543.', 'Order rejected for account "U0000001", see U0000001.'],
  ])("makes %s %s", (text, masked) => {
    expect(new AccountMask().apply(text)).toBe(masked);
  });

  it.each(["US0378331005", "SPY   261218C00500000", "0000e0d5.65e9f8c3.01.01", "ESU6", "20260105-15:00:00", "1234567"])(
    "leaves %s as it is",
    (text) => {
      expect(new AccountMask().apply(text)).toBe(text);
    },
  );

  it("hides every account, one behind the same mask each time, and masks nothing twice", () => {
    const account = fc
      .tuple(fc.constantFrom("U", "DU", "F", "DF", "I", "DI", "DUM"), fc.integer({ min: 1e5, max: 99_999_999 }))
      .map(([letters, digits]) => `${letters}${digits}`);
    fc.assert(
      fc.property(fc.array(account, { minLength: 1, maxLength: 20 }), (accounts) => {
        const mask = new AccountMask();
        const masked = accounts.map((one) => mask.apply(`"${one}"`));
        for (const [i, text] of masked.entries()) {
          expect(mask.apply(`"${accounts[i]}"`)).toBe(text);
          expect(mask.apply(text)).toBe(text);
          expect(text.replace(/\d/g, "")).toBe(`"${accounts[i]}"`.replace(/\d/g, ""));
        }
        expect(new Set(masked).size).toBe(new Set(accounts).size);
      }),
    );
  });

  it("hides accounts of another look once TWS has listed them", () => {
    const mask = new AccountMask();
    mask.learn(["FUND-778899", "All"]);
    expect(mask.apply("All of FUND-778899")).toBe("All of FUND-000001");
  });
});
