/** A flag that takes a text, under a heading of the help. */
export function textFlag<Group extends string>(describe: string, group: Group) {
  return { type: "string", describe, group } as const;
}

/** A flag that is there or not. */
export function switchFlag<Group extends string>(describe: string, group: Group) {
  return { type: "boolean", describe, group } as const;
}
