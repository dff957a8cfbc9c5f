import type { Socket } from "node:net";

/** Bytes that may wait in a socket before simulated time waits for them. */
const HIGH_WATER = 1 << 20;

/**
 * A client's socket, and what faults do to it: bytes may be cut into pieces, held back, or swallowed. Frames go out in
 * the order they were sent, whatever happens to them.
 */
export class Connection {
  /** Bytes that were put on the wire, and bytes that came from it. */
  sentBytes = 0;
  receivedBytes = 0;
  /** Swallows what is sent: the client sees silence. */
  isSilent = false;
  /** Whether what the client sends is read. */
  isReading = true;
  /** Bytes a piece; 0 sends frames whole. */
  pieceBytes = 0;
  /** Called when the socket is gone. */
  onClosed: (() => void) | undefined;
  /** Called when waiting bytes have left. */
  onDrained: (() => void) | undefined;
  private readonly socket: Socket;
  private readonly pieces: Buffer[] = [];
  private isWriting = false;
  private isClosing = false;
  private isGone = false;

  constructor(socket: Socket, onBytes: (bytes: Buffer) => void) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => {
      this.receivedBytes += bytes.length;
      onBytes(bytes);
    });
    // A reset is a way of closing; "close" follows.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      this.isGone = true;
      this.onClosed?.();
    });
    socket.on("end", () => socket.end());
    socket.on("drain", () => this.onDrained?.());
  }

  get isOpen(): boolean {
    return !this.isGone && !this.isClosing;
  }

  /** Whether more waits to be sent than a client should be behind. */
  get isFull(): boolean {
    return this.isOpen && (this.socket.writableLength > HIGH_WATER || this.pieces.length > 0);
  }

  /** Puts a frame on the wire. */
  send(frame: Buffer): void {
    if (!this.isOpen || this.isSilent) return;
    this.sentBytes += frame.length;
    if (this.pieceBytes === 0 && this.pieces.length === 0) {
      this.socket.write(frame);
      return;
    }
    this.cut(frame);
    this.writePieces();
  }

  /** Closes the socket once everything has been sent. */
  close(): void {
    this.isClosing = true;
    if (this.pieces.length === 0) this.socket.end();
  }

  /** Cuts the connection at once: the peer sees a reset. */
  reset(): void {
    this.isClosing = true;
    this.pieces.length = 0;
    // Node shuts the socket down first where it can still write. A peer that goes in that moment has it destroyed meanwhile,
    // the system refuses the reset, and the socket stays open for ever: so nothing is left for that moment.
    if (!this.socket.writableEnded) this.socket.resetAndDestroy();
    this.socket.destroy();
  }

  /** Stops or goes on reading: a peer that does not read and does not answer is half open to the other one. */
  setReading(reads: boolean): void {
    this.isReading = reads;
    if (reads) this.socket.resume();
    else this.socket.pause();
  }

  private cut(frame: Buffer): void {
    const size = this.pieceBytes > 0 ? this.pieceBytes : frame.length;
    for (let at = 0; at < frame.length; at += size) this.pieces.push(frame.subarray(at, at + size));
  }

  /** One piece after the other, each only when the one in front has left, so that they do not join again. */
  private writePieces(): void {
    if (this.isWriting) return;
    const piece = this.pieces.shift();
    if (piece === undefined) {
      if (this.isClosing) this.socket.end();
      this.onDrained?.();
      return;
    }
    this.isWriting = true;
    this.socket.write(piece, () => {
      this.isWriting = false;
      if (!this.isGone) this.writePieces();
    });
  }
}
