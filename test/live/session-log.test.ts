import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { AccountMask } from "../../brokers/tws/recording/account-mask.js";
import { DAY } from "../../core/market/bar-size.js";
import { Strategy } from "../../core/strategy.js";
import { RotatingFile } from "../../live/log/rotating-file.js";
import { SessionLog } from "../../live/log/session-log.js";
import { SessionViewer } from "../../live/session/session-viewer.js";
import { gatewayData, TWO_STOCKS } from "../gateway/gateway-data.js";
import { sessionAt } from "./sessions.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "seatrial log "));
  folders.push(path);
  return path;
}

const NOON = Date.UTC(2026, 0, 5, 12);

function open(path = join(folder(), "session.log"), level: "debug" | "info" = "info", mask = new AccountMask()) {
  const log = new SessionLog(path, {
    session: "cross",
    level,
    mask,
    now: () => NOON,
    sessionTime: () => NOON - 3_600_000,
  });
  const text = (): string => readFileSync(path, "utf8");
  const lines = (): Record<string, unknown>[] =>
    text()
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, text, lines, path };
}

describe("the log of a session", () => {
  it("writes one line of JSON an event, at once, with both times, a code and data", () => {
    const { log, lines } = open();
    log.event("info", "ORDER_SENT", "buy 10 SPY", { ref: "a1", quantity: 10, limit: Number.NaN });
    log.strategy("warn", NOON, "crossed", { fast: 3 });
    expect(lines()).toEqual([
      {
        level: "info",
        time: "2026-01-05T12:00:00.000Z",
        session: "cross",
        at: "2026-01-05T11:00:00.000Z",
        code: "ORDER_SENT",
        data: { ref: "a1", quantity: 10, limit: "NaN" },
        msg: "buy 10 SPY",
      },
      expect.objectContaining({ level: "warn", code: "STRATEGY", msg: "crossed", data: { fast: 3 } }),
    ]);
  });

  it("leaves out what is below its level", () => {
    const { log, text } = open();
    log.event("debug", "QUOTE", "a quote");
    expect(text()).toBe("");
    const loud = open(undefined, "debug");
    loud.log.event("debug", "QUOTE", "a quote");
    expect(loud.lines()).toHaveLength(1);
  });

  it("never writes an account id, wherever it stands and whatever stands before it", () => {
    const account = fc.tuple(
      fc.constantFrom("U", "DU", "DUA", "F", "DF", "I", "DI"),
      fc.integer({ min: 100_000, max: 99_999_999 }),
    );
    const between = fc.constantFrom("", " ", "\n", "\t", "\r\n", "\\", '"', "(", "account=", "é ", "\u2028", "\\n");
    const after = fc.constantFrom("", " ", "\n", "A", '"', "=", "\\", ").");
    fc.assert(
      fc.property(account, between, after, ([letters, digits], before, after) => {
        const id = `${letters}${digits}`;
        const { log, text } = open();
        const told = `${before}${id}${after} end`;
        log.event("info", "ACCOUNT", told, { accounts: [told], [id]: { deep: new Error(told, { cause: told }) } });
        expect(text()).not.toContain(id);
        expect(() => JSON.parse(text()) as unknown).not.toThrow();
      }),
      { numRuns: 200 },
    );
  });

  it("shows one account by the same mask everywhere, its letters true", () => {
    const { log, text } = open();
    log.event("info", "A", "DU1234567 and U7654321");
    log.event("info", "B", "again DU1234567");
    expect(text().match(/D?U\d+/g)).toEqual(["DU0000001", "U0000002", "DU0000001"]);
  });

  it("shows an account as the screen does, which masks whatever it shows", async () => {
    const mask = new AccountMask();
    const { log, lines } = open(undefined, "info", mask);
    log.event("info", "A", "DU1111111 is not the one");
    const data = gatewayData(TWO_STOCKS);
    const { session } = await sessionAt({
      data,
      ticks: { every: 60_000, spread: 2 },
      from: data.sessions[0].open[19],
      strategy: class extends Strategy {},
      setup: { mask, account: "DU2222222" },
      gateway: { accounts: ["DU1111111", "DU2222222"] },
    });
    session.parts.news.alert("JOURNAL_FAILED", { reason: "no room for DU2222222" });
    const view = new SessionViewer(session, 0).view();
    log.event("info", "B", "DU2222222 trades");
    expect(view.account).toBe("DU0000002");
    expect(view.alerts[0].text).toContain("no room for DU0000002");
    expect(lines().map(({ msg }) => msg)).toEqual(["DU0000001 is not the one", "DU0000002 trades"]);
    expect(JSON.stringify(view)).not.toMatch(/1111111|2222222/);
  });

  it("leaves out secrets by their key and in texts", () => {
    const { log, text } = open();
    log.event("info", "A", "password=hunter2 and Bearer abcdef", {
      smtp: { password: "hunter2", apiKey: "hunter2" },
      TOKEN: "hunter2",
    });
    expect(text()).not.toMatch(/hunter2|abcdef/);
    expect(text()).toContain("(hidden)");
  });

  it("tells an error with its code, its cause and its stack, and survives what JSON cannot say", () => {
    const { log, lines } = open();
    const circle: Record<string, unknown> = {
      big: 10n,
      at: new Date(NOON),
      none: undefined,
      many: new Map([["a", 1]]),
    };
    circle.self = circle;
    log.event("error", "FAILED", "it failed", {
      error: Object.assign(new Error("no", { cause: new Error("why") }), { code: "ENOSPC" }),
      circle,
    });
    const data = lines()[0].data as { error: { code: string; cause: { message: string } }; circle: { big: string } };
    expect(data.error.code).toBe("ENOSPC");
    expect(data.error.cause.message).toBe("why");
    expect(data.circle.big).toBe("10");
  });
});

