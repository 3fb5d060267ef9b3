import { ascii, box, join, u32, u64 } from '../fmp4/boxes.ts';
import { AUDIO_TIMESCALE, VIDEO_TIMESCALE } from '../fmp4/tracks.ts';
import type { GroupEntry } from './entry.ts';
import { movieBox, type MovieFacts } from './movie-box.ts';
import { type InitFacts, initFacts } from './sample-entries.ts';
import { decodeTable, type SampleRun } from './sample-table.ts';
import { TrackTables } from './track-tables.ts';

/** One Opus frame of silence, as the chunker writes it: 20 ms. @see RFC 6716, section 3.1 */
export const SILENCE = Uint8Array.of(0xfc, 0xff, 0xfe);
const SILENCE_TICKS = 960;
/** More than this in one file is held to be damage: 10 minutes of silence at once. Chosen. */
const MOST_SILENCE = 30_000;

/** One group's place in the file: first its pictures, then its sounds. */
export interface MoviePart {
  readonly number: number;
  /** Bytes from the beginning of the file. */
  readonly at: number;
  readonly bytes: number;
  /** H.264 parameter sets that go before the first picture. */
  readonly prefix: Uint8Array;
  /** Sounds of the group that are left out at its beginning, and frames of silence before and behind the others. */
  readonly soundsDropped: number;
  readonly silenceBefore: number;
  readonly silenceAfter: number;
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
  { title, chapters, damaged }: MovieOptions,
): MoviePlan {
  const plan = new Planning(inits, new Set(entries.map(({ init }) => init)).size > 1);
  for (const entry of entries) plan.add(entry, damaged.has(entry.number));
  return plan.finish(title, chapters);
}

class Planning {
  readonly #pictures = new TrackTables();
  readonly #sounds = new TrackTables();
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
    const sounds = this.#addSounds(table.sounds, shiftMs);
    this.#parts.push({ number: entry.number, at, bytes: this.#offset - at, prefix, ...sounds, silenceAfter: 0 });
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

  #addSounds(run: SampleRun, shiftMs: number): { soundsDropped: number; silenceBefore: number } {
    const offset = this.#offset;
    let startTicks = Math.round(run.startTicks + (shiftMs * AUDIO_TIMESCALE) / 1000);
    let soundsDropped = 0;
    let added = 0;
    const late = (): number => startTicks - this.#sounds.ticks;
    // Half a frame: what is nearer to its place stays there, so nothing adds up and nothing is heard.
    while (soundsDropped < run.sizes.length && late() < -SILENCE_TICKS / 2) {
      startTicks += run.durations[soundsDropped] ?? 0;
      soundsDropped += 1;
    }
    const silenceBefore = run.sizes.length === soundsDropped ? 0 : this.#addSilence(late());
    for (let at = soundsDropped; at < run.sizes.length; at++) {
      const size = run.sizes[at] ?? 0;
      this.#sounds.add(size, run.durations[at] ?? SILENCE_TICKS, false);
      this.#offset += size;
      added += 1;
    }
    this.#sounds.closeChunk(offset, silenceBefore + added, 1);
    return { soundsDropped, silenceBefore };
  }

  /** Fills so many ticks with whole frames of silence; returns how many. */
  #addSilence(ticks: number): number {
    const frames = Math.min(MOST_SILENCE, Math.max(0, Math.round(ticks / SILENCE_TICKS)));
    for (let frame = 0; frame < frames; frame++) this.#sounds.add(SILENCE.length, SILENCE_TICKS, false);
    this.#offset += frames * SILENCE.length;
    return frames;
  }

  finish(title: string, chapters: readonly Chapter[]): MoviePlan {
    this.#settle(null);
    const last = this.#parts.at(-1);
    const facts = this.#used.map((init) => this.#facts[init]).filter((used) => !!used);
    const [first] = facts;
    const originMs = this.#originMs ?? 0;
    if (!last || !first) throw new RangeError('nothing of this recording can be shown');
    const offset = this.#offset;
    const missing = (this.#pictures.ticks / VIDEO_TIMESCALE) * AUDIO_TIMESCALE - this.#sounds.ticks;
    const silenceAfter = this.#addSilence(missing);
    this.#sounds.closeChunk(offset, silenceAfter, 1);
    const ending = { ...last, bytes: last.bytes + this.#offset - offset, silenceAfter };
    const durationMs = (this.#pictures.ticks * 1000) / VIDEO_TIMESCALE;
    const movie: MovieFacts = {
      pictures: { tables: this.#pictures, entries: facts.map(({ picture }) => picture), ...sizeOf(facts) },
      sounds: { tables: this.#sounds, entries: [first.sound] },
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
