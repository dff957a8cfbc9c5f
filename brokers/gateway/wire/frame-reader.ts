/** What a client sends before anything else, without a length. */
const GREETING = Buffer.from("API\0", "latin1");
/** No request is longer; a longer one is no client of TWS. */
const LONGEST = 1 << 20;

/**
 * Cuts a client's bytes into frames: after the greeting each is a length of four bytes, the highest first, and that many
 * bytes. Bytes may arrive in pieces of any size.
 */
export class FrameReader {
  private rest: Buffer = Buffer.alloc(0);
  private greeted = false;
  /** Whether the bytes so far cannot be those of a client of TWS; nothing more is read then. */
  broken = false;

  /** Takes bytes and answers the payloads that are complete, in order. */
  read(bytes: Buffer): Buffer[] {
    if (this.broken) return [];
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    if (!this.greeted && !this.readGreeting()) return [];
    const frames: Buffer[] = [];
    let at = 0;
    while (this.rest.length - at >= 4) {
      const length = this.rest.readUInt32BE(at);
      if (length > LONGEST) {
        this.broken = true;
        break;
      }
      if (this.rest.length - at < 4 + length) break;
      frames.push(this.rest.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    this.rest = this.rest.subarray(at);
    return frames;
  }

  private readGreeting(): boolean {
    const { rest } = this;
    const known = Math.min(rest.length, GREETING.length);
    if (!rest.subarray(0, known).equals(GREETING.subarray(0, known))) this.broken = true;
    if (this.broken || known < GREETING.length) return false;
    this.greeted = true;
    this.rest = rest.subarray(GREETING.length);
    return true;
  }
}
