/**
 * When a broker takes from the other orders of a group, and from the exits of an order, what has become of one of them.
 * The simulated broker does so in the same instant. A venue that stands for a real one may be late: until then two
 * orders may fill of which one should have cancelled the other.
 */
export interface SiblingCuts {
  /** An order of a group has filled so many units, to its end or not. Whether the others are not to be cut now. */
  defers(order: number, units: number, isWhole: boolean): boolean;
  /** Whether exits of an order keep their size now, though it has become smaller or has ended with less. */
  keepsExits(parent: number): boolean;
  /** Whether exits of an order no longer keep each other from closing more than it has opened. */
  isLoose(parent: number): boolean;
}
