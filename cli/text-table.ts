/** A column of a table for a terminal. */
export interface TextColumn {
  readonly head: string;
  /** Default left. */
  readonly align?: "left" | "right";
}

const GAP = "  ";

/** Rows as text, every column as wide as its widest cell. Without rows only the heads. Ends with a newline. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const table = new TextTable(columns, rows);
  return table.head() + rows.map((row) => table.row(row)).join("");
}

/** The same row by row: widths come from the first rows, and a later cell that is wider pushes its row out. */
export class TextTable {
  private readonly columns: readonly TextColumn[];
  private readonly widths: readonly number[];

  constructor(columns: readonly TextColumn[], first: readonly (readonly string[])[]) {
    this.columns = columns;
    this.widths = columns.map(({ head }, i) => first.reduce((most, row) => Math.max(most, row[i].length), head.length));
  }

  head(): string {
    return this.row(this.columns.map(({ head }) => head));
  }

  row(cells: readonly string[]): string {
    const padded = cells.map((cell, i) => {
      if (this.columns[i].align === "right") return cell.padStart(this.widths[i]);
      return i === cells.length - 1 ? cell : cell.padEnd(this.widths[i]);
    });
    return `${padded.join(GAP).trimEnd()}\n`;
  }
}
