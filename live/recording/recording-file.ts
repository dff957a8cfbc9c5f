import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { RecordingError } from "./errors.js";
import { decode, encode, type Line } from "./line.js";

export interface RecordingLimits {
  /** Bytes of one file, behind which the next is begun. Default 64 MB. */
  readonly partBytes?: number;
  /** Bytes of a whole recording, behind which nothing more is recorded. Default 4 GB. */
  readonly mostBytes?: number;
}

const PART_BYTES = 64 * 1024 * 1024;
const MOST_BYTES = 4 * 1024 * 1024 * 1024;
/** Characters that are gathered at the most before they are written. */
const GATHERED = 64 * 1024;
const READ_BYTES = 1024 * 1024;

/**
 * Writes a recording: lines of JSON in files of a bounded size, in a folder of its own. Lines are gathered and written
 * in pieces, for a recording is no journal: what a killed process had not written is missing at its end, and nothing
 * else. A disk that is full ends the recording and not the session.
 */
export class RecordingWriter {
  /** Called once when nothing more is recorded: why. */
  onEnd: ((reason: string) => void) | undefined;
  private readonly folder: string;
  private readonly partBytes: number;
  private readonly mostBytes: number;
  private file: number | undefined;
  private part = 0;
  private partSize = 0;
  private size = 0;
  private gathered = "";
  private ended = false;

  /** @param folder is made; it must not have a recording yet. Throws what the file system throws. */
  constructor(folder: string, limits: RecordingLimits = {}) {
    this.folder = folder;
    this.partBytes = limits.partBytes ?? PART_BYTES;
    this.mostBytes = limits.mostBytes ?? MOST_BYTES;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.open();
  }

  write(line: Line): void {
    this.writeText(encode(line));
  }

  /** @param text a line that is encoded already */
  writeText(text: string): void {
    if (this.ended) return;
    this.gathered += `${text}\n`;
    if (this.gathered.length >= GATHERED) this.flush();
  }

  /** Writes what has been gathered; a session does so every few seconds. */
  flush(): void {
    if (this.ended || this.gathered === "") return;
    const bytes = Buffer.from(this.gathered);
    this.gathered = "";
    try {
      if (this.size + bytes.length > this.mostBytes) {
        this.append(Buffer.from(`${encode(["full"])}\n`));
        this.stop(`it has reached ${this.mostBytes} bytes`);
        return;
      }
      if (this.partSize > 0 && this.partSize + bytes.length > this.partBytes) this.open();
      this.append(bytes);
    } catch (error) {
      this.stop(error instanceof Error ? error.message : String(error));
    }
  }

  close(): void {
    this.flush();
    this.closeFile();
    this.ended = true;
  }

  /** Of a start that is refused there is nothing to be played again. */
  discard(): void {
    this.closeFile();
    this.ended = true;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private append(bytes: Buffer): void {
    for (let written = 0; written < bytes.length; ) {
      written += writeSync(this.file as number, bytes, written);
    }
    this.partSize += bytes.length;
    this.size += bytes.length;
  }

  private open(): void {
    this.closeFile();
    this.part++;
    this.partSize = 0;
    this.file = openSync(join(this.folder, partName(this.part)), "wx", 0o600);
  }

  private closeFile(): void {
    const { file } = this;
    this.file = undefined;
    if (file !== undefined) closeSync(file);
  }

  private stop(reason: string): void {
    this.ended = true;
    this.gathered = "";
    this.onEnd?.(reason);
  }
}

/**
 * The lines of a recording, one by one. A last line without its end is left out: whoever wrote it was killed.
 * @throws RecordingError RECORDING_MISSING, RECORDING_DAMAGED
 */
export function* readRecording(folder: string): Generator<Line> {
  if (partsOf(folder).length === 0) throw new RecordingError("RECORDING_MISSING", { folder });
  let number = 0;
  for (const text of textLines(folder)) {
    number++;
    try {
      yield decode(text);
    } catch (error) {
      throw new RecordingError("RECORDING_DAMAGED", { folder, line: number, problem: "is no line of one" }, error);
    }
  }
}

function* textLines(folder: string): Generator<string> {
  const buffer = Buffer.alloc(READ_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  for (const name of partsOf(folder)) {
    const file = openSync(join(folder, name), "r");
    try {
      for (;;) {
        const read = readSync(file, buffer, 0, READ_BYTES, null);
        if (read === 0) break;
        const bytes = Buffer.concat([rest, buffer.subarray(0, read)]);
        const end = bytes.lastIndexOf(0x0a);
        rest = Buffer.from(bytes.subarray(end + 1));
        if (end > 0) yield* bytes.toString("utf8", 0, end).split("\n");
      }
    } finally {
      closeSync(file);
    }
  }
}

function partsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^part-\d+\.jsonl$/.test(name))
    .sort();
}

function partName(part: number): string {
  return `part-${String(part).padStart(6, "0")}.jsonl`;
}
