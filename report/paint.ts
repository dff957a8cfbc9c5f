/** How words are set off on a terminal. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly gain: (text: string) => string;
  readonly loss: (text: string) => string;
  readonly warn: (text: string) => string;
}

const same = (text: string): string => text;
const ansi =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;

export const plain: Paint = { bold: same, dim: same, gain: same, loss: same, warn: same };
export const coloured: Paint = { bold: ansi(1), dim: ansi(2), gain: ansi(32), loss: ansi(31), warn: ansi(33) };
