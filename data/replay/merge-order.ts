/**
 * In which order the events of several sources come: for each event the index of its source. A source's own events
 * are in order already, so its rows need no column: whoever walks the order counts them. Computed once and reused by
 * every run over the same data.
 */
export interface MergeOrder {
  readonly source: Uint16Array;
  /** The distinct instants, rising. */
  readonly times: Float64Array;
}

/** The instants of one source, rising or equal. */
export interface TimedSource {
  readonly time: Float64Array;
  readonly length: number;
}

/** Sources up to this many are merged by scanning their heads. */
const FEW = 8;

/**
 * Merges sources by instant; at one instant in the order the sources are given. Sources that share most instants (the
 * same minutes for a hundred stocks) are scanned an instant at a time, in O(events); others go through a heap, in
 * O(events x log sources).
 */
export function mergeOrder(sources: readonly TimedSource[]): MergeOrder {
  let total = 0;
  let longest = 0;
  for (const { length } of sources) {
    total += length;
    longest = Math.max(longest, length);
  }
  const aligned = sources.length <= FEW || total > (longest * sources.length) / 4;
  return aligned ? mergeByScan(sources, total) : mergeByHeap(sources, total);
}

function mergeByScan(sources: readonly TimedSource[], total: number): MergeOrder {
  const order = new Uint16Array(total);
  const count = sources.length;
  const heads = new Float64Array(count);
  const rows = new Uint32Array(count);
  for (let s = 0; s < count; s++) heads[s] = sources[s].length > 0 ? sources[s].time[0] : Infinity;
  const times = new Float64Array(total);
  let instants = 0;
  for (let at = 0; at < total; ) {
    let now = Infinity;
    for (let s = 0; s < count; s++) if (heads[s] < now) now = heads[s];
    times[instants++] = now;
    for (let s = 0; s < count; s++) {
      const { time, length } = sources[s];
      while (heads[s] === now) {
        order[at++] = s;
        rows[s]++;
        heads[s] = rows[s] < length ? time[rows[s]] : Infinity;
      }
    }
  }
  return { source: order, times: times.slice(0, instants) };
}

function mergeByHeap(sources: readonly TimedSource[], total: number): MergeOrder {
  const order = new Uint16Array(total);
  const heads = new Float64Array(sources.length);
  const rows = new Uint32Array(sources.length);
  const heap: number[] = [];
  const before = (a: number, b: number): boolean => heads[a] < heads[b] || (heads[a] === heads[b] && a < b);
  const sink = (from: number): void => {
    for (let i = from; ; ) {
      let least = i;
      for (let child = 2 * i + 1; child <= 2 * i + 2 && child < heap.length; child++) {
        if (before(heap[child], heap[least])) least = child;
      }
      if (least === i) return;
      [heap[i], heap[least]] = [heap[least], heap[i]];
      i = least;
    }
  };
  for (let s = 0; s < sources.length; s++) {
    if (sources[s].length === 0) continue;
    heads[s] = sources[s].time[0];
    heap.push(s);
  }
  for (let i = heap.length >> 1; i >= 0; i--) sink(i);
  const times = new Float64Array(total);
  let instants = 0;
  let last = Number.NaN;
  for (let at = 0; at < total; at++) {
    const s = heap[0];
    if (heads[s] !== last) times[instants++] = heads[s];
    last = heads[s];
    order[at] = s;
    if (++rows[s] < sources[s].length) {
      heads[s] = sources[s].time[rows[s]];
    } else {
      const end = heap.pop() as number;
      if (heap.length > 0) heap[0] = end;
    }
    if (heap.length > 0) sink(0);
  }
  return { source: order, times: times.slice(0, instants) };
}
