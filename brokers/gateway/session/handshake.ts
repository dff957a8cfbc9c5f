/** The protocol version the gateway speaks: the last of a client's range, and never above this. */
export const SERVER_VERSION = 178;

/** What a client says behind its greeting: the versions it speaks. */
export interface VersionRange {
  readonly from: number;
  readonly to: number;
}

/** Reads "v100..193", "v157" or the same with options behind a space; undefined for what is neither. */
export function parseVersions(text: string): VersionRange | undefined {
  const match = /^v(\d+)(?:\.\.(\d+))?(?: .*)?$/.exec(text);
  if (match === null) return undefined;
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
}

/**
 * The version of a connection: the highest that both speak. A client that speaks only newer ones is told ours, and
 * leaves by itself.
 */
export function agreedVersion(client: VersionRange, most = SERVER_VERSION): number {
  return Math.max(Math.min(client.to, most), Math.min(client.from, most));
}
