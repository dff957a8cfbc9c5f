import { SECOND } from "../../core/market/bar-size.js";
import { coloured, plain } from "../../report/paint.js";
import type { SessionView } from "../session-view.js";
import { lineOf } from "./cells.js";
import { SessionNotes } from "./notes.js";
import { screenOf } from "./screen.js";

const ESC = "\u001b[";
const HOME = `${ESC}H`;
const CLEAR_LINE = `${ESC}K`;
const CLEAR_BELOW = `${ESC}J`;
const HIDE_CURSOR = `${ESC}?25l`;
const SHOW_CURSOR = `${ESC}?25h`;

const EVERY = SECOND;
/** Of a terminal that does not tell its size. */
const SIZE = { columns: 80, rows: 24 };

/** A place that a session is shown in: stdout, as a rule. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** Shows a session once a second: on a terminal a screen that is redrawn, elsewhere a line an event of note. */
export class SessionDisplay {
  private readonly view: () => SessionView;
  private readonly terminal: Terminal;
  private readonly failed: (error: unknown) => void;
  private readonly isScreen: boolean;
  private readonly timer: NodeJS.Timeout;
  private readonly showCursor = (): void => void this.terminal.write(SHOW_CURSOR);
  private readonly notes = new SessionNotes();
  private footer = "";

  /** @param failed hears why the session could not be shown: that is no reason for it to end */
  constructor(view: () => SessionView, terminal: Terminal, failed: (error: unknown) => void = () => undefined) {
    this.view = view;
    this.failed = failed;
    this.terminal = terminal;
    this.isScreen = terminal.isTTY === true;
    if (this.isScreen) {
      terminal.write(`${HIDE_CURSOR}${HOME}${CLEAR_BELOW}`);
      // However the process ends, the cursor comes back.
      process.once("exit", this.showCursor);
    }
    this.timer = setInterval(() => this.show(), EVERY);
    this.timer.unref();
    this.show();
  }

  /** A question to the reader or what is being done, in the last line of the screen; "" for none. */
  say(text: string): void {
    this.footer = text;
    if (this.isScreen) this.show();
    else if (text !== "") this.terminal.write(`${text}\n`);
  }

  /** Shows it a last time, and leaves it standing. */
  end(): void {
    clearInterval(this.timer);
    this.footer = "";
    this.show();
    if (!this.isScreen) return;
    this.terminal.write("\n");
    process.off("exit", this.showCursor);
    this.showCursor();
  }

  private show(): void {
    try {
      this.draw(this.view());
    } catch (error) {
      this.failed(error);
    }
  }

  private draw(view: SessionView): void {
    if (!this.isScreen) {
      const notes = this.notes.look(view);
      if (notes.length > 0) this.terminal.write(notes.map((note) => `${lineOf(note, Infinity)}\n`).join(""));
      return;
    }
    // A terminal that tells no size, or one of nothing.
    const columns = this.terminal.columns || SIZE.columns;
    const rows = this.terminal.rows || SIZE.rows;
    const paint = this.terminal.hasColors?.() === true ? coloured : plain;
    // The last row stays free: a character in its last column would make some terminals scroll.
    const room = rows - 1 - (this.footer === "" ? 0 : 2);
    const lines = screenOf(view, columns, Math.max(1, room), paint);
    if (this.footer !== "") lines.push("", paint.bold(lineOf(this.footer, columns)));
    this.terminal.write(HOME + lines.map((line) => `${line}${CLEAR_LINE}`).join("\r\n") + CLEAR_BELOW);
  }
}
