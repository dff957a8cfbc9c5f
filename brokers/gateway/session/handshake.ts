/**
 * The protocol version the gateway speaks, and the only one: its layouts are those of 178, which every client of the
 * last years can be spoken to in.
 */
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
 * The version of a connection; undefined for a client too old to understand it, which is hung up on. A client that
 * speaks only newer ones is told ours, and leaves by itself.
 */
export function agreedVersion(client: VersionRange): number | undefined {
  return client.to < SERVER_VERSION ? undefined : SERVER_VERSION;
}
