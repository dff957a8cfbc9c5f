import { type ErrorDetails, type ErrorTable, SeatrialError } from "../../core/errors.js";

export const CONTROL_ERRORS = {
  SESSION_NAME: {
    sentence: '"{name}" cannot be the name of a session.',
    remedy: "Use letters, digits, hyphens, underscores and dots, a letter or digit first, up to 64, as in cross-paper.",
  },
  SESSIONS_NONE: {
    sentence: "There is no session in {folder}.",
    remedy: "Start one with `seatrial paper`, or say where they are with --sessions.",
  },
  SESSIONS_FOREIGN: {
    sentence: "The folder {folder} belongs to another user.",
    remedy: "Run the command as the user who started the session: its folder is open to that user alone.",
  },
  SESSION_UNKNOWN: {
    sentence: 'There is no session "{name}" in {folder}.',
    remedy: "{hint}",
  },
  SESSION_UNNAMED: {
    sentence: "There are several sessions in {folder}: {sessions}.",
    remedy: "Name the one that is meant, as in `seatrial {command} {first}`.",
  },
  SESSION_RUNNING: {
    sentence: 'The session "{name}" runs already{who}.',
    remedy: "`seatrial status {name}` shows it; give the new one another name with --name, or stop that one first.",
  },
  SESSION_MODE: {
    sentence: 'The session "{name}" belongs to {mode} trading.',
    remedy: "Give this one another name with --name.",
  },
  SESSION_STOPPED: {
    sentence: 'The session "{name}" does not run.',
    remedy: "{instead}",
  },
  SESSION_UNREADY: {
    sentence: 'The session "{name}" is starting, or ending, and answers no command at this moment.',
    remedy: "What it is at is in its log {log}: try again in a moment. Ctrl-C where it runs ends a start too.",
  },
  SESSION_NEVER_UP: {
    sentence: 'The session "{name}" has not come up yet: its start did not get as far as a journal.',
    remedy: "Its log {log} says why.",
  },
  SESSION_SILENT: {
    sentence: 'The session "{name}" has not answered within {seconds} seconds.',
    remedy:
      "It may be busy: try again. If it stays so, end its process{pid}: only {means} ends one whose strategy never returns from a handler. {behind}",
  },
  SESSION_GONE: {
    sentence: 'The session "{name}" ended before it answered.',
    remedy: "`seatrial status {name}` shows what it left.",
  },
  SESSION_REFUSED: {
    sentence: "{reason}",
    remedy: "",
  },
  SESSION_FILE: {
    sentence: "{file} cannot be read: {reason}.",
    remedy: "Move it away; the journal beside it is what counts.",
  },
  SESSION_FOLDER: {
    sentence: "The session's folder {folder} cannot be used: {reason}.",
    remedy: "Name another with --sessions, or make room and rights in this one.",
  },
  KILL_UNWRITTEN: {
    sentence: "The file {file} cannot be written: {reason}.",
    remedy: "{state} Make room and rights there, then run `seatrial kill {name}` again.",
  },
  CONTROL_REQUEST: {
    sentence: "That is no request to a session: {reason}.",
    remedy: "The commands of `seatrial` write what a session of the same version understands.",
  },
} as const satisfies ErrorTable;

/** A session that cannot be found, held or reached by a command. */
export class ControlError extends SeatrialError {
  constructor(code: keyof typeof CONTROL_ERRORS, details: ErrorDetails = {}, cause?: unknown) {
    super(CONTROL_ERRORS, code, details, cause);
  }
}
