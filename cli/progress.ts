import type { SingleBar } from "cli-progress";
import { writeStandardError } from "./standard-error.js";

/** A run that is over sooner shows nothing. */
const PATIENCE_MS = 500;

/** A progress bar on stderr, for a run that lasts and a reader who sees it happen. */
export class Progress {
  private readonly begun = performance.now();
  private bar: SingleBar | undefined;
  private asked = false;
  private ended = false;

  /** For BacktestOptions: events done, and all there are. */
  readonly update = (done: number, total: number): void => {
    if (this.bar !== undefined) this.bar.update(done);
    else if (!this.asked && done < total && performance.now() - this.begun > PATIENCE_MS) void this.show(done, total);
  };

  end(): void {
    this.ended = true;
    this.bar?.stop();
  }

  private async show(done: number, total: number): Promise<void> {
    this.asked = true;
    const { default: progress } = await import("cli-progress");
    if (this.ended) return;
    this.bar = new progress.SingleBar(
      {
        format: "{bar} {percentage} %  {value}/{total} bars, {eta_formatted} left",
        formatValue: (value, _options, type) =>
          type === "value" || type === "total" ? value.toLocaleString("en-US") : String(value),
        // Written past the stream, so that the cursor comes back even if Ctrl-C has left the stream dead.
        stream: Object.create(process.stderr, { write: { value: writeStandardError } }),
        clearOnComplete: true,
        hideCursor: true,
        // Ctrl-C is the command's own to handle.
        gracefulExit: false,
      },
      progress.Presets.shades_classic,
    );
    this.bar.start(total, done);
    // However the process ends, the cursor comes back.
    process.once("exit", () => this.end());
  }
}
