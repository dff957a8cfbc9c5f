import { EventName, IBApi } from "@stoqey/ib";
import { closeAfterTest } from "./close-after-test.js";

/** What the real client said beside its answers. */
export interface Stoqey {
  readonly api: IBApi;
  /** Errors of requests, and of the client itself; 505 is a message it could not decode. */
  readonly errors: { code: number; text: string; id: number }[];
  /** Messages that answer no request. */
  readonly infos: { code: number; text: string }[];
}

/** An IBApi, unmodified, that is connected and ready to send. */
export async function connectStoqey(port: number, clientId = 1): Promise<Stoqey> {
  const api = new IBApi({ host: "127.0.0.1", port, clientId });
  const errors: Stoqey["errors"] = [];
  const infos: Stoqey["infos"] = [];
  api.on(EventName.error, (error, code, id) => errors.push({ code, id, text: error.message }));
  api.on(EventName.info, (text, code) => infos.push({ code, text }));
  closeAfterTest(() => api.disconnect());
  const ready = once(api, EventName.nextValidId);
  api.connect();
  await ready;
  return { api, errors, infos };
}

/** An IBApi as an emitter of events by name, whatever their arguments. */
interface Emitter {
  on(event: EventName, listener: (...args: unknown[]) => void): void;
  once(event: EventName, listener: (...args: unknown[]) => void): void;
  off(event: EventName, listener: (...args: unknown[]) => void): void;
}

function emitter(api: IBApi): Emitter {
  return api as unknown as Emitter;
}

/** The arguments of the next event of that name. */
export function once(api: IBApi, event: EventName, ms = 5_000): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} came`)), ms);
    emitter(api).once(event, (...args) => {
      clearTimeout(timer);
      resolve(args);
    });
  });
}

/** All events of a name until one of another name, or until `holds` says so. */
export async function collect(api: IBApi, event: EventName, until: EventName): Promise<unknown[][]> {
  const events: unknown[][] = [];
  const note = (...args: unknown[]): void => void events.push(args);
  emitter(api).on(event, note);
  await once(api, until);
  emitter(api).off(event, note);
  return events;
}
