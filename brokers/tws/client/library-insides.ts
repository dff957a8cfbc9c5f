import { CursorQueue } from "./cursor-queue.js";

/** The private parts of the client library that are replaced, as they are in the version this was written for. */
interface Insides {
  emit(event: "received" | "sent", fields: readonly unknown[]): unknown;
  on(event: "server", listener: (version: number) => void): unknown;
  readonly controller: {
    readonly socket: {
      /** What has come of a message that is not whole yet. */
      readonly _v100MessageBuffer: Buffer;
      onData(data: Buffer): void;
      send(fields: readonly unknown[]): void;
      connect(clientId?: number): void;
      readonly client?: {
        readonly bytesWritten: number;
        setNoDelay(isOn: boolean): unknown;
        write(bytes: Buffer): unknown;
      };
    };
    readonly connected: boolean;
    readonly decoder: { dataQueue: unknown; enqueueMessage(fields: readonly string[]): void; process(): void };
    onMessage(fields: readonly string[]): void;
    processIngressQueue(): void;
    schedule(write: () => void): void;
    readonly encoder: object;
    sendMsg(fields: readonly unknown[]): void;
  };
}

/** What a mended client tells beside the library's events. */
export interface InsideHooks {
  /** The decoder has thrown: what, and the message that it could not read. */
  failed(error: unknown, fields: readonly string[]): void;
  /** Historical bars have come, as the fields of their message. The decoder never sees them. */
  bars(fields: readonly string[]): void;
  /** Messages that came together have been read: how many bytes they were. */
  batch(bytes: number): void;
  /** A message of a market data stream has come, as its fields; where it is taken the decoder never sees it. */
  ticks(fields: readonly string[]): boolean;
}

/**
 * Mends a client of the library from the inside, where nothing can be done from the outside:
 *
 * - long answers are read in linear time (`CursorQueue`);
 * - historical bars, by far the longest, are handed over whole: the library makes three events of nine arguments of every
 *   bar, which takes twenty times as long as reading it;
 * - messages of market data are handed over whole to streams that take them so: the library loses the size that comes
 *   with a bid, whose tick has the number 0, and reads them in three times the time;
 * - a reject that comes with text which is no JSON, or is none once its escapes are undone, ends neither the process nor
 *   the message behind it: the text is carried through as it came (`rejectText`);
 * - whatever else the decoder throws is told, and the next message is read as if nothing had been;
 * - the end of messages that came together is told, so that whoever acts on them sees all of them first;
 * - a message leaves at once: the system would keep a small one back for 40 ms until the one before is acknowledged;
 * - a request is written at once or throws; the library's own buffer would keep it for a later connection, and would
 *   keep everything for ever once an encoder has thrown;
 * - its bytes are made at once and in one piece: the library makes an array of numbers of them, three times, and sets a
 *   timer for every message.
 *
 * @returns false, with nothing changed, where the insides are not what they were
 */
export function mend(client: unknown, hooks: InsideHooks): boolean {
  if (!hasInsides(client)) return false;
  const { controller } = client;
  const { decoder, socket } = controller;
  const read = socket.onData;
  socket.onData = (data) => {
    const rest = socket._v100MessageBuffer.length === 0 ? readTicks(data) : data;
    if (rest.length > 0) read.call(socket, rest);
    hooks.batch(data.length);
  };
  /** Takes whole messages of market data from the beginning. @returns what is left */
  const readTicks = (data: Buffer): Buffer => {
    let end = tickEnd(data, 0);
    if (end === 0) return data;
    let at = 0;
    // All of it at once: cut from a text, fields cost a third of what they cost message by message.
    const text = data.toString("latin1");
    for (; end > 0; end = tickEnd(data, at)) {
      const fields = asciiFields(data, text, at + LENGTH_BYTES, end);
      if (fields === undefined || !hooks.ticks(fields)) break;
      client.emit("received", fields);
      at = end;
    }
    return data.subarray(at);
  };
  const send = socket.send;
  socket.send = (fields) => {
    const flat: unknown[] = [];
    flatten(fields, flat);
    // The greeting begins with a text, and has another form.
    if (typeof flat[0] === "string") {
      send.call(socket, fields);
      return;
    }
    // Who is told that an order was written must be able to rely on it.
    if (socket.client === undefined) throw new Error("there is no connection to write to");
    socket.client.write(framed(flat.join("\0")));
    client.emit("sent", flat);
  };
  controller.sendMsg = (fields) => socket.send(fields);
  // The encoder asks two hundred times an order, each time through three others.
  client.on("server", (value) => Object.defineProperty(controller.encoder, "serverVersion", { value }));
  const dial = socket.connect;
  socket.connect = (clientId) => {
    dial.call(socket, clientId);
    socket.client?.setNoDelay(true);
  };
  let latest: readonly string[] = [];
  decoder.dataQueue = new CursorQueue();
  controller.onMessage = (fields) => {
    latest = fields;
    if (fields[0] === HISTORICAL_DATA) hooks.bars(fields);
    else if (PLACE_OF_ID[fields[0]] === undefined || !hooks.ticks(fields))
      decoder.enqueueMessage(withHarmlessReject(fields));
  };
  controller.processIngressQueue = () => {
    try {
      decoder.process();
    } catch (error) {
      // One message is enqueued at a time, so what is left is of the one that failed.
      decoder.dataQueue = new CursorQueue();
      hooks.failed(error, latest);
    }
  };
  controller.schedule = (write) => {
    if (!controller.connected) throw new Error("there is no connection to write to");
    write();
  };
  return true;
}

