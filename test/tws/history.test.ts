import { describe, expect, it } from "vitest";
import type { Gateway } from "../../brokers/gateway/gateway.js";
import { Contracts } from "../../brokers/tws/contracts/contracts.js";
import { TwsHistory } from "../../brokers/tws/history/tws-history.js";
import type { BarSeries } from "../../core/market/bar-series.js";
import { DAY, MINUTE, parseBarSize } from "../../core/market/bar-size.js";
import { Instrument } from "../../core/market/instrument.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { NOON, startGateway } from "../gateway/started.js";
import { DAY_OF_MINUTES, findZone, got, historyFrom, knowsOneContract, never } from "./history-parts.js";
import { until } from "./scripted-tws.js";

const STOCK = DAY_OF_MINUTES.instrument;

/** A TWS that knows one contract, and answers other requests with the messages that a test makes of them. */
function answering(more: (fields: readonly string[], request: string) => (string | number)[][]) {
  return knowsOneContract((caller, fields) => {
    for (const message of more(fields, fields[1])) caller.send(...message);
  });
}

describe("bars from TWS", () => {
  it("are the source's to the last digit, with their starts, and none is missing or double", async () => {
    const { port } = await startGateway();
    const { history } = await historyFrom(port);
    const bars = got(await history.bars({ ...DAY_OF_MINUTES, duration: { count: 2, unit: "W" } }, never()));
    const [series] = gatewayData(TWO_STOCKS).series;
    const rows = rowsWithin(series, NOON - 14 * DAY, NOON);
    expect(rows.length).toBeGreaterThan(3_000);
    const column = (values: Float64Array): number[] => rows.map((row) => values[row]);
    expect([...bars.time]).toEqual(column(series.start));
    expect([...bars.open]).toEqual(column(series.open));
    expect([...bars.high]).toEqual(column(series.high));
    expect([...bars.low]).toEqual(column(series.low));
    expect([...bars.close]).toEqual(column(series.close));
    expect([...bars.volume]).toEqual(column(series.volume));
  });

  it("end before the instant that was asked for", async () => {
    const { port } = await startGateway();
    const { history } = await historyFrom(port);
    const end = Date.UTC(2020, 0, 10, 20, 30);
    const bars = got(await history.bars({ ...DAY_OF_MINUTES, end }, never()));
    expect([bars.time[0], bars.time.at(-1)]).toEqual([Date.UTC(2020, 0, 10, 14, 30), end - MINUTE]);
  });

  it("of a day carry their date, and no volume where they are of quotes", async () => {
    const { port } = await startGateway();
    const { history } = await historyFrom(port);
    const size = parseBarSize("1day");
    const duration = { count: 3, unit: "D" } as const;
    const bars = got(await history.bars({ ...DAY_OF_MINUTES, size, what: "midpoint", duration }, never()));
    expect([...bars.time]).toEqual([20200116, 20200117, 20200120]);
    expect([...bars.volume]).toEqual([-1, -1, -1]);
  });

  it("are asked for under the number of the contract, by a request that is as it should be", async () => {
    const tws = await answering(([id], request) =>
      id === "20" ? [[17, request, "a", "b", 1, "1600000000", 1, 2, 0.5, 1.5, 100, 1.2, 7]] : [],
    );
    const { history } = await historyFrom(tws.port);
    const end = Date.UTC(2020, 0, 10, 20, 30, 0, 1);
    const bars = got(await history.bars({ ...DAY_OF_MINUTES, what: "bid-ask", hours: "all", end }, never()));
    expect([...bars.time]).toEqual([1_600_000_000_000]);
    const [request] = tws.heard(20);
    expect(request.slice(2)).toEqual(
      ["4711", "", "", "", "", "", "", "SMART", "", "", "", "", "0"].concat([
        "20200110-20:30:01",
        "1 min",
        "1 D",
        "0",
        "BID_ASK",
        "2",
        "0",
        "",
      ]),
    );
  });

  it("are asked for at once, whatever the age of what is known of the contract: they have been paced by then", async () => {
    const asked: string[] = [];
    const tws = await knowsOneContract((_caller, [id]) => void asked.push(id));
    const { connection } = await historyFrom(tws.port);
    // Of which every answer is too old at once.
    const contracts = new Contracts(connection, { maxAge: -1 });
    const history = new TwsHistory({ connection, contracts, findZone });
    for (let request = 0; request < 3; request++) {
      void history.bars({ ...DAY_OF_MINUTES, duration: { count: request + 1, unit: "D" } }, never());
      await until(() => asked.filter((id) => id === "20").length === request + 1, "a request for bars");
    }
    expect(asked.filter((id) => id === "9")).toHaveLength(1);
  });

  it("that are asked for together all come, each to who asked", async () => {
    const { port } = await startGateway({ limits: { historyPacing: false } });
    const { history } = await historyFrom(port, { perSecond: 1_000 });
    const ends = Array.from({ length: 40 }, (_, i) => Date.UTC(2020, 0, 17, 15, i));
    const answers = await Promise.all(ends.map((end) => history.bars({ ...DAY_OF_MINUTES, end }, never())));
    expect(answers.map((bars) => got(bars).time.at(-1))).toEqual(ends.map((end) => end - MINUTE));
  });
});

