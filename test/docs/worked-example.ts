export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** Monday 2024-01-08, 09:30 in New York: where every example begins. */
export const OPENING = Date.UTC(2024, 0, 8, 14, 30);
export const SESSION = 6.5 * HOUR;
/** New York is five hours behind UTC on that day. */
export const BEHIND_UTC = 5 * HOUR;

export interface WrittenBar {
  readonly start: number;
  readonly end: number;
  /** Open, high, low, close. */
  readonly prices: readonly number[];
  readonly volume: number;
}

export interface WrittenQuote {
  readonly time: number;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
}

export interface WrittenTrade {
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

/** A worked example as its page states it: prices, what was ordered and when, and what came of it. */
export class WorkedExample {
  title = "";
  /** Options of `backtest` by name. */
  readonly settings: Record<string, unknown> = {};
  /** Of quote bars: ask less bid. */
  spread = 0;
  hourly = false;
  readonly bars: WrittenBar[] = [];
  readonly quotes: WrittenQuote[] = [];
  readonly trades: WrittenTrade[] = [];
  /** Orders by the instant they are made at. */
  readonly orders = new Map<number, string[]>();
  /** Lines that say what is to come of it, as `outcomeOf` writes them. */
  readonly outcome: string[] = [];
  private session = 0;
  private inSession = 0;

  constructor(text: string) {
    for (const line of text.split("\n")) this.take(line.trim().replace(/\s+/g, " "));
  }

  private take(line: string): void {
    const [, at, event] = /^(\d\d:\d\d:\d\d) ((?:quote|trade) .*)$/.exec(line) ?? [];
    const [, made, order] = /^after (bar \d+|[\d:]+): (.*)$/.exec(line) ?? [];
    if (line === "" || line === "open high low close") return;
    if (line.startsWith("# ")) this.title = line.slice(2);
    else if (line === "hourly bars") this.hourly = true;
    else if (line === "the session closes") this.closeSession();
    else if (line.startsWith("with ")) this.takeSettings(line.slice(5));
    else if (/^bar \d+ /.test(line)) this.takeBar(line);
    else if (event !== undefined) this.takeEvent(clock(at), event);
    else if (made !== undefined) this.takeOrder(made, order);
    else if (/^(fill |no fill|ends: |ambiguous bars: |denied: )/.test(line)) this.outcome.push(line);
    else throw new Error(`"${line}" is no line of an example`);
  }

  private closeSession(): void {
    this.session++;
    this.inSession = 0;
  }

  private takeSettings(text: string): void {
    for (const setting of text.split(" ")) {
      const [name, value] = setting.split("=");
      if (name === "spread") this.spread = Number(value);
      else if (name.startsWith("guards")) {
        this.settings.guards = withGuard(this.settings.guards, name.split(".").slice(1), value);
      } else this.settings[name] = Number.isNaN(Number(value)) ? value : Number(value);
    }
  }

  private takeBar(line: string): void {
    const [, numbers, volume] = /^bar \d+ (.*?)(?: volume (\d+))?$/.exec(line) as RegExpExecArray;
    const opening = OPENING + (this.hourly ? this.session : this.bars.length) * DAY;
    const start = opening + this.inSession * HOUR;
    const end = this.hourly ? start + HOUR : opening + SESSION;
    this.bars.push({ start, end, prices: numbers.split(" ").map(Number), volume: Number(volume ?? 0) });
    if (this.hourly) this.inSession++;
  }

  private takeEvent(time: number, event: string): void {
    const quote = /^quote (\S+) x (\S+) \/ (\S+) x (\S+)$/.exec(event)?.slice(1).map(Number);
    const trade = /^trade (\S+) x (\S+)$/.exec(event)?.slice(1).map(Number);
    if (quote !== undefined) {
      const [bid, bidSize, ask, askSize] = quote;
      this.quotes.push({ time, bid, bidSize, ask, askSize });
    } else if (trade !== undefined) this.trades.push({ time, price: trade[0], size: trade[1] });
    else throw new Error(`"${event}" is neither a quote nor a trade`);
  }

  private takeOrder(made: string, order: string): void {
    const time = made.startsWith("bar ") ? this.bars[Number(made.slice(4)) - 1].end : clock(made);
    this.orders.set(time, [...(this.orders.get(time) ?? []), order]);
  }
}

/** Every worked example of a page: the blocks between fences that are marked "example". */
export function examplesOf(page: string): WorkedExample[] {
  return [...page.matchAll(/^```example\n([\s\S]*?)^```$/gm)].map((match) => new WorkedExample(match[1]));
}

/** "guards.priceBand.fraction=0.05" as an object; "guards=on" alone leaves all at their defaults. */
function withGuard(guards: unknown, path: readonly string[], value: string): Record<string, unknown> {
  const settings = { ...(guards as Record<string, unknown> | undefined) };
  if (path.length === 0) return settings;
  const plain = value === "true" || value === "false" ? value === "true" : Number(value);
  settings[path[0]] = path.length === 1 ? plain : withGuard(settings[path[0]], path.slice(1), value);
  return settings;
}

function clock(time: string): number {
  const [hours, minutes, seconds] = time.split(":").map(Number);
  return Date.UTC(2024, 0, 8, hours, minutes, seconds) + BEHIND_UTC;
}
