import { afterEach } from "vitest";

const closing: (() => unknown)[] = [];

/** Has something closed when the test is over, in the reverse order. */
export function closeAfterTest(close: () => unknown): void {
  closing.push(close);
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
