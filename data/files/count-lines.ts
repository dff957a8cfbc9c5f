const LINE_FEED = 10;
const FOUR_LINE_FEEDS = 0x0a0a0a0a;
const LOW_BITS = 0x7f7f7f7f;
/** So many words can be counted in the four bytes of a number before one of them is full. */
const WORDS_AT_ONCE = 255;

/** The line feeds from a place on, looked for in four bytes at a time. */
export function countLines(bytes: Uint8Array, from: number): number {
  let lines = 0;
  let p = from;
  for (; p < bytes.length && (bytes.byteOffset + p) % 4 !== 0; p++) if (bytes[p] === LINE_FEED) lines++;
  if (p === bytes.length) return lines;
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + p, (bytes.length - p) >> 2);
  for (let w = 0; w < words.length; ) {
    const after = Math.min(words.length, w + WORDS_AT_ONCE);
    let counts = 0;
    for (; w < after; w++) {
      // A byte that is a line feed becomes 0, and of the sum only then is the highest bit not set.
      const apart = words[w] ^ FOUR_LINE_FEEDS;
      counts += (~(((apart & LOW_BITS) + LOW_BITS) | apart | LOW_BITS) >>> 7) | 0;
    }
    lines += (counts & 255) + ((counts >>> 8) & 255) + ((counts >>> 16) & 255) + (counts >>> 24);
  }
  for (p += words.length * 4; p < bytes.length; p++) if (bytes[p] === LINE_FEED) lines++;
  return lines;
}
