import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ZoneFile } from "../../data/zone-file.js";
import { present } from "../shared-data.js";

/** The bytes of a file: changes as [second, type], types as seconds ahead of UTC, and the rule behind the last change. */
function bytesOf(changes: readonly [number, number][], types: readonly number[], rule: string, leaps = 0): Buffer {
  const part = (wide: boolean): Buffer[] => {
    const header = Buffer.alloc(44);
    header.write("TZif2");
    [0, 0, leaps, changes.length, types.length, 4].forEach((count, i) => {
      header.writeUInt32BE(count, 20 + i * 4);
    });
    const times = changes.map(([second]) => {
      const bytes = Buffer.alloc(wide ? 8 : 4);
      if (wide) bytes.writeBigInt64BE(BigInt(second));
      else bytes.writeInt32BE(second);
      return bytes;
    });
    const infos = types.map((seconds) => {
      const bytes = Buffer.alloc(6);
      bytes.writeInt32BE(seconds);
      return bytes;
    });
    const ends = Buffer.alloc(leaps * (wide ? 12 : 8));
    return [header, ...times, Buffer.from(changes.map(([, type]) => type)), ...infos, Buffer.from("ABC\0"), ends];
  };
  return Buffer.concat([...part(false), ...part(true), Buffer.from(`\n${rule}\n`)]);
}

const CHANGES: [number, number][] = [
  [-1000, 0],
  [1000, 1],
  [5000, 0],
];

describe("the file of a time zone", () => {
  it("tells the stretch around an instant, up to its last change where a rule follows", () => {
    const file = ZoneFile.from(bytesOf(CHANGES, [-3600, 7200], "XST1XDT,M3.2.0,M11.1.0"));
    expect(file?.at(0)).toEqual({ from: 0, to: 1_000_000, offset: -3_600_000 });
    expect(file?.at(999_999)?.offset).toBe(-3_600_000);
    expect(file?.at(1_000_000)).toEqual({ from: 1_000_000, to: 5_000_000, offset: 7_200_000 });
    expect(file?.at(4_999_999)?.offset).toBe(7_200_000);
    for (const instant of [-1, 5_000_000, 1e15, Number.NaN]) expect(file?.at(instant)).toBeUndefined();
  });

  it("tells all that follows where no rule changes it any more", () => {
    const file = ZoneFile.from(bytesOf(CHANGES, [-3600, 7200], "XST1"));
    expect(file?.at(1e15)).toEqual({ from: 5_000_000, to: Infinity, offset: -3_600_000 });
    const constant = ZoneFile.from(bytesOf([], [3600], "XST-1"));
    expect(constant?.at(1e12)).toEqual({ from: 0, to: Infinity, offset: 3_600_000 });
  });

  it("that cannot be understood is none", () => {
    const sound = bytesOf(CHANGES, [0, 3600], "XST0");
    const old = Buffer.from(sound);
    old[4] = 0;
    expect(ZoneFile.from(old)).toBeUndefined();
    expect(ZoneFile.from(bytesOf(CHANGES, [0, 3600], "XST0", 1))).toBeUndefined();
    for (let length = 0; length < sound.length; length++)
      expect(ZoneFile.from(sound.subarray(0, length))).toBeUndefined();
  });

  it("is looked for under the names of zones and no others", () => {
    const odd = [
      "../../../etc/passwd",
      "right/America/New_York",
      "posix/Europe/London",
      "america/new_york",
      "zone.tab",
    ];
    for (const name of [...odd, "", "/", "Mars/Olympus", "America", "leapseconds"])
      expect(ZoneFile.of(name)).toBeUndefined();
  });

  it.runIf(present("zones", existsSync("/usr/share/zoneinfo/America/New_York")))(
    "says of every zone of the system what Intl says",
    () => {
      for (const zone of ["America/New_York", "Europe/London", "Asia/Tokyo", "Australia/Lord_Howe", "UTC"]) {
        const file = ZoneFile.of(zone);
        const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
        for (let instant = Date.UTC(1971, 0, 1); instant < Date.UTC(2036, 0, 1); instant += 86_400_000 * 5) {
          const stretch = file?.at(instant);
          const hours = (stretch?.offset ?? Number.NaN) / 3_600_000;
          const sign = hours < 0 ? "-" : "+";
          const size = Math.abs(hours);
          const text = `${sign}${String(Math.floor(size)).padStart(2, "0")}:${size % 1 === 0.5 ? "30" : "00"}`;
          expect(format.format(instant)).toMatch(new RegExp(`GMT${hours === 0 ? "(\\+00:00)?" : `\\${text}`}$`));
        }
      }
    },
  );
});
