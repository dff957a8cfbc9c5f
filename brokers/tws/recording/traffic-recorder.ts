import { createWriteStream, type WriteStream } from "node:fs";
import { reasonOf } from "../../../core/system-reason.js";
import type { TwsAddress } from "../client/tws-client.js";
import { TwsError } from "../errors.js";
import { AccountMask } from "./account-mask.js";
import { RECORDING_HEAD, type RecordedLine } from "./recording.js";
import type { Traffic } from "./traffic.js";

const MANAGED_ACCOUNTS = "15";

/**
 * Writes all traffic into a file, for a report of something that went wrong: account ids are masked, host and port are
 * left out, everything else is as it was on the wire, balances and orders included.
 */
export class TrafficRecorder implements Traffic {
  private readonly file: string;
  private readonly stream: WriteStream;
  private readonly mask = new AccountMask();
  private readonly began = performance.now();
  private failure: TwsError | undefined;

  private constructor(file: string, stream: WriteStream) {
    this.file = file;
    this.stream = stream;
    // It ends with the recording and never with what is recorded.
    stream.on("error", (error) => {
      this.failure ??= this.unwritable(error);
    });
    stream.write(`${RECORDING_HEAD}\n`);
  }

  /** Begins a recording in a new file. @throws TwsError RECORDING_IN_THE_WAY, RECORDING_UNWRITABLE */
  static async begin(file: string): Promise<TrafficRecorder> {
    const stream = createWriteStream(file, { flags: "wx" });
    await new Promise<void>((resolve, reject) => {
      stream.once("open", () => resolve());
      stream.once("error", (error: NodeJS.ErrnoException) => {
        const details = { file, reason: reasonOf(error) };
        const code = error.code === "EEXIST" ? "RECORDING_IN_THE_WAY" : "RECORDING_UNWRITABLE";
        reject(new TwsError(code, details, { cause: error }));
      });
    });
    return new TrafficRecorder(file, stream);
  }

  dialling({ clientId }: TwsAddress): void {
    this.write({ t: this.time, dial: clientId });
  }

  sent(fields: readonly unknown[]): void {
    // The greeting has the four bytes of its length as fields of their own.
    const isGreeting = fields[0] === "API\0";
    const out = isGreeting ? ["API", String(fields.at(-1))] : fields.map((field) => String(field ?? ""));
    this.write({ t: this.time, out });
  }

  received(fields: readonly string[]): void {
    if (fields[0] === MANAGED_ACCOUNTS) this.mask.learn((fields[2] ?? "").split(","));
    this.write({ t: this.time, in: fields });
  }

  ended(reason: string): void {
    this.write({ t: this.time, end: reason });
  }

  /** Ends it, once all is in the file. @throws TwsError RECORDING_UNWRITABLE where something is not */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      if (this.failure === undefined) this.stream.once("error", () => resolve());
      this.stream.end(() => resolve());
    });
    if (this.failure !== undefined) throw this.failure;
  }

  private get time(): number {
    return Math.round(performance.now() - this.began);
  }

  private write(line: RecordedLine): void {
    if (this.failure === undefined) this.stream.write(`${this.mask.apply(JSON.stringify(line))}\n`);
  }

  private unwritable(error: Error): TwsError {
    return new TwsError("RECORDING_UNWRITABLE", { file: this.file, reason: reasonOf(error) }, { cause: error });
  }
}
