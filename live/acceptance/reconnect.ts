import { TwsError } from "../../brokers/tws/errors.js";
import { NotShown, type Sighting } from "./sight.js";
import type { Walk } from "./walk.js";

/** Drops the socket, and waits until the connection is there again by itself. */
export async function reconnect(walk: Walk, sight: Sighting): Promise<void> {
  const { connection, times } = walk;
  const link = await walk.link("a reconnect");
  const place = walk.ear.place;
  link.fail(new TwsError("CONNECTION_LOST", { what: "the walk", reason: "it was dropped on purpose" }));
  const isBack = await walk.until(() => connection.link !== link && connection.isUsable, times.reconnect);
  sight.fact("it is connected again", isBack);
  if (!isBack) throw new NotShown("there was no connection any more");
  const [next] = walk.ear.told("nextValidId", place);
  sight.fact("the next order id is above all that were used", next !== undefined && next[0] > walk.own.highestId);
}
