import type { CutChunk } from '../../src/core/chunk.ts';
import { initLength } from '../../src/core/fmp4/fragment-reader.ts';
import { GroupGatherer, packGroup, type RecordedChunk, unpackGroup } from '../../src/core/recording/chunk-group.ts';
import { type GroupEntry, placeGroup } from '../../src/core/recording/entry.ts';
import { aacEntry } from '../../src/core/recording/aac-entry.ts';
import { NO_STORY } from '../../src/core/recording/story.ts';
import type { TimeMap } from '../../src/core/recording/time-map.ts';
import type { FileSink } from '../../src/app/recordings/file-sink.ts';
import type { NewGroup, OpenRecording } from '../../src/app/recordings/recording.ts';
import type { ConvertSound } from '../../src/app/recordings/sound-conversion.ts';

/** A recording in memory: unlike the database it forgets everything, and fails or waits when it is told to. */
export class MemoryRecording implements OpenRecording {
  readonly id = 'memory';
  readonly isElsewhere = false;
  readonly map = null;
  readonly bytes = 0;
  readonly story = NO_STORY;
  readonly groups: NewGroup[] = [];
  isFinished = false;
  isReleased = false;
  /** What the next writes wait for, and may fail with. */
  disk: Promise<void> = Promise.resolve();

  async append(groups: readonly NewGroup[]): Promise<void> {
    await this.disk;
    this.groups.push(...groups);
  }

  async tell(): Promise<void> {}

  async finish(): Promise<void> {
    this.isFinished = true;
  }

  release(): void {
    this.isReleased = true;
  }
}

/** A file in memory: unlike a real one it is never full, and fails when it is told to. */
export class MemoryFile implements FileSink {
  bytes = Buffer.alloc(0);
  isFinished = false;
  isDiscarded = false;
  restarts = 0;
  /** Writes until one fails; it and the rest of its bytes are lost. */
  failsAfter = Number.POSITIVE_INFINITY;

  get written(): number {
    return this.bytes.length;
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.failsAfter-- <= 0) throw new Error('the disk is gone');
    this.bytes = Buffer.concat([this.bytes, bytes]);
  }

  async restart(): Promise<void> {
    this.restarts += 1;
    this.bytes = Buffer.alloc(0);
  }

  async finish(): Promise<void> {
    this.isFinished = true;
  }

  async discard(): Promise<void> {
    this.isDiscarded = true;
  }
}

/** Sound as AAC would lie in a file: frames of 1,024 samples and one that leads. Unlike AAC they hold a number each, and no sound. */
export const convertInMemory: ConvertSound = async () => {
  let opusFrames = 0;
  return {
    add: async (frames) => void (opusFrames += frames.length),
    async finish() {
      const frames = Math.ceil((opusFrames * 960) / 1024) + 1;
      const whole = Buffer.concat(Array.from({ length: frames }, (_, at) => Buffer.alloc(4 + (at % 7), at & 0xff)));
      return {
        ...{ entry: aacEntry(2, 128_000, Uint8Array.of(0x11, 0x90)), frameTicks: 1024, leadTicks: 1024 },
        sizes: Array.from({ length: frames }, (_, at) => 4 + (at % 7)),
        bytes: async (from, to) => whole.subarray(from, to),
      };
    },
    close: () => undefined,
  };
};

/** Chunks as the host publishes them. What joins the pieces ignores every fifth, the parity; here there is one. */
export const asPublished = (chunks: readonly RecordedChunk[]): CutChunk[] =>
  chunks.map(({ header, bytes }) => ({ header, pieces: [bytes] }));

export interface Recorded {
  readonly entries: GroupEntry[];
  /** Packed, as the database holds them. */
  readonly packed: Uint8Array[];
  readonly inits: { readonly codecs: string; readonly bytes: Uint8Array }[];
  readonly group: (number: number) => readonly RecordedChunk[] | null;
}

/** What a recorder leaves of these chunks. */
export function recorded(chunks: readonly RecordedChunk[]): Recorded {
  const gatherer = new GroupGatherer();
  const groups = [...chunks.map((chunk) => gatherer.take(chunk)), gatherer.flush()].filter((group) => group !== null);
  let map: TimeMap | null = null;
  const inits: { codecs: string; bytes: Uint8Array }[] = [];
  const packed = groups.map(packGroup);
  const entries = groups.map((group, number): GroupEntry => {
    const placed = placeGroup(group, map);
    if (!placed) throw new Error('no picture');
    map = placed.map;
    const [first] = group;
    const bytes = first?.bytes.slice(0, initLength(first.bytes)) ?? new Uint8Array(0);
    const isNew = bytes.length > 0 && !inits.some((known) => Buffer.compare(known.bytes, bytes) === 0);
    if (isNew) inits.push({ codecs: first?.header.codecs ?? '', bytes });
    return { ...placed.entry, number, init: inits.length - 1, bytes: packed[number]?.length ?? 0 };
  });
  return { entries, packed, inits, group: (number) => unpackGroup(packed[number] ?? new Uint8Array(0)) };
}
