import { describe, expect, it } from "vitest";
import { hasShared, NO_SHARED, sharedPath } from "../shared-data.js";
import { hasSqlite } from "../store/store-folder.js";
import { folderWith, seatrial } from "./seatrial.js";

interface Row {
  time: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

const DATES = ["2024-01-08", "2024-01-09", "2024-01-10", "2024-01-11"];

/** The minutes of four sessions of New York that go up and down a little, each with a volume of its own. */
function minutes(): Row[] {
  return DATES.flatMap((date, day) =>
    Array.from({ length: 390 }, (_, i): Row => {
      const minute = 570 + i;
      const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
      const at = 100 + Math.sin((day * 390 + i) / 20);
      return { time: `${date} ${clock}`, open: at, high: at + 0.1, low: at - 0.1, close: at + 0.05, volume: 1000 + i };
    }),
  );
}

function days(closes: readonly number[]): Row[] {
  const dates = ["2024-01-08", "2024-01-09", "2024-01-10", "2024-01-11", "2024-01-12", "2024-01-16"];
  return closes.map((close, i) => ({
    time: dates[i],
    open: close,
    high: close * 1.001,
    low: close * 0.999,
    close,
    volume: 1000 + i,
  }));
}

function csv(rows: readonly Row[]): string {
  const line = ({ time, open, high, low, close, volume }: Row): string =>
    [time, ...[open, high, low, close].map((price) => price.toFixed(4)), volume].join(",");
  return `time,open,high,low,close,volume\n${rows.map(line).join("\n")}\n`;
}

type Kinds = readonly {
  readonly kind: string;
  readonly count: number;
  readonly findings: readonly { text: string }[];
}[];

/** What `data verify` finds in a file, as "kind count: first finding", and how it ends. */
async function verified(text: string, ...flags: string[]): Promise<{ code: number | null; found: string[] }> {
  const folder = folderWith({ "spy.csv": text });
  const { code, stdout, stderr } = await seatrial(["data", "verify", "spy.csv", "--json", ...flags], folder);
  expect(stderr).toBe("");
  const [{ kinds }] = JSON.parse(stdout) as [{ kinds: Kinds }];
  return { code, found: kinds.map(({ kind, count, findings }) => `${kind} ${count}: ${findings[0].text}`) };
}

function broken(change: (rows: Row[]) => void): string {
  const rows = minutes();
  change(rows);
  return csv(rows);
}

const same = (to: Row, from: Row): void => void Object.assign(to, { ...from, time: to.time });

describe.concurrent("seatrial data verify", () => {
  it("finds nothing in sound files, and ends with 0", async () => {
    expect(await verified(csv(minutes()))).toEqual({ code: 0, found: [] });
    expect(await verified(csv(days([100, 101, 99, 100, 102])))).toEqual({ code: 0, found: [] });
  });

  it.each<[string, string, string[], string[]?]>([
    [
      "gaps inside of sessions",
      broken((rows) => void rows.splice(100, 30)),
      ["gap 1: no bars for 30 min from 2024-01-08 16:10Z"],
    ],
    [
      "sessions without a bar, by the calendar",
      broken((rows) => void rows.splice(390, 390)),
      ["gap 1: the session of 2024-01-09 14:30Z has no bars"],
    ],
    [
      "bars outside of sessions",
      broken((rows) => {
        // The evening of a Saturday.
        rows.push({ ...rows[0], time: "2024-01-13 20:00" }, { ...rows[1], time: "2024-01-13 20:01" });
      }),
      [
        "outside 2: the bar of 2024-01-14 01:00Z lies in no session",
        "gap 1: the session of 2024-01-12 14:30Z has no bars",
      ],
    ],
    [
      "bars that are there twice",
      broken((rows) => void rows.splice(10, 0, { ...rows[10] })),
      ["duplicate 1: line 13 has the time of line 12 again"],
    ],
    [
      "bars behind their time",
      broken((rows) => void rows.splice(10, 2, rows[11], rows[10])),
      ["order 1: line 13 is earlier than line 12", "gap 1: no bars for 1 min from 2024-01-08 14:40Z"],
    ],
    [
      "a high below its low",
      broken((rows) => void ([rows[5].high, rows[5].low] = [rows[5].low, rows[5].high])),
      ["range 1: line 7 has high=100.1474 below low=100.3474", "gap 1: no bars for 1 min from 2024-01-08 14:35Z"],
    ],
    [
      "spikes beyond 20 %",
      broken((rows) => {
        rows[700].high *= 1.3;
      }),
      [
        expect.stringMatching(
          /^spike 1: from 99\.\d+ to 129\.\d+ \(\+3\d %\) at 2024-01-09 19:40Z$/,
        ) as unknown as string,
      ],
    ],
    [
      "an unadjusted split",
      csv(days([700, 101, 100, 99, 100])),
      ["split 1: from 700 to 101 at 2024-01-09 14:30Z, which looks like a split of 7:1"],
    ],
    [
      "stale repeats",
      broken((rows) => {
        for (let i = 51; i < 75; i++) same(rows[i], rows[50]);
      }),
      ["stale 1: 25 bars alike from 2024-01-08 15:20Z to 2024-01-08 15:45Z"],
    ],
    [
      "lines that cannot be read",
      csv(minutes()).replace(/\n2024-01-08 09:40,[^\n]*/, "\n2024-01-08 09:40,1,2,x,1,1"),
      ['row 1: line 12 has the low "x"', "gap 1: no bars for 1 min from 2024-01-08 14:40Z"],
    ],
  ])("finds %s, says where, and ends with 3", async (_, text, expected) => {
    expect(await verified(text)).toEqual({ code: 3, found: expected });
  });

  it("finds all of them at once, and nothing of the kinds that are left out", async () => {
    const text = broken((rows) => {
      [rows[5].high, rows[5].low] = [rows[5].low, rows[5].high];
      rows[700].high *= 1.3;
      for (let i = 51; i < 75; i++) same(rows[i], rows[50]);
      rows.push({ ...rows[0], time: "2024-01-11 22:00" });
      rows.splice(200, 5);
    });
    const { code, found } = await verified(text);
    expect([code, found.map((one) => one.split(" ")[0])]).toEqual([3, ["range", "outside", "gap", "spike", "stale"]]);
    const rest = await verified(text, "--skip", "range,outside,gap,stale", "--spike", "0.4");
    expect(rest).toEqual({ code: 0, found: [] });
  });

  it("finds the same in the store, where such bars are let in", { skip: !hasSqlite }, async () => {
    const folder = folderWith({
      "gap.csv": broken((rows) => void rows.splice(390, 390)),
      "spike.csv": broken((rows) => {
        rows[700].high *= 1.3;
      }),
      "stale.csv": broken((rows) => {
        for (let i = 51; i < 75; i++) same(rows[i], rows[50]);
      }),
      "split.csv": csv(days([700, 101, 100, 99, 100])),
      "outside.csv": broken((rows) => void rows.push({ ...rows[0], time: "2024-01-13 20:00" })),
    });
    const imported = await seatrial(
      ["data", "import", "gap.csv", "spike.csv", "stale.csv", "split.csv", "outside.csv"],
      folder,
    );
    expect([imported.code, imported.stderr]).toEqual([0, ""]);
    const { code, stdout } = await seatrial(["data", "verify", "--json"], folder);
    expect(code).toBe(3);
    const told = (JSON.parse(stdout) as { what: string; kinds: Kinds }[]).map(
      ({ what, kinds }) => `${what.split(" ")[0]}: ${kinds.map(({ kind }) => kind).join(" ")}`,
    );
    expect(told.sort()).toEqual([
      "GAP: gap",
      "OUTSIDE: outside gap",
      "SPIKE: spike",
      "SPLIT: split",
      "STALE: stale",
      // The file itself is sound.
      "seatrial.db: ",
    ]);
  });
});

describe.skipIf(!hasShared)(`seatrial data verify on real files (${NO_SHARED})`, () => {
  it("finds Apple's four splits in raw prices, by their dates and ratios", async () => {
    const args = ["data", "verify", `AAPL=${sharedPath("data/aapl-1day-raw.csv.gz")}`, "--json"];
    const { code, stdout } = await seatrial(args, folderWith({}));
    expect(code).toBe(3);
    const [{ kinds }] = JSON.parse(stdout) as [{ kinds: Kinds }];
    const split = kinds.find(({ kind }) => kind === "split");
    expect(split?.findings.map(({ text }) => /at (\S+) .* of (\S+)$/.exec(text)?.slice(1).join(" "))).toEqual([
      "2000-06-21 2:1",
      "2005-02-28 2:1",
      "2014-06-09 7:1",
      "2020-08-31 4:1",
    ]);
  });
});
