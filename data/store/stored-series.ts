import { BarSeries } from "../../core/market/bar-series.js";
import { type BarSize, type Instant, parseBarSize } from "../../core/market/bar-size.js";
import type { Instrument } from "../../core/market/instrument.js";
import type { BlockTarget } from "./block-codec.js";
import { type BlockHead, type BlockShape, BlockTable } from "./block-table.js";
import { cutColumns, emptyColumns, firstStartingAt } from "./columns.js";
import { type Coverage, CoverageTable } from "./coverage-table.js";
import { StoreError } from "./errors.js";
import { KeptColumns } from "./kept-columns.js";
import { type SeriesKey, seriesName } from "./series-key.js";
import { SeriesTable } from "./series-table.js";
import type { StoreFile } from "./store-file.js";

/** Which bars of a series to read; instants are epoch ms UTC. */
export interface BarRange {
  /** Bars that start here or later. Default: from the first. */
  readonly from?: Instant;
  /** Bars that start before this. Default: to the last. */
  readonly to?: Instant;
  /** So many more bars in front of `from`, as far as there are. */
  readonly before?: number;
  /** Columns to read the bars into, valid until the next read into the same. Default: new ones, which last. */
  readonly into?: KeptColumns;
}

/**
 * A series of the store that is opened and not read: asking for its bars reads the blocks they lie in and no others.
 * Every question is answered from the file as it is then, so that bars which another process adds are seen.
 */
export class StoredSeries {
  readonly key: SeriesKey;
  readonly instrument: Instrument;
  readonly size: BarSize;
  private readonly file: StoreFile;
  private readonly blocks: BlockTable;
  private readonly table: SeriesTable;
  private readonly given: number | undefined;

  /** @param generation one that is not the current one, such as one being written */
  constructor(file: StoreFile, key: SeriesKey, instrument: Instrument, generation?: number) {
    this.file = file;
    this.key = key;
    this.instrument = instrument;
    this.size = parseBarSize(key.size);
    this.blocks = new BlockTable(file.db);
    this.table = new SeriesTable(file.db);
    this.given = generation;
  }

  get name(): string {
    return seriesName(this.key);
  }

  /** How many bars and blocks there are, and the time from the first bar's start to the last one's end. */
  extent(): { bars: number; blocks: number; first: Instant; last: Instant } {
    return this.file.snapshot(() => {
      const heads = this.heads();
      return {
        bars: heads.reduce((sum, head) => sum + head.count, 0),
        blocks: heads.length,
        first: heads.length === 0 ? Number.NaN : heads[0].first,
        last: heads.length === 0 ? Number.NaN : heads[heads.length - 1].last,
      };
    });
  }

  /** The blocks as the index has them. */
  heads(from?: Instant, to?: Instant): BlockHead[] {
    return this.file.use(() => this.blocks.heads(this.shape().generation, from, to));
  }

  /** What has been asked for so far, whatever the answer was. */
  coverage(from?: Instant, to?: Instant): Coverage[] {
    return this.file.use((db) => new CoverageTable(db).of(this.shape().generation, from, to));
  }

  /**
   * Bars of a range, as they are stored.
   * @param instrument to give to the bars, such as one with another index
   * @throws StoreError BLOCK_DAMAGED
   */
  read(range: BarRange = {}, instrument: Instrument = this.instrument): BarSeries {
    const { from = -Infinity, to = Infinity, before = 0, into } = range;
    return this.file.snapshot(() => {
      const shape = this.shape();
      const heads = this.blocks.heads(shape.generation, before > 0 ? -Infinity : from, to);
      const needed = before > 0 ? heads.slice(firstNeeded(heads, from, before)) : heads;
      const bars = this.blocks.read(shape, needed, this.refuse, into);
      const last = firstStartingAt(bars.start, bars.start.length, to);
      const first = firstStartingAt(bars.start, last, from);
      return this.toSeries(cutColumns(bars, Math.max(0, first - before), last), instrument);
    });
  }

  /**
   * Block after block, for whoever goes through a series that is too long to hold. All are read into the same columns:
   * the bars of a block are valid until the next one is asked for. Each is read from the file as it is then.
   * @throws StoreError BLOCK_DAMAGED
   */
  *eachBlock(from?: Instant, to?: Instant): Generator<BarSeries> {
    const columns = new KeptColumns();
    for (const head of this.heads(from, to)) yield this.readBlock(head, columns);
  }

  /**
   * The bars of one block.
   * @param into the columns to read them into, valid until the next read into the same; default new ones, which last
   * @throws StoreError BLOCK_DAMAGED
   */
  readBlock(head: BlockHead, into?: KeptColumns): BarSeries {
    const bars = this.file.snapshot(() => this.blocks.read(this.shape(), [head], this.refuse, into));
    return this.toSeries(bars, this.instrument);
  }

  /** The series without any bars. */
  none(): BarSeries {
    return this.toSeries(emptyColumns(0, this.shape().sides), this.instrument);
  }

  /** The generation that is read, and how its blocks are made. */
  shape(): BlockShape {
    return {
      generation: this.given ?? this.table.find(this.key)?.generation ?? -1,
      size: this.size.ms,
      sides: this.key.what === "quotes",
    };
  }

  readonly refuse = (head: BlockHead, reason: string): never => {
    throw new StoreError("BLOCK_DAMAGED", {
      path: this.file.path,
      block: head.id,
      series: this.name,
      first: new Date(head.first).toISOString(),
      last: new Date(head.last).toISOString(),
      reason,
    });
  };

  private toSeries(bars: BlockTarget, instrument: Instrument): BarSeries {
    const { bid, ask, ...columns } = bars;
    const source = this.key.what === "trades" || this.key.what === "adjusted-last" ? "trades" : "midpoint";
    const sides = bid !== undefined && ask !== undefined ? { bid, ask } : {};
    return new BarSeries(instrument, this.size, { ...columns, ...sides }, source);
  }
}

/** The first block that is needed to have `before` bars in front of `from`. */
function firstNeeded(heads: readonly BlockHead[], from: Instant, before: number): number {
  let i = heads.findIndex((head) => head.last > from);
  if (i < 0) i = heads.length;
  // Bars of the block that `from` lies in may all come after it, so only whole blocks in front are counted.
  for (let have = 0; i > 0 && have < before; i--) have += heads[i - 1].count;
  return i;
}
