/** Whether the time of a row is the start of its bar or the end. */
export const STAMPS = ["start", "end"] as const;
export type Stamp = (typeof STAMPS)[number];

/** Which of day and month comes first where the year stands last. */
export const DATE_ORDERS = ["dmy", "mdy"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];
