/** A column of a table: what stands over it, and how its cells are laid below each other. */
export interface Column<Row> {
  readonly head: string;
  /** "point": numbers with their decimal points below each other. Default "left". */
  readonly align?: "left" | "right" | "point";
  readonly cell: (row: Row) => string;
}

const GAP = "  ";

/** A head and rows as lines, every column as wide as its widest cell. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): { head: string; rows: readonly string[] } {
  const laid = columns.map((column) => layOut(column, rows));
  const line = (i: number): string =>
    laid
      .map((cells) => cells[i])
      .join(GAP)
      .trimEnd();
  return { head: line(0), rows: rows.map((_, i) => line(i + 1)) };
}

/** Head and cells of one column, all of one width. */
function layOut<Row>({ head, align, cell }: Column<Row>, rows: readonly Row[]): string[] {
  let cells = rows.map(cell);
  if (align === "point") {
    const behind = cells.map((text) => text.length - wholeLength(text));
    const most = Math.max(0, ...behind);
    cells = cells.map((text, i) => text + " ".repeat(most - behind[i]));
  }
  const width = cells.reduce((most, text) => Math.max(most, text.length), head.length);
  return [head, ...cells].map((text) =>
    align === undefined || align === "left" ? text.padEnd(width) : text.padStart(width),
  );
}

function wholeLength(text: string): number {
  const point = text.lastIndexOf(".");
  return point < 0 ? text.length : point;
}
