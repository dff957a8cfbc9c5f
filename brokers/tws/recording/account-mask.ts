/**
 * Ids of accounts: U and digits, with D in front of paper ones, F and I for advisers, and sometimes a letter more; behind
 * them an A, where all accounts of an adviser are meant.
 */
const ACCOUNT = /(?<![A-Za-z0-9])D?[UFI][A-Z]?\d{5,9}(?=A?(?![A-Za-z0-9]))/g;

/**
 * Puts other account ids in the place of the real ones: letters stay, for they tell paper from live, and digits become a
 * number that is the same wherever the account occurs.
 */
export class AccountMask {
  private readonly masks = new Map<string, string>();
  private count = 0;
  /** Accounts that TWS has told and that look like none. */
  private others: RegExp | undefined;

  /** Accounts as TWS lists them, whatever they look like. */
  learn(accounts: readonly string[]): void {
    const unlike = accounts.filter((account) => /\d{3}/.test(account) && account.replace(ACCOUNT, "") !== "");
    if (unlike.length === 0) return;
    this.others = new RegExp(unlike.map((account) => account.replace(/\W/g, "\\$&")).join("|"), "g");
  }

  apply(text: string): string {
    const masked = text.replace(ACCOUNT, (account) => this.maskOf(account));
    return this.others === undefined ? masked : masked.replace(this.others, (account) => this.maskOf(account));
  }

  private maskOf(account: string): string {
    const known = this.masks.get(account);
    if (known !== undefined) return known;
    const letters = account.replace(/\d.*$/, "");
    this.count++;
    const mask = letters + String(this.count).padStart(account.length - letters.length, "0");
    this.masks.set(account, mask);
    // What is masked already stays as it is.
    this.masks.set(mask, mask);
    return mask;
  }
}
