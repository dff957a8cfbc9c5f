import type { SingleBar } from "cli-progress";
import { writeStandardError } from "./standard-error.js";

/** A run that is over sooner shows nothing. */
const PATIENCE_MS = 500;

/** Columns that the words beside the bar take. */
const WORDS = 64;

const OF_BARS = "{bar} {percentage} %  {value}/{total} bars, {eta_formatted} left";

/** How wide the bar may be, so that what is cut off at the edge of a narrow terminal is not the time left. */
export function barWidth(columns: number): number {
  return Math.min(40, Math.max(3, columns - WORDS));
}

/** A progress bar on stderr, for work that lasts and a reader who sees it happen. */
export class Progress {
  private readonly format: string;
  private readonly begun = performance.now();
  private bar: SingleBar | undefined;
  private asked = false;
  private ended = false;

  /** @param format what it shows, with names between braces. Default for a run over bars. */
  constructor(format = OF_BARS) {
    this.format = format;
  }

  /**
   * What is done, and all there is; of a backtest, events.
   * @param words what the names of the format stand for, beside those that every bar knows
   */
  readonly update = (done: number, total: number, words: Readonly<Record<string, string>> = {}): void => {
    if (this.bar !== undefined) {
      this.bar.setTotal(total);
      this.bar.update(done, words);
    } else if (!this.asked && done < total && performance.now() - this.begun > PATIENCE_MS) {
      void this.show(done, total, words);
    }
  };

  end(): void {
    this.ended = true;
    this.bar?.stop();
  }

  private async show(done: number, total: number, words: Readonly<Record<string, string>>): Promise<void> {
    this.asked = true;
    const { default: progress } = await import("cli-progress");
    if (this.ended) return;
    this.bar = new progress.SingleBar(
      {
        format: this.format,
        formatValue: (value, _options, type) =>
          type === "value" || type === "total" ? value.toLocaleString("en-US") : String(value),
        // Written past the stream, so that the cursor comes back even if Ctrl-C has left the stream dead.
        stream: Object.create(process.stderr, { write: { value: writeStandardError } }),
        barsize: barWidth(process.stderr.columns ?? 80),
        clearOnComplete: true,
        hideCursor: true,
        // Ctrl-C is the command's own to handle.
        gracefulExit: false,
      },
      progress.Presets.shades_classic,
    );
    this.bar.start(total, done, words);
    // However the process ends, the cursor comes back.
    process.once("exit", () => this.end());
  }
}
