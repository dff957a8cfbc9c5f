import { describe, expect, it } from "vitest";
import { ordersAt, story } from "./order-parts.js";

describe("orders", () => {
  it("are written once, told as held and then as working, and cancelled", async () => {
    const at = await ordersAt();
    const { orderId } = at.place({ type: "limit", limit: 1 });
    await at.pass();
    at.orders.cancel(orderId);
    await at.pass();
    expect(story(at.facts)).toEqual([
      "written order 1",
      "open 1 PreSubmitted",
      "status 1 PreSubmitted 0/100",
      "open 1 Submitted",
      "status 1 Submitted 0/100",
      "written cancel 1",
      "status 1 PendingCancel 0/100",
      "status 1 Cancelled 0/100",
      "202 1 order-cancelled",
    ]);
  });

  it("at the market fill, with their executions and commissions", async () => {
    const at = await ordersAt();
    at.place({ ref: "mine" });
    await at.pass(5_000);
    expect(story(at.facts)).toEqual([
      "written order 1",
      "open 1 PreSubmitted",
      "status 1 PreSubmitted 0/100",
      "open 1 Submitted",
      "status 1 Submitted 0/100",
      "exec 1 100",
      "open 1 Filled",
      "status 1 Filled 100/0",
      "commission",
    ]);
    const execution = at.facts.find((fact) => fact.kind === "execution");
    expect(execution).toMatchObject({
      execution: { orderRef: "mine", clientId: 7, side: "BOT", cumulative: 100, commission: undefined },
    });
  });
});
