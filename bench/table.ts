import Table from "cli-table3";
import { type Case, holds, type Row } from "./case.js";

/** The rows for people. */
export function formatTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ["case", "value", "target", "holds", ""],
    style: { head: [], border: [], compact: true },
    colAligns: ["left", "right", "right", "left", "left"],
  });
  for (const row of rows) {
    const { name, unit, target } = row.case;
    table.push([
      name,
      row.value === undefined ? "-" : `${figure(row.value)} ${unit}`,
      target === undefined ? "" : `${row.case.better === "higher" ? "at least" : "at most"} ${target}`,
      target === undefined ? "" : holds(row) ? "yes" : "no",
      row.value === undefined ? "see below" : row.detail,
    ]);
  }
  const failures = rows.filter(({ value }) => value === undefined).map((row) => `${row.case.name}: ${row.detail}`);
  return [table.toString(), ...failures].join("\n");
}

/** The rows for programs. */
export function formatJson(rows: readonly Row[]): string {
  const plain = rows.map((row) => ({
    case: row.case.name,
    value: row.value === undefined ? null : Number(row.value.toPrecision(4)),
    unit: row.case.unit,
    target: row.case.target ?? null,
    better: row.case.better,
    holds: holds(row),
  }));
  return JSON.stringify(plain, null, 2);
}

export function formatList(cases: readonly Case[]): string {
  return cases.map(({ name, about }) => `${name}\n    ${about}`).join("\n");
}

function figure(value: number): string {
  return Math.abs(value) >= 1 ? value.toFixed(1) : value.toFixed(3);
}