describe("a rotating file", () => {
  const line = `${"x".repeat(99)}\n`;

  it("begins a new one when it is full, keeps so many, and loses no line of those kept", () => {
    const place = folder();
    const file = new RotatingFile(join(place, "session.log"), { mostBytes: 1000, keep: 3, now: () => NOON });
    for (let i = 0; i < 65; i++) file.write(`${String(i).padStart(99, "x")}\n`);
    file.close();
    expect(readdirSync(place).sort()).toEqual(["session.1.log", "session.2.log", "session.3.log", "session.log"]);
    for (const name of readdirSync(place)) expect(statSync(join(place, name)).size).toBeLessThanOrEqual(1000);
    const text = ["session.3.log", "session.2.log", "session.1.log", "session.log"]
      .map((name) => readFileSync(join(place, name), "utf8"))
      .join("");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((one) => Number(one.replaceAll("x", ""))),
    ).toEqual(Array.from({ length: 35 }, (_, i) => i + 30));
  });

  it("begins a new one with the day, and goes on in the one it finds", () => {
    const place = folder();
    let now = Date.now();
    const path = join(place, "session.log");
    const first = new RotatingFile(path, { now: () => now });
    first.write(line);
    first.close();
    const second = new RotatingFile(path, { now: () => now });
    second.write(line);
    expect(readFileSync(path, "utf8")).toBe(line + line);
    now += DAY;
    second.write(line);
    expect(readFileSync(path, "utf8")).toBe(line);
    expect(readFileSync(join(place, "session.1.log"), "utf8")).toBe(line + line);
    second.close();
  });

  it("is the owner's alone", () => {
    const path = join(folder(), "session.log");
    new RotatingFile(path, { now: () => NOON }).close();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("that cannot be written to costs lines, tells of it once, and says how many when it can again", () => {
    const place = folder();
    const path = join(place, "session.log");
    const failures: unknown[] = [];
    const file = new RotatingFile(path, {
      mostBytes: 150,
      keep: 0,
      now: () => NOON,
      onFailure: (error) => failures.push(error),
    });
    file.write(line);
    rmSync(place, { recursive: true });
    writeFileSync(place, "a file where the folder was");
    for (let i = 0; i < 3; i++) file.write(line);
    expect(failures).toHaveLength(1);
    rmSync(place);
    mkdirSync(place);
    file.write(line);
    expect(readFileSync(path, "utf8")).toBe(`{"level":"error","code":"LOG_LINES_LOST","count":3}\n${line}`);
    file.close();
  });
});
