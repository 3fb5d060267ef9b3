import { GroupGatherer, type RecordedChunk } from '../../core/recording/chunk-group.ts';
import { type GroupEntry, placeGroup } from '../../core/recording/entry.ts';
import { initOf } from '../../core/recording/init-of.ts';
import { moviePart } from '../../core/recording/movie-part.ts';
import { planMovie } from '../../core/recording/movie-plan.ts';
import type { TimeMap } from '../../core/recording/time-map.ts';
import type { InitSegment } from './recording.ts';

/**
 * One MP4 of chunks that follow each other, the way recordings are taken along: its parts in order.
 * @param chunks from a key chunk on
 * @throws RangeError when nothing of it can be shown
 */
export function movieOf(chunks: readonly RecordedChunk[], title: string): Uint8Array[] {
  const gatherer = new GroupGatherer();
  const groups = [...chunks.map((chunk) => gatherer.take(chunk)), gatherer.flush()].filter((group) => group !== null);
  const inits: InitSegment[] = [];
  const entries: GroupEntry[] = [];
  let map: TimeMap | null = null;
  for (const [number, group] of groups.entries()) {
    const placed = placeGroup(group, map);
    if (placed === null) continue;
    map = placed.map;
    const init = initOf(group);
    if (init !== null && !isSame(init, inits.at(-1))) inits.push(init);
    entries.push({ ...placed.entry, number, init: inits.length - 1, bytes: 0 });
  }
  const { head, parts } = planMovie(entries, inits, { title, chapters: [], damaged: new Set() });
  const media = parts.map((part) => moviePart(part, groups[part.number] ?? []));
  if (media.includes(null)) throw new RangeError('a group is not what its index says');
  return [head, ...media.flatMap((pieces) => pieces ?? [])];
}

const isSame = (a: InitSegment, b: InitSegment | undefined): boolean =>
  b?.codecs === a.codecs && b.bytes.length === a.bytes.length && b.bytes.every((byte, at) => byte === a.bytes[at]);
