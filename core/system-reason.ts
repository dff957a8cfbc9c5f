/** What the system says of a file, without the code and the path that Node puts around it; other errors in full. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return /^E[A-Z]+: (.+?), \w+( '.*)?$/.exec(message)?.[1] ?? message;
}