describe("the head and the schedule of an instrument", () => {
  it("are told in UTC", async () => {
    const { port } = await startGateway();
    const { history } = await historyFrom(port);
    const [series] = gatewayData(TWO_STOCKS).series;
    expect(await history.head(DAY_OF_MINUTES, never())).toEqual({ kind: "head", instant: series.start[0] });
    const end = Date.UTC(2020, 0, 15, 22);
    const duration = { count: 2, unit: "D" } as const;
    const schedule = await history.schedule({ instrument: STOCK, hours: "regular", end, duration }, never());
    expect(schedule).toEqual({
      kind: "schedule",
      sessions: [14, 15].map((day) => ({
        open: Date.UTC(2020, 0, day, 14, 30),
        close: Date.UTC(2020, 0, day, 21),
        date: 20200100 + day,
      })),
    });
  });

  it("are read in each form that TWS has, and the head is cancelled for it stays open", async () => {
    const forms = ["345479400", "19801212-14:30:00"];
    const tws = await answering(([id], request) => (id === "87" ? [[88, request, forms.shift() ?? ""]] : []));
    const { history } = await historyFrom(tws.port);
    for (let i = 0; i < 2; i++) {
      expect(await history.head(DAY_OF_MINUTES, never())).toEqual({
        kind: "head",
        instant: Date.UTC(1980, 11, 12, 14, 30),
      });
    }
    await until(() => tws.heard(90).length === 2);
    expect(tws.heard(90).map(([, request]) => request)).toEqual(tws.heard(87).map(([, request]) => request));
  });
});

