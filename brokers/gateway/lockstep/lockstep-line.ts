/**
 * The lines of the lockstep channel, one JSON object each. It stands beside the socket of the TWS protocol, which has no
 * acknowledgements and tells whole seconds only. Bytes are counted from the beginning of the client's present connection
 * on that socket, as Node's `bytesRead` and `bytesWritten` count them.
 */

/** First of all the partner says which client it is. */
export interface HelloLine {
  readonly hello: number;
}

/**
 * It is `time` (epoch ms UTC), and everything up to the byte `bytes` belongs to the time until then. Time stands still
 * until the partner has answered.
 */
export interface StepLine {
  readonly step: number;
  readonly time: number;
  readonly bytes: number;
}

/** Nothing more will happen by itself: the data has ended. */
export interface OverLine {
  readonly over: number;
}

/**
 * The partner has dealt with a step, and has written `bytes` bytes to the socket in all. `wake` is the next instant at
 * which it wants to be told the time, whatever happens in the market; left out where it waits for nothing.
 */
export interface DoneLine {
  readonly done: number;
  readonly bytes: number;
  readonly wake?: number;
}

export type PartnerLine = HelloLine | DoneLine;

/** Reads a partner's line; undefined for what is none. */
export function parsePartnerLine(text: string): PartnerLine | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null) return undefined;
  const { hello, done, bytes, wake } = json as Record<string, unknown>;
  if (isCount(hello)) return { hello };
  if (!isCount(done) || !isCount(bytes)) return undefined;
  if (wake === undefined) return { done, bytes };
  return typeof wake === "number" && Number.isFinite(wake) ? { done, bytes, wake } : undefined;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
