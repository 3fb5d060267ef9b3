import type { RecordedChunk } from '../../core/recording/chunk-group.ts';
import { type GroupEntry, takesOf } from '../../core/recording/entry.ts';
import { cutEntries, type KeyRun, keyRunsOf, runAt } from '../../core/recording/key-runs.ts';
import { samplesIn } from '../../core/recording/sample-table.ts';
import { type Moment, momentsOf, type ShowStory, type StoryMessage } from '../../core/recording/story.ts';
import { recordedMs, type Take } from '../../core/recording/time-map.ts';
import { VIDEO_TIMESCALE } from '../../core/fmp4/tracks.ts';
import { ProblemError } from '../problem.ts';
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

/** An opened recording: its index in memory, its media in the database. */
export class Film {
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

  /** The media of a run, for a player; null when a part of it is damaged. */
  async runMedia(
    run: KeyRun,
  ): Promise<{ readonly init: InitSegment; readonly shiftMs: number; readonly bytes: Uint8Array[] } | null> {
    const [first] = run.groups;
    const init = first && this.recording.inits[first.init];
    if (!first || !init) return null;
    const groups = await Promise.all(run.groups.map(({ number }) => this.store.group(this.recording.id, number)));
    if (groups.some((group) => group === null)) return null;
    return { init, shiftMs: first.shiftMs, bytes: groups.flatMap((group) => group ?? []).map(({ bytes }) => bytes) };
  }

  /** The picture at a moment, or the key picture before it, which takes less. */
  async picture(atMs: number, { width, exact }: { width: number | null; exact: boolean }): Promise<Blob | null> {
    const run = this.runs[runAt(this.runs, atMs)];
    const media = run && (await this.runMedia(run));
    if (!media) return null;
    const { pictures } = samplesIn(media.bytes.map((bytes) => ({ bytes })));
    const wantedTicks = ((atMs - media.shiftMs) * VIDEO_TIMESCALE) / 1000;
    const count = pictures.filter(({ startTicks }) => startTicks <= wantedTicks).length;
    const samples = pictures.slice(0, exact ? Math.max(1, count) : 1).map(({ bytes, startTicks }) => ({
      bytes,
      timestampUs: (startTicks * 1e6) / VIDEO_TIMESCALE,
    }));
    return this.showPicture({ init: media.init, samples, width });
  }

  #placed<Item extends { readonly atMs: number }>(items: readonly Item[]): Item[] {
    return items.flatMap((item) => {
      const atMs = recordedMs(this.#takes, item.atMs);
      return atMs === null ? [] : [{ ...item, atMs }];
    });
  }
}
