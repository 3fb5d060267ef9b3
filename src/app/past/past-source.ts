import { packGroup } from '../../core/recording/chunk-group.ts';
import { beginningOf, type PastRun, type PastShow, signIndex } from '../../core/past/past-index.ts';
import type { OwnShow } from '../own-show.ts';
import type { Film } from '../recordings/film.ts';

/** Where the runs of a past are: in the host's recording, or in a viewer's memory. */
export interface PastSource {
  /** Signed by the host. */
  readonly index: Uint8Array;
  /** @see beginningOf */
  readonly sinceS: number;
  readonly runs: number;
  holds(run: number): boolean;
  /** `packGroup` of its chunks; null when it is not here. Never rejects. */
  read(run: number): Promise<Uint8Array | null>;
}

/** The host's own recording. Of one that goes on the last run is left out: it may still grow. */
export async function recordedPast(
  film: Film,
  { epochS, isOver }: Omit<PastShow, 'runs'>,
  { streamId, signer }: OwnShow,
): Promise<PastSource> {
  const runs = film.runs.slice(0, isOver ? undefined : -1).flatMap(({ groups, startMs, endMs }): PastRun[] => {
    const [first] = groups;
    if (!first) return [];
    const { sequence, shiftMs } = first;
    const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
    const codecs = film.recording.inits[first.init]?.codecs ?? '';
    return [{ epochS: first.epochS, sequence, shiftMs, startMs, endMs, bytes, codecs }];
  });
  return {
    index: await signIndex({ epochS, isOver, runs }, streamId, signer),
    sinceS: beginningOf({ runs }),
    runs: runs.length,
    holds: () => true,
    read: async (run) => {
      const chunks = await film.runChunks(run).catch(() => null);
      return chunks && packGroup(chunks);
    },
  };
}

/** What a viewer keeps for itself and others at most, bytes (chosen: five minutes of 2 Mbit/s). */
const MAX_KEPT_BYTES = 80 * 1024 * 1024;

/** What a viewer has fetched, as much as its memory is worth; the oldest goes first. */
export class KeptPast implements PastSource {
  readonly #kept = new Map<number, Uint8Array>();
  #bytes = 0;

  constructor(
    public index: Uint8Array,
    readonly sinceS: number,
    public runs: number,
  ) {}

  /** There is more of the same show. */
  grow(index: Uint8Array, runs: number): void {
    this.index = index;
    this.runs = runs;
  }

  holds(run: number): boolean {
    return this.#kept.has(run);
  }

  get(run: number): Uint8Array | null {
    return this.#kept.get(run) ?? null;
  }

  read(run: number): Promise<Uint8Array | null> {
    return Promise.resolve(this.get(run));
  }

  keep(run: number, bytes: Uint8Array): void {
    this.#kept.set(run, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= MAX_KEPT_BYTES) break;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
  }

  get count(): number {
    return this.#kept.size;
  }
}
