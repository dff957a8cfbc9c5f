import type { SessionView } from "../session-view.js";
import { clockCell, dayCell, moneyCell, priceCell, unitsCell } from "./cells.js";

/** Something that has happened, and when. */
interface Note {
  readonly at: number;
  readonly text: string;
}

/**
 * What happens to a session, a line each, the oldest first: what a reader wants where nothing can be redrawn, such as in
 * a file or a service's log. Above the first of a day stands that day, for simulated time may pass many of them.
 */
export class SessionNotes {
  private before: SessionView | undefined;
  private day = "";

  /** What has happened since the look before. */
  look(view: SessionView): string[] {
    const notes = notesBetween(this.before, view).sort((a, b) => a.at - b.at);
    this.before = view;
    return notes.flatMap(({ at, text }) => {
      const line = `${clockCell(at)} ${text}`;
      const day = Number.isFinite(at) ? dayCell(at) : this.day;
      if (day === this.day) return [line];
      this.day = day;
      return [`${day} UTC`, line];
    });
  }
}

/** Quotes and marks are no events. */
function notesBetween(before: SessionView | undefined, after: SessionView): Note[] {
  const notes: Note[] = [];
  const note = (at: number, text: string): void => void notes.push({ at, text });
  if (before?.state !== after.state) {
    note(after.now, `${after.strategy.name} is ${after.state}, ${after.mode}, as ${after.name}`);
  }
  const { connection } = after;
  if (before?.connection.state !== connection.state) {
    const why = connection.reason === "" ? "" : `: ${connection.reason}`;
    note(connection.since, `${connection.place} is ${connection.state}${why}`);
  }
  const known = new Set(before?.fills.map(fillKey));
  for (const fill of after.fills.filter((one) => !known.has(fillKey(one))).reverse()) {
    const fee = fill.fee === null ? "" : `, fee ${moneyCell(fill.fee)}`;
    const estimate = fill.isRecovered ? " (recovered, price estimated)" : "";
    note(
      fill.at,
      `fill: ${fill.side} ${unitsCell(fill.quantity)} ${fill.symbol} at ${priceCell(fill.price)}${fee}${estimate}`,
    );
  }
  for (const { code, count, last } of after.trips) {
    const earlier = before?.trips.find((one) => one.code === code)?.count ?? 0;
    if (count === earlier) continue;
    const times = count - earlier > 1 ? ` (${count - earlier} times)` : "";
    note(last.at, `denied: ${last.symbol} ${last.reason}${times}`);
  }
  const told = new Set(before?.alerts.map(alertKey));
  for (const alert of after.alerts.filter((one) => !told.has(alertKey(one))).reverse()) {
    note(alert.at, `${alert.code}: ${alert.text}`);
  }
  const { reconciliation } = after;
  if (reconciliation !== null && reconciliation.at !== before?.reconciliation?.at) {
    const result = reconciliation.agreed ? "agree" : `differ: ${reconciliation.differences.join(" ")}`;
    note(reconciliation.at, `journal and broker ${result}`);
  }
  return notes;
}

function fillKey({ at, ref, quantity, price }: SessionView["fills"][number]): string {
  return [at, ref, quantity, price].join(" ");
}

function alertKey({ code, at, text }: SessionView["alerts"][number]): string {
  return [code, at, text].join(" ");
}
