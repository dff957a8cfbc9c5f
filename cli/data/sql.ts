import { once } from "node:events";
import type { Arguments } from "yargs";
import { StoreQuery } from "../../data/store/query.js";
import { CliError } from "../errors.js";
import { DONE } from "../exit-code.js";
import { Flags, type FlagTable } from "../flags.js";
import { TextTable } from "../text-table.js";
import { JSON_FLAG, STORE_FLAGS, withStore } from "./store-flags.js";

export const tells = `Answers one select statement over the store. Nothing can be changed.

  statement  Such as "select * from bars('SPY', '1day', '2024-01-02', '2024-02-01')"

bars(symbol, bar, since, until, adjust) is a table of bars; all of its arguments may be left out
from the right. The views blocks and coverages tell what is stored and what has been asked for.
docs/data.md has all tables.`;

export const flags = { ...STORE_FLAGS, ...JSON_FLAG } as const satisfies FlagTable;

/** Rows that are looked at for the widths of a table's columns; those behind them are written as they come. */
const LOOKED_AT = 1000;
/** Characters gathered before they are written. */
const CHUNK = 64 * 1024;

export async function run(given: Arguments): Promise<number> {
  const line = new Flags(given, flags, 1);
  for (const flag of line.unknown.keys()) line.refuse(flag);
  const statement = line.argument(0);
  if (statement === undefined) throw new CliError("ARGUMENT_MISSING", { command: "data sql", what: "a statement" });
  await withStore(line, { readonly: true }, async (store) => {
    const query = await StoreQuery.open(store);
    try {
      const { columns, rows } = query.ask(statement);
      await write(line.switch("json") ? jsonText(columns, rows) : tableText(columns, rows));
    } finally {
      query.close();
    }
  });
  return DONE;
}

type Row = readonly (string | number | bigint | Uint8Array | null)[];

function* tableText(columns: readonly string[], rows: Iterable<Row>): Generator<string> {
  const first: string[][] = [];
  let table: TextTable | undefined;
  const begin = (): TextTable => {
    const numeric = columns.map((_, i) => first.every((row) => row[i] === "" || /^-?[\d.]+(e[-+]?\d+)?$/.test(row[i])));
    return new TextTable(
      columns.map((head, i) => ({ head, align: numeric[i] && first.length > 0 ? "right" : "left" })),
      first,
    );
  };
  for (const row of rows) {
    const cells = row.map(cellText);
    if (table !== undefined) {
      yield table.row(cells);
      continue;
    }
    first.push(cells);
    if (first.length < LOOKED_AT) continue;
    table = begin();
    yield table.head();
    for (const one of first) yield table.row(one);
  }
  if (table !== undefined) return;
  table = begin();
  yield table.head();
  for (const one of first) yield table.row(one);
}

function* jsonText(columns: readonly string[], rows: Iterable<Row>): Generator<string> {
  let between = "[\n";
  for (const row of rows) {
    const object = Object.fromEntries(
      columns.map((name, i) => [name, row[i] instanceof Uint8Array ? cellText(row[i]) : row[i]]),
    );
    yield `${between}  ${JSON.stringify(object)}`;
    between = ",\n";
  }
  yield between === "[\n" ? "[]\n" : "\n]\n";
}

function cellText(cell: Row[number]): string {
  if (cell === null) return "";
  return cell instanceof Uint8Array ? `(${cell.length} bytes)` : String(cell);
}

/** Writes pieces as fast as whoever reads them takes them. */
async function write(pieces: Iterable<string>): Promise<void> {
  const { stdout } = process;
  let text = "";
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK) continue;
    if (!stdout.write(text)) await once(stdout, "drain");
    text = "";
  }
  stdout.write(text);
}
