import { element, number } from "./text.js";

/** Rows of a page, and of one on a narrow screen. */
const PAGE = 25;
const NARROW_PAGE = 10;

/**
 * A table of any length: only one page of rows is ever in the document. Columns are
 * { name, title, value(row) to sort by, text(row) to show, tone(row), right, long }; filters are [name, keeps(row)].
 * On a narrow screen a row is what `brief(row)` says: lines of [left, right, tone].
 */
export class DataTable {
  constructor(host, { label, columns, count, filters = [], brief, note, onRow, rowLabel }) {
    this.label = label;
    this.columns = columns;
    this.count = count;
    this.filters = filters;
    this.brief = brief;
    this.onRow = onRow;
    this.narrow = matchMedia("(max-width: 700px)");
    this.rowLabel = rowLabel;
    this.order = Uint32Array.from({ length: count }, (_, row) => row);
    this.sorted = undefined;
    this.descending = false;
    this.page = 0;
    this.marked = -1;
    this.body = element("tbody");
    this.heads = columns.map((column) => this.head(column));
    this.status = element("span", { class: "status", "aria-live": "polite" });
    const table = element(
      "table",
      { class: "data" },
      element("caption", { class: "hidden" }, label),
      element("thead", {}, element("tr", {}, ...this.heads)),
      this.body,
    );
    this.steps = [
      ["«", "First page", () => 0],
      ["‹", "Previous page", () => this.page - 1],
      ["›", "Next page", () => this.page + 1],
      ["»", "Last page", () => this.pages() - 1],
    ].map(([sign, title, to]) =>
      element("button", { type: "button", "aria-label": title, title, onclick: () => this.turnTo(to()) }, sign),
    );
    host.append(
      element("div", { class: "tools" }, this.filterSelect(), this.sortSelect()),
      element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, table),
      element("div", { class: "pager" }, element("div", { class: "buttons" }, ...this.steps), this.status),
    );
    if (note !== undefined) host.append(element("p", { class: "caption" }, note));
    this.narrow.addEventListener("change", () => this.turnTo(0));
    this.turnTo(0);
  }

  /** Turns to the page of a row and marks it; false where a filter hides it. */
  mark(row) {
    this.marked = row;
    const at = this.order.indexOf(row);
    this.turnTo(at < 0 ? this.page : Math.floor(at / this.pageSize()));
    return at >= 0;
  }

  /** The row so many places away from another one, as the table is sorted now. */
  neighbour(row, away) {
    const at = this.order.indexOf(row);
    return at < 0 ? undefined : this.order[at + away];
  }

  pageSize() {
    return this.narrow.matches ? NARROW_PAGE : PAGE;
  }

  pages() {
    return Math.max(1, Math.ceil(this.order.length / this.pageSize()));
  }

  turnTo(page) {
    this.page = Math.max(0, Math.min(this.pages() - 1, page));
    const first = this.page * this.pageSize();
    const rows = this.order.subarray(first, first + this.pageSize());
    this.body.replaceChildren(...Array.from(rows, (row) => this.row(row)));
    this.status.textContent =
      rows.length === 0
        ? "None"
        : `${number(first + 1, 0)} to ${number(first + rows.length, 0)} of ${number(this.order.length, 0)}`;
    const isFirst = this.page === 0;
    const isLast = this.page === this.pages() - 1;
    for (const [i, button] of this.steps.entries()) button.disabled = i < 2 ? isFirst : isLast;
  }

  row(row) {
    const cells = this.narrow.matches
      ? [this.briefCell(row)]
      : this.columns.map((column, i) =>
          element(
            "td",
            { class: classes(column, column.tone?.(row)) },
            i === 0 ? this.opener(row, column.text(row)) : column.text(row),
          ),
        );
    return element(
      "tr",
      {
        class: row === this.marked ? "marked" : undefined,
        onclick: this.onRow && (() => this.onRow(row)),
      },
      ...cells,
    );
  }

  briefCell(row) {
    const lines = this.brief(row).map(([left, right, tone], i) =>
      element(
        "span",
        { class: "line" },
        element("span", {}, i === 0 ? this.opener(row, left) : left),
        element("span", { class: tone }, right ?? ""),
      ),
    );
    return element("td", { class: "brief" }, ...lines);
  }

  /** What of a row can be reached and pressed with the keyboard. */
  opener(row, text) {
    if (this.onRow === undefined) return text;
    return element("button", { type: "button", class: "link", "aria-label": this.rowLabel(row) }, text);
  }

  head(column) {
    const button = element(
      "button",
      { type: "button", title: column.title, onclick: () => this.sortBy(column) },
      column.name,
    );
    return element("th", { scope: "col", class: classes(column), "aria-sort": "none" }, button);
  }

  /** Sorts by a column; a second time the other way round. Rows that are equal keep their order, NaN comes last. */
  sortBy(column, descending) {
    this.descending =
      descending ?? (this.sorted === column ? !this.descending : column.right === true && column !== this.columns[0]);
    this.sorted = column;
    const keys = new Float64Array(this.count);
    for (let row = 0; row < this.count; row++) keys[row] = column.value(row);
    const way = this.descending ? -1 : 1;
    this.order.sort((a, b) => {
      const x = keys[a];
      const y = keys[b];
      if (x < y) return -way;
      if (x > y) return way;
      if (x === y) return a - b;
      return Number.isNaN(x) ? (Number.isNaN(y) ? a - b : 1) : -1;
    });
    for (const [i, head] of this.heads.entries()) {
      const way = this.descending ? "descending" : "ascending";
      head.setAttribute("aria-sort", this.columns[i] === column ? way : "none");
    }
    this.turnTo(0);
  }

  filterSelect() {
    if (this.filters.length === 0) return undefined;
    const select = element(
      "select",
      { "aria-label": `Which of the ${this.label.toLowerCase()} to show` },
      ...this.filters.map(([name], i) => element("option", { value: String(i) }, name)),
    );
    select.addEventListener("change", () => {
      const [, keeps] = this.filters[Number(select.value)];
      const kept = [];
      for (let row = 0; row < this.count; row++) if (keeps(row)) kept.push(row);
      this.order = Uint32Array.from(kept);
      if (this.sorted !== undefined) this.sortBy(this.sorted, this.descending);
      else this.turnTo(0);
    });
    return select;
  }

  /** Where columns are not side by side there are no heads to click: a list of the same. */
  sortSelect() {
    const options = this.columns.flatMap((column, i) => [
      element("option", { value: `${i} up` }, `${column.name}, rising`),
      element("option", { value: `${i} down` }, `${column.name}, falling`),
    ]);
    const select = element(
      "select",
      { class: "narrow-only", "aria-label": `Sort the ${this.label.toLowerCase()}` },
      ...options,
    );
    select.addEventListener("change", () => {
      const [i, way] = select.value.split(" ");
      this.sortBy(this.columns[Number(i)], way === "down");
    });
    return select;
  }
}

function classes(column, tone) {
  return [column.right && "right", column.long && "long", tone].filter(Boolean).join(" ") || undefined;
}