/** Bytes that a client has written to its socket. */
export function bytesWritten(client: unknown): number {
  return (client as Partial<Insides>).controller?.socket.client?.bytesWritten ?? 0;
}

/** Whether a client that was mended still reads a message: one that tells the time, fed in by hand. */
export function readsMessages(client: unknown, onTime: (listener: (seconds: number) => void) => void): boolean {
  let read: number | undefined;
  onTime((seconds) => {
    read = seconds;
  });
  try {
    const { controller } = client as Insides;
    for (const second of [1, 2]) {
      controller.onMessage(["49", "1", String(second)]);
      controller.processIngressQueue();
      if (read !== second) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function hasInsides(client: unknown): client is Insides {
  const controller = (client as Partial<Insides>).controller;
  const decoder = controller?.decoder;
  return (
    controller !== undefined &&
    decoder !== undefined &&
    Array.isArray(decoder.dataQueue) &&
    typeof controller?.socket?.onData === "function" &&
    typeof controller.encoder === "object" &&
    Buffer.isBuffer(controller.socket._v100MessageBuffer) &&
    [controller.socket.connect, controller.socket.send, controller.sendMsg].every((one) => typeof one === "function") &&
    [decoder.enqueueMessage, decoder.process].every((one) => typeof one === "function") &&
    [controller.onMessage, controller.processIngressQueue, controller.schedule].every(
      (one) => typeof one === "function",
    ) &&
    typeof controller.connected === "boolean"
  );
}

/**
 * The messages of market data streams by their number, with the place of the request's id: prices, sizes, numbers and
 * strings, the end of a snapshot, the type of the data, the stream's parameters, tick-by-tick.
 */
export const PLACE_OF_ID: Readonly<Record<string, number>> = {
  "1": 2,
  "2": 2,
  "45": 2,
  "46": 2,
  "57": 2,
  "58": 2,
  "81": 1,
  "99": 1,
};
const IS_TICK = Array.from({ length: 100 }, (_, number) => PLACE_OF_ID[number] !== undefined);

/** Bytes of a message's length, which stand in front of it. */
const LENGTH_BYTES = 4;

/** Where the message of market data ends that begins there; 0 where there is none, or not all of it. */
function tickEnd(data: Buffer, at: number): number {
  if (data.length - at < LENGTH_BYTES) return 0;
  const end = at + LENGTH_BYTES + data.readInt32BE(at);
  return end <= data.length && isTick(data, at + LENGTH_BYTES) ? end : 0;
}

/** Whether a message has one of the numbers of market data, in the digits in front of its first zero. */
function isTick(data: Buffer, at: number): boolean {
  let number = 0;
  for (let i = at; i < data.length && i < at + 3; i++) {
    if (data[i] === 0) return IS_TICK[number];
    number = 10 * number + data[i] - 48;
  }
  return false;
}

/** The fields of a message between two places, each with a zero behind; undefined where they are not ASCII. */
function asciiFields(data: Buffer, text: string, from: number, end: number): string[] | undefined {
  const fields: string[] = [];
  let begin = from;
  for (let i = from; i < end; i++) {
    const byte = data[i];
    if (byte > 127) return undefined;
    if (byte !== 0) continue;
    fields.push(text.slice(begin, i));
    begin = i + 1;
  }
  return fields;
}

/** A message with its length in front and a zero behind. */
function framed(text: string): Buffer {
  const bytes = Buffer.from(`\0\0\0\0${text}\0`);
  bytes.writeUInt32BE(bytes.length - LENGTH_BYTES);
  return bytes;
}

/** Appends fields as they are written: lists of fields one by one, a yes or no as 1 or 0. */
function flatten(fields: readonly unknown[], into: unknown[]): void {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (Array.isArray(field)) flatten(field, into);
    else into.push(typeof field === "boolean" ? Number(field) : field);
  }
}

/** Message 17: request, start, end, count, and eight fields a bar. */
const HISTORICAL_DATA = "17";
/** Message 4, version 2: id, code, text, and the reject. */
const ERROR_MESSAGE = "4";
const REJECT_PLACE = 5;

// The library undoes \uXXXX before it reads JSON, which turns a quoted quotation mark into a bare one. A string without
// any backslash passes through that as it is.
function withHarmlessReject(fields: readonly string[]): readonly string[] {
  const reject = fields[0] === ERROR_MESSAGE ? fields[REJECT_PLACE] : undefined;
  if (reject === undefined || reject === "") return fields;
  return fields.with(REJECT_PLACE, JSON.stringify(encodeURIComponent(reject)));
}

/** The text of a reject as TWS sent it, from what the error event carries. */
export function rejectText(reject: unknown): string | undefined {
  if (reject === undefined) return undefined;
  return typeof reject === "string" ? decodeURIComponent(reject) : JSON.stringify(reject);
}
