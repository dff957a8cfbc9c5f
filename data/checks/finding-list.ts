import { FINDING_KINDS, type Finding, type FindingKind } from "./finding.js";

/** The most findings of one kind that are kept; all are counted. */
const KEPT = 1000;

/** What was found in one place, by kind, the gravest first. */
export class FindingList {
  private readonly counts = new Map<FindingKind, number>();
  private readonly kept = new Map<FindingKind, Finding[]>();
  private readonly skipped: ReadonlySet<FindingKind>;

  constructor(skipped: readonly FindingKind[] = []) {
    this.skipped = new Set(skipped);
  }

  readonly add = (finding: Finding): void => {
    const { kind } = finding;
    if (this.skipped.has(kind)) return;
    const count = this.counts.get(kind) ?? 0;
    this.counts.set(kind, count + 1);
    if (count === 0) this.kept.set(kind, []);
    if (count < KEPT) this.kept.get(kind)?.push(finding);
  };

  get count(): number {
    let sum = 0;
    for (const count of this.counts.values()) sum += count;
    return sum;
  }

  get kinds(): { kind: FindingKind; count: number; findings: readonly Finding[] }[] {
    return FINDING_KINDS.filter((kind) => this.counts.has(kind)).map((kind) => ({
      kind,
      count: this.counts.get(kind) ?? 0,
      findings: this.kept.get(kind) ?? [],
    }));
  }
}
