/** How a case is to be measured. */
export interface Plan {
  /** Bars of one run, over all instruments. */
  readonly bars: number;
  /** Times everything is measured; each time processes are started anew. */
  readonly rounds: number;
  /** Hears what `--verbose` shows. */
  readonly note: (line: string) => void;
}

/** What came out. */
export interface Figure {
  readonly value: number;
  /** The same in other words, such as an absolute rate beside a share. */
  readonly detail?: string;
}

/** One row of the table. */
export interface Case {
  readonly name: string;
  /** What is run and how it is measured, in a sentence or two. */
  readonly about: string;
  readonly unit: string;
  /** The figure to reach; a row without one only measures the machine. */
  readonly target?: number;
  readonly better: "higher" | "lower";
  /** @throws Error with a sentence for the table when there is nothing to measure. */
  measure(plan: Plan): Promise<Figure>;
}

/** A measured row. Without a value there was nothing to measure, and `detail` says why. */
export interface Row {
  readonly case: Case;
  readonly value: number | undefined;
  readonly detail: string;
}

export function holds({ case: { target, better }, value }: Row): boolean {
  if (value === undefined) return false;
  if (target === undefined) return true;
  return better === "higher" ? value >= target : value <= target;
}
