import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../../core/market/bar-size.js";
import { formatStatistic } from "../../core/statistics/format.js";
import {
  STATISTIC_KEYS,
  type StatisticKey,
  type StatisticNeeds,
  statisticLabel,
} from "../../core/statistics/labels.js";
import { projectRoot } from "../shared-data.js";

const UNITS: Readonly<Record<keyof StatisticNeeds, string>> = {
  returns: "daily returns",
  days: "calendar days",
  months: "months",
  trades: "trades",
};

/** The row of docs/statistics.md for a statistic. */
function rowOf(key: StatisticKey): string {
  const { label, kind, definition, needs } = statisticLabel(key);
  const least = Object.entries(needs ?? {}).map(([what, count]) => `${count} ${UNITS[what as keyof StatisticNeeds]}`);
  return `| \`${key}\` | ${label} | ${kind} | ${definition} | ${least.join(", ") || "-"} |`;
}

describe("docs/statistics.md", () => {
  const page = readFileSync(join(projectRoot, "docs", "statistics.md"), "utf8");
  const rows = page.split("\n").filter((line) => /^\| `\w+` \|/.test(line));

  it("lists every statistic of a result in its order, with label, kind, definition and least sample, and no other", () => {
    expect(rows).toEqual(STATISTIC_KEYS.map(rowOf));
  });

  it("cites the source of each formula that has one", () => {
    const sources = [
      "Sharpe (1994)",
      "Sortino & Price (1994)",
      "Young (1991)",
      "Martin & McCann (1989)",
      "Tharp (2008)",
      "Kelly (1956)",
      "Bailey & Lopez de Prado (2012)",
      "Jensen (1968)",
      "Goodwin (1998)",
      "Acerbi & Tasche (2002)",
      "Joanes & Gill (1998)",
      "Hyndman & Fan (1996)",
      "Sweeney (1996)",
      "Freedman & Diaconis (1981)",
    ];
    expect(sources.filter((source) => !page.replace(/\s+/g, " ").includes(source))).toEqual([]);
  });
});

describe("labels of statistics", () => {
  it("are all different, and each definition is one sentence", () => {
    const labels = STATISTIC_KEYS.map((key) => statisticLabel(key).label);
    expect(new Set(labels).size).toBe(labels.length);
    for (const key of STATISTIC_KEYS) expect(statisticLabel(key).definition, key).toMatch(/^[A-Z][^|\n]*\.$/);
  });
});

describe("a printed statistic", () => {
  it("is n/a where there is no number", () => {
    expect(formatStatistic("sharpe", undefined)).toBe("n/a");
    expect(formatStatistic("sharpe", Number.NaN)).toBe("n/a");
    expect(formatStatistic("end", 1e300)).toBe("n/a");
  });

  it("is per cent for a fraction, with two decimals", () => {
    expect(formatStatistic("totalReturn", 0.12345)).toBe("12.35 %");
    expect(formatStatistic("totalReturn", -12.5)).toBe("-1,250.00 %");
    expect(formatStatistic("totalReturn", -0.00001)).toBe("0.00 %");
  });

  it("has its thousands apart for money, with a currency where one is given", () => {
    expect(formatStatistic("netProfit", -1234567.891)).toBe("-1,234,567.89");
    expect(formatStatistic("netProfit", 999.995, "USD")).toBe("1,000.00 USD");
    expect(formatStatistic("netProfit", undefined, "USD")).toBe("n/a");
    expect(formatStatistic("netProfit", 1e22)).toBe("1.00e+22");
  });

  it("is a whole number for a count and has two decimals for a ratio", () => {
    expect(formatStatistic("trades", 400_000)).toBe("400,000");
    expect(formatStatistic("sharpe", 1.005)).toBe("1.00");
    expect(formatStatistic("sharpe", -0.5)).toBe("-0.50");
  });

  it("has its two largest units for a duration", () => {
    expect(formatStatistic("duration", 294 * DAY + 6 * HOUR + 5 * MINUTE)).toBe("294 d 6 h");
    expect(formatStatistic("duration", 3 * HOUR + 20 * MINUTE)).toBe("3 h 20 min");
    expect(formatStatistic("duration", 45 * SECOND)).toBe("45 s");
    expect(formatStatistic("duration", 2 * DAY)).toBe("2 d");
    expect(formatStatistic("duration", 250)).toBe("250 ms");
    expect(formatStatistic("duration", 0)).toBe("0 s");
  });

  it("is UTC for an instant, without seconds where there are none", () => {
    expect(formatStatistic("start", Date.UTC(2024, 2, 1, 21))).toBe("2024-03-01 21:00 UTC");
    expect(formatStatistic("start", Date.UTC(2024, 2, 1, 21, 0, 5))).toBe("2024-03-01 21:00:05 UTC");
  });
});
