/** A field of a message: numbers are written in their shortest form, booleans as 1 and 0. */
export type Field = string | number | boolean;

/** An answer as its fields, the message id first. */
export type Message = readonly Field[];

/** How the protocol writes a number that is not set. */
export const UNSET_DOUBLE = "1.7976931348623157E308";
export const UNSET_INTEGER = "2147483647";

/** A number, or what stands for none. */
export function orUnset(value: number | undefined): Field {
  return value === undefined || Number.isNaN(value) ? UNSET_DOUBLE : value;
}

/** A number, or an empty field for none. */
export function orEmpty(value: number | undefined): Field {
  return value === undefined || Number.isNaN(value) ? "" : value;
}

/** A message as bytes: its length, then each field with a zero byte behind it. */
export function encodeFrame(message: Message): Buffer {
  let text = "";
  for (const field of message) text += `${typeof field === "boolean" ? (field ? "1" : "0") : field}\0`;
  return framed(text);
}

/** Fields that are joined already, each with its zero byte. */
export function framed(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32BE(length, 0);
  frame.write(text, 4);
  return frame;
}
