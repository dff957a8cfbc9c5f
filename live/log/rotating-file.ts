import { closeSync, existsSync, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { DAY, type Instant } from "../../core/market/bar-size.js";

export interface RotationOptions {
  /** Bytes after which a new file is begun. Default 10 MB. */
  readonly mostBytes?: number;
  /** How many files are kept beside the current one. Default 13. */
  readonly keep?: number;
  /** The machine's clock; a new file is also begun with each UTC day. */
  readonly now: () => Instant;
  /** Called when lines cannot be written, once until they can be again. */
  readonly onFailure?: (error: unknown) => void;
}

const MOST_BYTES = 10_000_000;
const KEEP = 13;

/**
 * A text file that never grows beyond its bound: full, or with a new day, `session.log` becomes `session.1.log`, that
 * one `session.2.log`, and the oldest goes. Lines are written at once, so that a killed process has left every one. A
 * disk that is full costs lines and never the session: they are counted, and their number is the first line after it.
 */
export class RotatingFile {
  private readonly path: string;
  private readonly mostBytes: number;
  private readonly keep: number;
  private readonly options: RotationOptions;
  private file: number | undefined;
  private bytes = 0;
  private day = 0;
  private lost = 0;

  /** Goes on where an earlier one has ended. Throws what the file system throws. */
  constructor(path: string, options: RotationOptions) {
    this.path = path;
    this.options = options;
    this.mostBytes = options.mostBytes ?? MOST_BYTES;
    this.keep = options.keep ?? KEEP;
    this.open();
  }

  /** @param line ends with a newline */
  write(line: string): void {
    try {
      this.rotateIfDue(Buffer.byteLength(line));
      if (this.lost > 0) {
        const note = JSON.stringify({ level: "error", code: "LOG_LINES_LOST", count: this.lost });
        this.append(`${note}\n`);
        this.lost = 0;
      }
      this.append(line);
    } catch (error) {
      this.lost++;
      if (this.lost === 1) this.options.onFailure?.(error);
    }
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private append(text: string): void {
    if (this.file === undefined) this.open();
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length; ) {
      const now = writeSync(this.file as number, bytes, written);
      written += now;
      this.bytes += now;
    }
  }

  private rotateIfDue(more: number): void {
    const isFull = this.bytes > 0 && this.bytes + more > this.mostBytes;
    if (!isFull && dayOf(this.options.now()) === this.day) return;
    this.close();
    if (existsSync(this.path)) {
      rmSync(this.numbered(this.keep), { force: true });
      for (let i = this.keep - 1; i >= 1; i--) {
        if (existsSync(this.numbered(i))) renameSync(this.numbered(i), this.numbered(i + 1));
      }
      if (this.keep > 0) renameSync(this.path, this.numbered(1));
      else rmSync(this.path);
    }
    this.open();
  }

  private open(): void {
    this.file = openSync(this.path, "a", 0o600);
    const { size, mtimeMs } = fstatSync(this.file);
    this.bytes = size;
    this.day = dayOf(size > 0 ? mtimeMs : this.options.now());
  }

  private numbered(i: number): string {
    return this.path.replace(/(\.\w+)?$/, `.${i}$1`);
  }
}

function dayOf(instant: Instant): number {
  return Math.floor(instant / DAY);
}
