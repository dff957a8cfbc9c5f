/** A stretch of local time in which IB's servers may be away. */
export interface ResetWindow {
  readonly name: string;
  /** IANA zone of the times. */
  readonly zone: string;
  /** Days of the week on which it begins, 1 for Monday to 7 for Sunday. */
  readonly days: readonly number[];
  /** "HH:MM"; an end that is not after the start lies on the next day. */
  readonly from: string;
  readonly to: string;
}

/**
 * IB's daily and weekly resets in North America: the union of the windows of 2024 and of 2026, for IB moves them. A
 * loss that outlives its window is a failure like any other.
 */
export const RESET_WINDOWS: readonly ResetWindow[] = [
  { name: "daily reset", zone: "America/New_York", days: [1, 2, 3, 4, 5, 6, 7], from: "23:40", to: "01:50" },
  { name: "weekend reset", zone: "America/New_York", days: [5], from: "23:00", to: "03:00" },
];
