import { mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { againWhileGone, makeFolders, removeFolders } from "./folders.js";

/**
 * A folder that is filled out of sight: files are written into a hidden folder inside it and moved into place only
 * when all of them are complete. A failure, an exit or a signal before that leaves what was there before, and nothing
 * else; a folder that was made for it goes again.
 */
export class Staging {
  readonly folder: string;
  private hidden = "";
  /** The folders that had to be made, the innermost first. */
  private made: readonly string[] = [];
  private readonly discardNow = (): void => this.discard();
  private readonly onSignal = (signal: NodeJS.Signals): void => {
    this.discard();
    // Where the program handles the signal itself it decides what happens; else the signal does what it always did.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };

  private constructor(folder: string) {
    this.folder = folder;
    process.once("exit", this.discardNow);
    for (const signal of SIGNALS) process.once(signal, this.onSignal);
  }

  /** Makes the folder if it is missing. Throws what the file system throws, having undone what it made. */
  static open(folder: string): Staging {
    // It listens before there is anything to remove: without a listener a signal ends the program between two statements.
    const staging = new Staging(resolve(folder));
    try {
      againWhileGone(() => staging.make());
    } catch (error) {
      staging.discard();
      throw error;
    }
    return staging;
  }

  private make(): void {
    this.made = makeFolders(this.folder);
    try {
      this.hidden = mkdtempSync(join(this.folder, ".partial-"));
    } catch (error) {
      removeFolders(this.made);
      this.made = [];
      throw error;
    }
  }

  /** Where a file of this name is to be written for now. */
  path(name: string): string {
    return join(this.hidden, name);
  }

  /** Moves the files into place, over older ones of the same name and all in one go. Answers where they are now. */
  publish(names: readonly string[]): string[] {
    const paths = names.map((name) => join(this.folder, name));
    // The one thing on which a rename in the same folder still fails: better found before the first than after it.
    const folder = paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
    if (folder !== undefined) throw new Error(`${folder} is a folder`);
    for (const [i, name] of names.entries()) renameSync(this.path(name), paths[i]);
    rmSync(this.hidden, { recursive: true, force: true });
    this.release();
    return paths;
  }

  /** Removes what was not published, at once; harmless when called again. */
  discard(): void {
    if (this.hidden !== "") rmSync(this.hidden, { recursive: true, force: true });
    removeFolders(this.made);
    this.release();
  }

  private release(): void {
    process.off("exit", this.discardNow);
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
