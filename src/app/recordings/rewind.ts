import type { ChunkHeader } from '../../core/chunk.ts';
import { placeGroup } from '../../core/recording/entry.ts';
import type { LastMinutes } from '../../core/recording/last-minutes.ts';
import type { TimeMap } from '../../core/recording/time-map.ts';
import type { FilmMedia, PlayableFilm } from './film.ts';

interface Run {
  readonly key: ChunkHeader;
  readonly startMs: number;
  readonly endMs: number;
  readonly shiftMs: number;
}

/** The last minutes of a show that goes on, to be played from memory: it grows at its end, and its beginning is forgotten. */
export class Rewind implements PlayableFilm {
  readonly #runs: Run[] = [];
  #map: TimeMap | null = null;

  constructor(private readonly last: LastMinutes) {}

  /** Those that were there once keep their places. */
  get runs(): readonly Run[] {
    const newest = this.#runs.at(-1)?.key;
    for (const chunks of this.last.runs()) {
      const key = chunks[0]?.header;
      if (!key || (newest && !isLater(key, newest))) continue;
      const placed = placeGroup(chunks, this.#map);
      if (placed === null) continue;
      this.#map = placed.map;
      const { startMs, endMs, shiftMs } = placed.entry;
      this.#runs.push({ key, startMs, endMs, shiftMs });
    }
    return this.#runs;
  }

  get durationMs(): number {
    return this.runs.at(-1)?.endMs ?? 0;
  }

  get codecs(): string {
    return this.runs[0]?.key.codecs ?? '';
  }

  /** Null when it is forgotten. */
  media(index: number): Promise<FilmMedia | null> {
    const run = this.#runs[index];
    const chunks = this.last.runs().find(([first]) => first?.header === run?.key);
    const bytes = chunks?.map((chunk) => chunk.bytes);
    return Promise.resolve(run && bytes ? { codecs: run.key.codecs, shiftMs: run.shiftMs, bytes } : null);
  }
}

const isLater = (a: ChunkHeader, b: ChunkHeader): boolean =>
  a.epochS > b.epochS || (a.epochS === b.epochS && a.sequence > b.sequence);
