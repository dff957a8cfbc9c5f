/** What a run over bars did besides taking time. */
export interface Tally {
  readonly orders: number;
  readonly fills: number;
  readonly denials: number;
}

/** A run that is ready to go; only `go` is timed. */
export interface Run {
  go(): void;
  tally(): Tally;
}

/** Work over the same bars, again and again. Making it makes the bars; a process has one and times nothing else. */
export interface Workload {
  /** Bars of one run, over all instruments. */
  readonly bars: number;
  /** Makes everything a run needs anew. */
  ready(): Run;
}
