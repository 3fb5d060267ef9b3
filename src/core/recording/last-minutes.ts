import { type ChunkHeader } from '../chunk.ts';
import type { RecordedChunk } from './chunk-group.ts';

/** A clip is so long, and begins at the key picture before that, ms. */
export const CLIP_MS = 30_000;
/** What is kept at most, ms and bytes (chosen: three minutes at 2 Mbit/s; a phone has room for that). */
const MOST_MS = 180_000;
const MOST_BYTES = 48 * 1024 * 1024;

/** The end of a show as it came here, in memory: for whoever goes back in it, or wants to keep a moment of it. */
export class LastMinutes {
  /** In order, by epoch and sequence. */
  #chunks: RecordedChunk[] = [];
  #bytes = 0;

  /** A whole, verified chunk; they may come out of order. */
  take(header: ChunkHeader, bytes: Uint8Array): void {
    const before = this.#chunks.findLastIndex((chunk) => isBefore(chunk.header, header));
    this.#chunks.splice(before + 1, 0, { header, bytes });
    this.#bytes += bytes.length;
    const newestMs = timeOf(this.#chunks.at(-1)?.header ?? header);
    let gone = 0;
    for (const chunk of this.#chunks) {
      if (newestMs - timeOf(chunk.header) <= MOST_MS && this.#bytes <= MOST_BYTES) break;
      this.#bytes -= chunk.bytes.length;
      gone += 1;
    }
    this.#chunks.splice(0, gone);
  }

  /** What can be shown by itself, in order: from one key picture to the next, without a hole. The newest is still growing. */
  runs(): (readonly RecordedChunk[])[] {
    const starts = this.#chunks.flatMap(({ header }, at) => (header.kind === 'key' ? [at] : []));
    return starts.slice(0, -1).flatMap((start, at) => {
      const run = this.#chunks.slice(start, starts[at + 1]);
      return isRun(run) ? [run] : [];
    });
  }

  /** From a key picture on and without a hole, about `CLIP_MS` or as much as there is; null when there is nothing. */
  clip(): readonly RecordedChunk[] | null {
    const all = this.#chunks;
    const whole = all.findLastIndex(({ header }, at) => at === 0 || !follows(all[at - 1]?.header, header));
    const unbroken = all.slice(Math.max(0, whole));
    const endMs = timeOf(unbroken.at(-1)?.header);
    const keys = unbroken.flatMap(({ header }, at) => (header.kind === 'key' ? [{ at, ms: timeOf(header) }] : []));
    const first = keys.findLast(({ ms }) => endMs - ms >= CLIP_MS) ?? keys[0];
    return first ? unbroken.slice(first.at) : null;
  }
}

/** From a key chunk to the next, as they follow each other. */
const isRun = (chunks: readonly RecordedChunk[]): boolean =>
  chunks[0]?.header.kind === 'key' &&
  chunks.every(({ header }, at) => at === 0 || follows(chunks[at - 1]?.header, header));

const timeOf = (header: ChunkHeader | undefined): number => (header ? header.epochS * 1000 + header.captureMs : 0);

const isBefore = (a: ChunkHeader, b: ChunkHeader): boolean =>
  a.epochS < b.epochS || (a.epochS === b.epochS && a.sequence < b.sequence);

/** A later session of the host begins with a key picture: that is no hole. */
const follows = (a: ChunkHeader | undefined, b: ChunkHeader): boolean =>
  a !== undefined && (a.epochS === b.epochS ? b.sequence === a.sequence + 1 : b.sequence === 0);