describe("what TWS says instead of bars", () => {
  it.each([
    [162, "Historical Market Data Service error message:HMDS query returned no data: SYN1@SMART Trades", "no-data"],
    [162, "Historical Market Data Service error message:No historical data query found for ticker id:7", "timeout"],
    [
      162,
      "Historical Market Data Service error message:No data of type EODChart is available for the exchange 'IDEALPRO' and the security type 'Forex' and '1 y' and '1 day'",
      "refused",
    ],
    [162, "Historical Market Data Service error message:Historical data request pacing violation", "pacing"],
    [162, "Historical Market Data Service error message:No market data permissions for NYSE STK", "permission"],
    [162, "Historical Market Data Service error message:invalid step: 5 secs", "range"],
    [162, "Historical Market Data Service error message:Time length exceed max.", "range"],
    [162, "Historical Market Data Service error message:something else", "timeout"],
    [
      162,
      "Historical Market Data Service error message:Trading TWS session is connected from a different IP address",
      "stopped",
    ],
    [166, "HMDS Expired Contract Violation:contract can not expire.", "contract"],
    [200, "No security definition has been found for the request", "contract"],
    [321, "Error validating request.-'bM' : cause - Source price is invalid", "refused"],
    [354, "Requested market data is not subscribed.", "permission"],
    [10187, "Failed to request historical ticks:No market data permissions", "permission"],
    [10299, "Expected what to show is MIDPOINT, please use that instead of TRADES.", "refused"],
    [100, "Max rate of messages per second has been exceeded", "pacing"],
  ])("%i, %s, is told as %s", async (code, text, kind) => {
    const tws = await answering(([id], request) => (id === "20" ? [[4, 2, request, code, text, ""]] : []));
    const { history } = await historyFrom(tws.port);
    expect(await history.bars(DAY_OF_MINUTES, never())).toEqual({ kind, text });
  });

  it.each([165, 366, 2106, 2174])("%i, which is only a notice, is no end of the request", async (code) => {
    const tws = await answering(([id], request) =>
      id === "20"
        ? [
            [4, 2, request, code, "a notice", ""],
            [17, request, "a", "b", 1, "1600000000", 1, 2, 0.5, 1.5, 100, 1.2, 7],
          ]
        : [],
    );
    const { history } = await historyFrom(tws.port);
    expect(got(await history.bars(DAY_OF_MINUTES, never())).time).toHaveLength(1);
  });

  it("and a contract that is not there, or that may be several, are told as such", async () => {
    const { port } = await startGateway();
    const { history } = await historyFrom(port);
    const instrument = new Instrument({ symbol: "SYN9" });
    const answer = await history.bars({ ...DAY_OF_MINUTES, instrument }, never());
    expect(answer).toMatchObject({ kind: "contract", text: expect.stringContaining("IB has no contract for SYN9") });
  });

  it("is nothing at all, until the wait is broken off: then the request is cancelled", async () => {
    const tws = await knowsOneContract();
    const { history } = await historyFrom(tws.port);
    const wait = new AbortController();
    const asked = history.bars(DAY_OF_MINUTES, wait.signal);
    await until(() => tws.heard(20).length === 1);
    wait.abort();
    await asked;
    await until(() => tws.heard(25).length === 1);
    expect(tws.heard(25)[0][2]).toBe(tws.heard(20)[0][1]);
  });

  it("is nothing of a request that was broken off before it was sent", async () => {
    const tws = await knowsOneContract();
    const { history } = await historyFrom(tws.port);
    const wait = new AbortController();
    wait.abort();
    await history.bars(DAY_OF_MINUTES, wait.signal);
    expect(tws.heard(20)).toEqual([]);
  });

  it("is passed over where it comes after the request was broken off", async () => {
    const tws = await knowsOneContract();
    const { history } = await historyFrom(tws.port);
    const wait = new AbortController();
    const first = history.bars(DAY_OF_MINUTES, wait.signal);
    await until(() => tws.heard(20).length === 1);
    wait.abort();
    await first;
    const second = history.bars(DAY_OF_MINUTES, never());
    await until(() => tws.heard(20).length === 2);
    const [late, next] = tws.heard(20).map(([, request]) => request);
    tws.caller.send(17, late, "a", "b", 1, "1500000000", 1, 2, 0.5, 1.5, 100, 1.2, 7);
    tws.caller.error(
      Number(late),
      162,
      "Historical Market Data Service error message:API historical data query cancelled",
    );
    tws.caller.send(17, next, "a", "b", 1, "1600000000", 1, 2, 0.5, 1.5, 100, 1.2, 7);
    expect([...got(await second).time]).toEqual([1_600_000_000_000]);
  });

  it("is disconnected when the connection is lost, and until it is back", async () => {
    const tws = await knowsOneContract();
    const { history, connection } = await historyFrom(tws.port, { times: { waits: [200] } });
    const asked = history.bars(DAY_OF_MINUTES, never());
    await until(() => tws.heard(20).length === 1);
    tws.caller.socket.destroy();
    expect(await asked).toMatchObject({ kind: "disconnected" });
    expect(await history.bars(DAY_OF_MINUTES, never())).toMatchObject({ kind: "disconnected" });
    await connection.ready();
    void history.bars(DAY_OF_MINUTES, never());
    await until(() => tws.heard(20).length === 2);
  });

  it("is disconnected while TWS has lost IB, and nothing is asked of it meanwhile", async () => {
    const tws = await knowsOneContract();
    const { history, connection } = await historyFrom(tws.port);
    tws.caller.error(-1, 1100, "Connectivity between IB and Trader Workstation has been lost.");
    await until(() => connection.state === "upstream lost");
    const text = expect.stringContaining("TWS runs and has no connection to IB");
    expect(await history.bars(DAY_OF_MINUTES, never())).toMatchObject({ kind: "disconnected", text });
    expect(await history.head(DAY_OF_MINUTES, never())).toMatchObject({ kind: "disconnected", text });
    expect(tws.heard(20)).toEqual([]);
    tws.caller.error(-1, 1102, "Connectivity between IB and Trader Workstation has been restored - data maintained.");
    await connection.ready();
    void history.bars(DAY_OF_MINUTES, never());
    await until(() => tws.heard(20).length === 1);
  });

  it("is an answer that cannot be read, which is never taken for fewer bars", async () => {
    const bar = ["1600000000", 1, 2, 0.5, 1.5, 100, 1.2, 7];
    const answers = [
      [17, "", "a", "b", 2, ...bar],
      [17, "", "a", "b", 1, "yesterday", 1, 2, 0.5, 1.5, 100, 1.2, 7],
      [17, "", "a", "b", 1, "1600000000", "1.7976931348623157E308", 2, 0.5, 1.5, 100, 1.2, 7],
      [17, "", "a", "b", 1, ...bar, "left over"],
    ];
    const tws = await answering(([id], request) => {
      const answer = id === "20" ? answers.shift() : undefined;
      return answer === undefined ? [] : [[answer[0], request, ...answer.slice(2)]];
    });
    const { history } = await historyFrom(tws.port);
    for (let i = 0; i < 4; i++) {
      expect(await history.bars(DAY_OF_MINUTES, never()), String(i)).toMatchObject({
        kind: "refused",
        text: expect.stringContaining("What TWS answered to 1min bars of SYN1 cannot be read"),
      });
    }
  });

  it("is too much at once, before a word is sent, where the answer would end the connection", async () => {
    const tws = await knowsOneContract();
    const { history } = await historyFrom(tws.port);
    const size = parseBarSize("1min");
    const request = { ...DAY_OF_MINUTES, size, hours: "all", duration: { count: 1, unit: "Y" } } as const;
    expect(await history.bars(request, never())).toMatchObject({ kind: "range" });
    void history.bars({ ...request, hours: "regular" }, never());
    await until(() => tws.heard(20).length === 1);
  });
});

describe("faults of the gateway", () => {
  const broken: [string, (gateway: Gateway) => void][] = [
    ["duplicates", ({ faults }) => faults.addHistory({ kind: "duplicates" }, 1)],
    ["hole", ({ faults }) => faults.addHistory({ kind: "hole" }, 1)],
    [
      "pieces of three bytes",
      ({ faults, clients }) => {
        faults.pieceBytes = 3;
        for (const { connection } of clients.all) connection.pieceBytes = 3;
      },
    ],
  ];

  it.each(broken)("%s pass through as they came", async (name, breaks) => {
    const gateway = await startGateway();
    const { history } = await historyFrom(gateway.port);
    breaks(gateway);
    const bars = got(await history.bars({ ...DAY_OF_MINUTES, end: Date.UTC(2020, 0, 10, 21) }, never()));
    expect(bars.time.length).toBe(390 + (name === "duplicates" ? 2 : name === "hole" ? -39 : 0));
  });
});

function rowsWithin(series: BarSeries, from: number, to: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < series.length; row++) {
    if (series.start[row] >= from && series.start[row] < to) rows.push(row);
  }
  return rows;
}
