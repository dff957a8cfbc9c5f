import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Files while they are moved; all of them; and those that nobody wants any more. Each is made of the one before at once. */
const [PART, WHOLE, GONE] = ["set-aside.part", "set-aside", "set-aside.gone"] as const;

/**
 * Files that make way for those of a start, and come back where it is refused. Wherever the process ends, the next one
 * finds either the files of before or those of a start that has come up, never some of each.
 */
export class SetAside {
  private readonly folder: string;
  private readonly concerns: (name: string) => boolean;

  /** @param concerns whether a file of the folder is one of those, of before or new */
  constructor(folder: string, concerns: (name: string) => boolean) {
    this.folder = folder;
    this.concerns = concerns;
  }

  /** Whether files are aside, as where the process of a start was killed. */
  get isUsed(): boolean {
    return existsSync(this.at(WHOLE)) || existsSync(this.at(PART));
  }

  /** Moves them aside. */
  moveAway(): void {
    const part = this.at(PART);
    mkdirSync(part, { recursive: true, mode: 0o700 });
    for (const name of this.names()) renameSync(this.at(name), join(part, name));
    renameSync(part, this.at(WHOLE));
  }

  /** Removes what has come in their place, and puts them back; nothing where none are aside. */
  putBack(): void {
    if (existsSync(this.at(WHOLE))) {
      for (const name of this.names()) rmSync(this.at(name), { force: true });
      renameSync(this.at(WHOLE), this.at(PART));
    }
    if (existsSync(this.at(PART))) {
      for (const name of readdirSync(this.at(PART))) renameSync(join(this.at(PART), name), this.at(name));
    }
    for (const name of [PART, GONE]) rmSync(this.at(name), { recursive: true, force: true });
  }

  /** They are wanted no more. */
  drop(): void {
    if (existsSync(this.at(WHOLE))) renameSync(this.at(WHOLE), this.at(GONE));
    rmSync(this.at(GONE), { recursive: true, force: true });
  }

  private at(name: string): string {
    return join(this.folder, name);
  }

  private names(): string[] {
    return existsSync(this.folder) ? readdirSync(this.folder).filter((name) => this.concerns(name)) : [];
  }
}
