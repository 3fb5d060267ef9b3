import type { RecordedChunk } from '../../core/recording/chunk-group.ts';
import { type GroupEntry, takesOf } from '../../core/recording/entry.ts';
import { cutEntries, type KeyRun, keyRunsOf, runAt } from '../../core/recording/key-runs.ts';
import { samplesIn } from '../../core/recording/sample-table.ts';
import { type Moment, momentsOf, type ShowStory, type StoryMessage } from '../../core/recording/story.ts';
import { recordedMs, type Take } from '../../core/recording/time-map.ts';
import { VIDEO_TIMESCALE } from '../../core/fmp4/tracks.ts';
import { type ProblemCode, ProblemError } from '../problem.ts';
import type { InitSegment, Recording, RecordingStore } from './recording.ts';

/** What it takes to show one picture. */
export interface PictureRequest {
  readonly init: InitSegment;
  /** From the key picture to the wanted one, as the decoder takes them. */
  readonly samples: readonly { readonly bytes: Uint8Array; readonly timestampUs: number }[];
  /** Pixels; null: as large as it is. */
  readonly width: number | null;
}

/** Shows one picture as a JPEG; null when this browser can't, or the media is damaged. Never rejects. */
export type ShowPicture = (request: PictureRequest) => Promise<Blob | null>;

/** Groups read at once, when many are read in order (chosen: a quarter of a megabyte each). */
const AHEAD = 2;

/** The media of a run, for a player. */
export interface FilmMedia {
  /** RFC 6381, picture first. */
  readonly codecs: string;
  /** Recording time minus capture time, ms. */
  readonly shiftMs: number;
  readonly bytes: readonly Uint8Array[];
}

/** What can be played from a key picture on: a recording of this device, or a show that others keep. */
export interface PlayableFilm {
  readonly durationMs: number;
  /** Of its beginning. */
  readonly codecs: string;
  /** In order, ms. */
  readonly runs: readonly { readonly startMs: number; readonly endMs: number }[];
  /** Null when it can't be had. */
  media(run: number): Promise<FilmMedia | null>;
}

/** Plays what is over: on the stage, or on another element. Never rejects. */
export type OpenFilm = (
  film: PlayableFilm,
  onProblem: (code: ProblemCode) => void,
  video?: HTMLVideoElement,
) => Promise<{ close(): void }>;

/** An opened recording: its index in memory, its media in the database. */
export class Film implements PlayableFilm {
  readonly runs: readonly KeyRun[];
  readonly #takes: readonly Take[];

  private constructor(
    readonly recording: Recording,
    readonly entries: readonly GroupEntry[],
    readonly story: ShowStory,
    private readonly store: RecordingStore,
    private readonly showPicture: ShowPicture,
  ) {
    this.runs = keyRunsOf(entries);
    this.#takes = takesOf(entries);
  }

  /** @throws ProblemError `recording-missing`, `recording-damaged`, and those of the store */
  static async open(store: RecordingStore, id: string, showPicture: ShowPicture): Promise<Film> {
    const [recording, entries, story] = await Promise.all([store.find(id), store.entries(id), store.story(id)]);
    if (recording === null) throw new ProblemError('recording-missing');
    const film = new Film(recording, entries, story, store, showPicture);
    if (film.runs.length === 0) throw new ProblemError('recording-damaged');
    return film;
  }

  get durationMs(): number {
    return this.runs.at(-1)?.endMs ?? 0;
  }

  /** Chunks as they were published, of the groups that hold this stretch, in order; damaged groups are left out. */
  async *chunks(fromMs = 0, toMs = Number.POSITIVE_INFINITY): AsyncGenerator<RecordedChunk[]> {
    const entries = this.part(fromMs, toMs);
    const reading: Promise<RecordedChunk[] | null>[] = [];
    for (let at = 0; at < entries.length; at++) {
      while (reading.length < AHEAD && entries[at + reading.length]) {
        reading.push(this.store.group(this.recording.id, entries[at + reading.length]?.number ?? 0));
      }
      const chunks = await reading.shift();
      if (chunks) yield chunks;
    }
  }

  /** The groups of a stretch, from a key picture on. */
  part(fromMs: number, toMs: number): GroupEntry[] {
    return cutEntries(this.entries, fromMs, toMs);
  }

  /** Where a part begins really: at a key picture. */
  keyMs(atMs: number): number {
    return this.runs[runAt(this.runs, atMs)]?.startMs ?? 0;
  }

  /** Moments on the recording's clock. */
  moments(): Moment[] {
    return this.#placed(momentsOf(this.story));
  }

  /** What was said, on the recording's clock. */
  messages(): StoryMessage[] {
    return this.#placed(this.story.messages);
  }

  get codecs(): string {
    return this.recording.inits[0]?.codecs ?? '';
  }

  /** The chunks of a run, as they were published; null when one is damaged. @throws ProblemError those of the store */
  async runChunks(index: number): Promise<RecordedChunk[] | null> {
    const { groups } = this.runs[index] ?? { groups: [] };
    const chunks = await Promise.all(groups.map(({ number }) => this.store.group(this.recording.id, number)));
    return chunks.length === 0 || chunks.includes(null) ? null : chunks.flatMap((group) => group ?? []);
  }

  async media(index: number): Promise<FilmMedia | null> {
    const [first] = this.runs[index]?.groups ?? [];
    const init = first && this.recording.inits[first.init];
    const chunks = init && (await this.runChunks(index));
    return chunks ? { codecs: init.codecs, shiftMs: first.shiftMs, bytes: chunks.map(({ bytes }) => bytes) } : null;
  }

  /** The picture at a moment, or the key picture before it, which takes less. */
  async picture(atMs: number, { width, exact }: { width: number | null; exact: boolean }): Promise<Blob | null> {
    const index = runAt(this.runs, atMs);
    const init = this.recording.inits[this.runs[index]?.groups[0]?.init ?? 0];
    const media = await this.media(index);
    if (!media || !init) return null;
    const { pictures } = samplesIn(media.bytes.map((bytes) => ({ bytes })));
    const wantedTicks = ((atMs - media.shiftMs) * VIDEO_TIMESCALE) / 1000;
    const count = pictures.filter(({ startTicks }) => startTicks <= wantedTicks).length;
    const samples = pictures.slice(0, exact ? Math.max(1, count) : 1).map(({ bytes, startTicks }) => ({
      bytes,
      timestampUs: (startTicks * 1e6) / VIDEO_TIMESCALE,
    }));
    return this.showPicture({ init, samples, width });
  }

  #placed<Item extends { readonly atMs: number }>(items: readonly Item[]): Item[] {
    return items.flatMap((item) => {
      const atMs = recordedMs(this.#takes, item.atMs);
      return atMs === null ? [] : [{ ...item, atMs }];
    });
  }
}
