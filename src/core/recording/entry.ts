import { AUDIO_TIMESCALE, VIDEO_TIMESCALE } from '../fmp4/tracks.ts';
import type { RecordedChunk } from './chunk-group.ts';
import { encodeTable, endTicksOf, type SampleTable, tableOf } from './sample-table.ts';
import { placeStretch, type Take, type TimeMap } from './time-map.ts';

/** One group in the index of a recording. */
export interface GroupEntry {
  /** Counts the groups of the recording from 0. */
  readonly number: number;
  /** False: it goes on with the group before and can't be shown without it. */
  readonly isKey: boolean;
  /** Which of the recording's init segments its media needs. */
  readonly init: number;
  readonly epochS: number;
  /** Sequence of its first chunk in that epoch. */
  readonly sequence: number;
  /** Recording time minus capture time, whole ms. */
  readonly shiftMs: number;
  /** In the recording, ms. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of the group as it is stored. */
  readonly bytes: number;
  /** `encodeTable` of its samples. */
  readonly table: Uint8Array;
}

/** What the recorder knows of a group before it is numbered. */
export interface PlacedGroup {
  readonly entry: Omit<GroupEntry, 'number' | 'init' | 'bytes'>;
  /** Where the recording stands behind it. */
  readonly map: TimeMap;
}

/** Puts a group on the recording's timeline; null when it has no picture. */
export function placeGroup(chunks: readonly RecordedChunk[], map: TimeMap | null): PlacedGroup | null {
  const first = chunks[0];
  const table = tableOf(chunks);
  if (!first || table.pictures.sizes.length === 0) return null;
  const { epochS, sequence, kind } = first.header;
  const [fromMs, toMs] = extent(table);
  const placed = placeStretch(map, { epochS, fromMs, toMs });
  const { shiftMs } = placed;
  const entry = { isKey: kind === 'key', epochS, sequence, shiftMs, table: encodeTable(table) };
  return { entry: { ...entry, startMs: fromMs + shiftMs, endMs: toMs + shiftMs }, map: placed };
}

/** From its first picture to the end of what ends last, ms since the epoch. */
function extent({ pictures, sounds }: SampleTable): [number, number] {
  const picturesEndMs = (endTicksOf(pictures) * 1000) / VIDEO_TIMESCALE;
  const soundsEndMs = (endTicksOf(sounds) * 1000) / AUDIO_TIMESCALE;
  return [(pictures.startTicks * 1000) / VIDEO_TIMESCALE, Math.max(picturesEndMs, soundsEndMs)];
}

/** The parts of a recording that lie on one timeline of the host each. */
export function takesOf(entries: readonly GroupEntry[]): Take[] {
  const takes: Take[] = [];
  for (const { epochS, shiftMs, startMs, endMs } of entries) {
    const last = takes.at(-1);
    if (last?.epochS === epochS && last.shiftMs === shiftMs) takes[takes.length - 1] = { ...last, endMs };
    else takes.push({ epochS, shiftMs, startMs, endMs });
  }
  return takes;
}

/** Where the recording stands behind its last group; null when there is none. */
export function mapBehind(last: GroupEntry | undefined): TimeMap | null {
  return last ? { epochS: last.epochS, shiftMs: last.shiftMs, endMs: last.endMs } : null;
}
