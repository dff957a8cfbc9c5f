/** Reads columns back out of the bytes that report/packed-columns.ts packed. */

/** The bytes behind base64 text, inflated where they were deflated. */
export async function unpackBytes(base64, deflated) {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  if (!deflated) return bytes;
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** A column as doubles; undefined where the run does not have it. */
export function unpackColumn(bytes, column) {
  if (column === undefined) return undefined;
  const values = new Float64Array(column.n);
  if (column.c === "k") return values.fill(column.v ?? Number.NaN);
  if (column.c !== "i") {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let row = 0; row < column.n; row++) {
      values[row] =
        column.c === "f" ? view.getFloat32(column.o + row * 4, true) : view.getFloat64(column.o + row * 8, true);
    }
    return values;
  }
  let at = column.o;
  let whole = 0;
  for (let row = 0; row < column.n; row++) {
    let folded = 0;
    let weight = 1;
    let byte = bytes[at++];
    while (byte >= 128) {
      folded += (byte - 128) * weight;
      weight *= 128;
      byte = bytes[at++];
    }
    folded += byte * weight;
    if (folded === 0) {
      values[row] = Number.NaN;
      continue;
    }
    whole += folded % 2 === 1 ? (folded - 1) / 2 : -folded / 2;
    values[row] = (whole * column.step) / column.scale;
  }
  return values;
}

/** An object whose packed columns are columns; everything else stays as it is. */
export function unpackAll(bytes, value) {
  if (Array.isArray(value)) return value.map((item) => unpackAll(bytes, item));
  if (typeof value !== "object" || value === null) return value;
  if ("c" in value && "n" in value) return unpackColumn(bytes, value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpackAll(bytes, item)]));
}
