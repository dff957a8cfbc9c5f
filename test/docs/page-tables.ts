/** The cells of a row of a table in Markdown, without the marks of code around a whole cell. */
function cellsOf(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) =>
      cell
        .trim()
        .replaceAll("\\|", "|")
        .replace(/^`([^`]*)`$/, "$1"),
    );
}

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly string[][];
  /** The latest heading above it. */
  readonly heading: string;
}

/** Every table of a page. */
export function tablesOf(page: string): Table[] {
  const tables: Table[] = [];
  const lines = page.split("\n");
  let heading = "";
  let fenced = false;
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].startsWith("```")) fenced = !fenced;
    if (fenced) continue;
    if (/^#+ /.test(lines[i])) heading = lines[i];
    if (!lines[i].startsWith("|") || !/^\|[-| ]+\|$/.test(lines[i + 1] ?? "")) continue;
    const head = cellsOf(lines[i]);
    const rows: string[][] = [];
    for (i += 2; lines[i]?.startsWith("|"); i++) rows.push(cellsOf(lines[i]));
    tables.push({ head, rows, heading });
    i--;
  }
  return tables;
}

/** The rows of the table whose head begins with these cells. */
export function tableRows(page: string, ...head: readonly string[]): string[][] {
  const found = tablesOf(page).find((table) => head.every((cell, i) => table.head[i] === cell));
  if (found === undefined) throw new Error(`there is no table that begins with ${head.join(" | ")}`);
  return [...found.rows];
}

/** The rows of the first table under a heading. */
export function rowsUnder(page: string, heading: string): string[][] {
  const found = tablesOf(page).find((table) => table.heading === heading);
  if (found === undefined) throw new Error(`there is no table under ${heading}`);
  return [...found.rows];
}
