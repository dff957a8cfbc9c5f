import { describe, expect, it } from "vitest";
import { EngineClock } from "../../core/clock.js";
import { Instrument } from "../../core/market/instrument.js";
import { ACCEPTED, FILLED, LIMIT, SUBMITTED } from "../../core/orders/kinds.js";
import { OrderBook } from "../../core/orders/order-book.js";
import { OrderHandles } from "../../core/orders/order-handles.js";

function openBook() {
  const clock = new EngineClock();
  clock.now = 0;
  const book = new OrderBook(clock);
  const handles = new OrderHandles(book, [new Instrument({ symbol: "ABC" })]);
  const rest = (): number => {
    const order = book.add(0, 1, LIMIT, 100);
    book.setStatus(order, SUBMITTED);
    book.setStatus(order, ACCEPTED);
    return order;
  };
  return { book, handles, rest };
}

describe("the handle of an order", () => {
  it("is the same object for as long as the order works, however many come behind it", () => {
    const { handles, rest } = openBook();
    const first = Array.from({ length: 500 }, () => handles.of(rest()));
    for (const handle of first) expect(handles.of(handle.id)).toBe(handle);
  });

  it("is let go once its order has ended and many have come behind it, so that a long session does not fill memory", () => {
    const { book, handles, rest } = openBook();
    const first = Array.from({ length: 500 }, () => handles.of(rest()));
    for (const { id } of first) book.setStatus(id, FILLED);
    const later = Array.from({ length: 2_000 }, () => handles.of(rest()));
    expect(first.filter((handle) => handles.of(handle.id) === handle)).toEqual([]);
    for (const handle of later) expect(handles.of(handle.id)).toBe(handle);
  });
});
