import { ascii, box, join, u32, u64 } from '../fmp4/boxes.ts';
import { VIDEO_TIMESCALE } from '../fmp4/tracks.ts';
import type { GroupEntry } from './entry.ts';
import { movieBox, type MovieFacts } from './movie-box.ts';
import { type InitFacts, initFacts } from './sample-entries.ts';
import { decodeTable, type SampleRun } from './sample-table.ts';
import {
  type KeptPart,
  KeptSounds,
  type MadePart,
  type MadeSound,
  MadeSounds,
  type MovieSounds,
} from './movie-sounds.ts';
import { TrackTables } from './track-tables.ts';

/** One group's place in the file: first its pictures, then its sounds. */
export interface MoviePart {
  readonly number: number;
  /** Bytes from the beginning of the file. */
  readonly at: number;
  readonly bytes: number;
  /** H.264 parameter sets that go before the first picture. */
  readonly prefix: Uint8Array;
  readonly sounds: KeptPart | MadePart;
}

/** A whole file before any of its media is read. */
export interface MoviePlan {
  /** Everything before the media: what the file is, its index, the header of its media. */
  readonly head: Uint8Array;
  readonly parts: readonly MoviePart[];
  readonly totalBytes: number;
  readonly durationMs: number;
  /** Groups that were left out because they can't be read, or the ones before can't. */
  readonly left: readonly number[];
}

/** A mark in the file. */
export interface Chapter {
  /** From the beginning of the file. */
  readonly atMs: number;
  readonly title: string;
}

export interface MovieOptions {
  readonly title: string;
  /** Marks by the recording's clock, in order; those outside are left out. */
  readonly chapters: readonly Chapter[];
  /** Groups that were found to be damaged. */
  readonly damaged: ReadonlySet<number>;
  /** The sound of just these groups, encoded anew; without it the recorded one is kept. */
  readonly sound?: MadeSound;
}

/**
 * Plans one seekable MP4 of consecutive groups: index first, media copied as it is. Everything is known from the index of
 * the recording, so the file can be written from front to back, and gone on with at any byte.
 * @param entries from a key group on
 * @throws RangeError when nothing of it can be shown
 */
export function planMovie(
  entries: readonly GroupEntry[],
  inits: readonly { readonly bytes: Uint8Array }[],
  { title, chapters, damaged, sound }: MovieOptions,
): MoviePlan {
  const sounds = sound ? new MadeSounds(sound) : new KeptSounds();
  const plan = new Planning(inits, sounds, new Set(entries.map(({ init }) => init)).size > 1);
  for (const entry of entries) plan.add(entry, damaged.has(entry.number));
  return plan.finish(title, chapters);
}

class Planning {
  readonly #pictures = new TrackTables();
  readonly #facts: (InitFacts | null)[];
  /** Init segments in use, in the order of their sample entries. */
  readonly #used: number[] = [];
  readonly #parts: MoviePart[] = [];
  readonly #left: number[] = [];
  #offset = 0;
  /** Recording time of the file's beginning, ms; null before the first group. */
  #originMs: number | null = null;
  /** The last picture, whose length the next one decides. */
  #open: { size: number; duration: number; isKey: boolean } | null = null;
  #openTicks = 0;
  #canGoOn = false;

  /** @param changes decoders meet several kinds of picture, and some players read the sample entry of the first only */
  constructor(
    inits: readonly { readonly bytes: Uint8Array }[],
    private readonly sounds: MovieSounds,
    private readonly changes: boolean,
  ) {
    this.#facts = inits.map(({ bytes }) => initFacts(bytes));
  }

