import { expect, it } from "vitest";
import { LookAgain } from "../../live/broker/look-again.js";

/** How long it is until the account is looked at again, behind so many looks that left something open. */
function waitBehind(looks: number, isUpstreamUp: boolean, again = new LookAgain()): number {
  let now = 0;
  for (let i = 0; i < looks; i++) {
    again.looked(false, now, isUpstreamUp);
    now = again.due;
  }
  const before = now;
  again.looked(false, now, true);
  return again.due - before;
}

it("looks ever more seldom at an account of which something stays open", () => {
  const waits = [0, 1, 2, 20, 21].map((looks) => waitBehind(looks, true));
  expect(waits[1]).toBe(2 * waits[0]);
  expect(waits[2]).toBe(4 * waits[0]);
  expect(waits[3]).toBe(waits[4]);
});

it("looks soon again once IB is back, however long it was away", () => {
  expect(waitBehind(20, false)).toBe(waitBehind(0, true));
});

it("goes on as before behind a look that came to nothing", () => {
  const again = new LookAgain();
  for (let i = 0; i < 20; i++) again.looked(false, 0, true);
  again.looked(false, 0);
  expect(waitBehind(0, true, again)).toBe(waitBehind(20, true));
});
