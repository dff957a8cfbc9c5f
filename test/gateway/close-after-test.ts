import { afterEach, beforeEach } from "vitest";

const closing: (() => unknown)[] = [];
let running = 0;

/**
 * Has something closed when the test is over, in the reverse order; of tests that run at the same time, when all that have
 * begun are over.
 */
export function closeAfterTest(close: () => unknown): void {
  closing.push(close);
}

beforeEach(() => {
  running++;
});

afterEach(async () => {
  running--;
  if (running > 0) return;
  for (const close of closing.splice(0).reverse()) await close();
});