  add(entry: GroupEntry, isDamaged: boolean): void {
    const table = isDamaged ? null : decodeTable(entry.table);
    const facts = this.#facts[entry.init];
    this.#canGoOn = table !== null && !!facts && table.pictures.sizes.length > 0 && (entry.isKey || this.#canGoOn);
    if (!this.#canGoOn || table === null || !facts) {
      this.#left.push(entry.number);
      return;
    }
    this.#originMs ??= entry.startMs;
    if (!this.#used.includes(entry.init)) this.#used.push(entry.init);
    const use = this.#used.indexOf(entry.init) + 1;
    const shiftMs = entry.shiftMs - this.#originMs;
    const prefix = entry.isKey && this.changes ? facts.parameterSets : new Uint8Array(0);
    const at = this.#offset;
    this.#addPictures(table.pictures, shiftMs, entry.isKey, prefix.length, use);
    const sounds = this.sounds.add(table.sounds, shiftMs, this.#offset, this.#picturesEndMs);
    this.#offset += sounds.bytes;
    this.#parts.push({ number: entry.number, at, bytes: this.#offset - at, prefix, sounds: sounds.part });
  }

  #addPictures(run: SampleRun, shiftMs: number, isKey: boolean, prefix: number, use: number): void {
    let startTicks = run.startTicks + (shiftMs * VIDEO_TIMESCALE) / 1000;
    const offset = this.#offset;
    // The open picture of the group before ends where this one begins; its chunk is closed already.
    run.sizes.forEach((size, at) => {
      this.#settle(startTicks);
      const duration = run.durations[at] ?? 0;
      const whole = size + (at === 0 ? prefix : 0);
      this.#open = { size: whole, duration, isKey: isKey && at === 0 };
      this.#openTicks = this.#pictures.ticks;
      this.#offset += whole;
      startTicks += duration;
    });
    this.#pictures.closeChunk(offset, run.sizes.length, use);
  }

  /** Adds the open picture: it lasts until the next one. */
  #settle(nextTicks: number | null): void {
    if (this.#open === null) return;
    const { size, duration, isKey } = this.#open;
    const length = nextTicks === null ? duration : nextTicks - this.#openTicks;
    this.#pictures.add(size, Math.max(1, Math.round(length)), isKey);
    this.#open = null;
  }

  /** The open picture counts as long as it says that it is. */
  get #picturesEndMs(): number {
    return ((this.#pictures.ticks + (this.#open?.duration ?? 0)) * 1000) / VIDEO_TIMESCALE;
  }

  finish(title: string, chapters: readonly Chapter[]): MoviePlan {
    this.#settle(null);
    const last = this.#parts.at(-1);
    const facts = this.#used.map((init) => this.#facts[init]).filter((used) => !!used);
    const [first] = facts;
    const originMs = this.#originMs ?? 0;
    if (!last || !first) throw new RangeError('nothing of this recording can be shown');
    const durationMs = this.#picturesEndMs;
    const rest = this.sounds.finish(last.sounds, this.#offset, durationMs);
    this.#offset += rest.bytes;
    const ending = { ...last, bytes: last.bytes + rest.bytes, sounds: rest.part };
    const movie: MovieFacts = {
      pictures: { tables: this.#pictures, entries: facts.map(({ picture }) => picture), ...sizeOf(facts) },
      sounds: {
        tables: this.sounds.tables,
        entries: [this.sounds.entry(first.sound)],
        leadTicks: this.sounds.leadTicks,
      },
      durationMs,
      title,
      chapters: chapters
        .map((chapter) => ({ ...chapter, atMs: chapter.atMs - originMs }))
        .filter(({ atMs }) => atMs >= 0 && atMs < durationMs),
    };
    const head = headOf(movie, this.#offset);
    return {
      head,
      parts: [...this.#parts.slice(0, -1), ending].map((part) => ({ ...part, at: part.at + head.length })),
      totalBytes: head.length + this.#offset,
      durationMs,
      left: this.#left,
    };
  }
}

const sizeOf = (facts: readonly InitFacts[]): { width: number; height: number } => ({
  width: Math.max(...facts.map(({ width }) => width)),
  height: Math.max(...facts.map(({ height }) => height)),
});

const FILE_TYPE = box('ftyp', ascii('isom'), u32(512), ascii('isomiso2mp41'));
const LARGE_HEADER_BYTES = 16;

/** Everything before the media; where the media lies depends on how long that is. */
function headOf(movie: MovieFacts, mediaBytes: number): Uint8Array {
  const isLarge = mediaBytes > 2 ** 31; // the head fits into the rest of 32 bits
  const length = FILE_TYPE.length + movieBox(movie, 0, isLarge).length + LARGE_HEADER_BYTES;
  const mediaHeader = [u32(1), ascii('mdat'), u64(mediaBytes + LARGE_HEADER_BYTES)].flat();
  return join([FILE_TYPE, movieBox(movie, length, isLarge), mediaHeader]);
}
