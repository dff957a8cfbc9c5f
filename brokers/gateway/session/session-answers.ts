import type { Instant } from "../../../core/market/bar-size.js";
import { SECOND } from "../../../core/market/bar-size.js";
import type { Message } from "../wire/message.js";
import { ANSWER } from "../wire/message-ids.js";

export function managedAccounts(accounts: readonly string[]): Message {
  return [ANSWER.managedAccounts, 1, accounts.join(",")];
}

export function nextValidId(id: number): Message {
  return [ANSWER.nextValidId, 1, id];
}

export function currentTime(now: Instant): Message {
  return [ANSWER.currentTime, 1, Math.floor(now / SECOND)];
}

export function userInfo(request: number): Message {
  return [ANSWER.userInfo, request, ""];
}

/** @param id the request or order it answers; -1 for none. @param reject JSON of an advanced reject, or nothing */
export function errorMessage(id: number, code: number, text: string, reject = ""): Message {
  return [ANSWER.error, 2, id, code, ascii(text), reject];
}

/** IB writes what is not ASCII as \uXXXX. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x7e\n]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
