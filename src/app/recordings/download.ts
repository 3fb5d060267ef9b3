import { moviePart } from '../../core/recording/movie-part.ts';
import { type Chapter, type MoviePlan, planMovie } from '../../core/recording/movie-plan.ts';
import type { GroupEntry } from '../../core/recording/entry.ts';
import { type ProblemCode, ProblemError } from '../problem.ts';
import type { FileSink, FileSinks } from './file-sink.ts';
import { Portion } from './portion.ts';
import type { Recording, RecordingStore } from './recording.ts';
import { type ConvertedSound, convertedSound, type ConvertSound } from './sound-conversion.ts';

export type DownloadState =
  | { readonly state: 'running'; readonly share: number }
  | { readonly state: 'failed'; readonly share: number; readonly problem: ProblemCode }
  /** @param leftOut parts that could not be read @param hasOpus its sound is as it was recorded */
  | { readonly state: 'done'; readonly leftOut: number; readonly hasOpus: boolean }
  | { readonly state: 'cancelled' };

export interface DownloadOptions {
  readonly recording: Recording;
  /** The groups wanted, in order, from a key group on. */
  readonly entries: readonly GroupEntry[];
  readonly title: string;
  readonly chapters: readonly Chapter[];
  readonly fileName: string;
  /** How its sound is encoded anew; null: it stays as it was recorded. */
  readonly convertSound: ConvertSound | null;
  onChange(state: DownloadState): void;
}

/** Of the time that a download with sound encoded anew takes, what goes into that. @see `npm run bench -- --only record-long` */
const CONVERSION_SHARE = 0.95;

/** One file on its way out: copied group by group, at any time with only a few megabytes in memory. */
export class Download {
  #state: DownloadState = { state: 'running', share: 0 };
  #sink: FileSink | null = null;
  #plan: MoviePlan;
  #sound: ConvertedSound | null = null;
  readonly #damaged = new Set<number>();

  constructor(
    private readonly store: Pick<RecordingStore, 'group'>,
    private readonly sinks: FileSinks,
    private readonly options: DownloadOptions,
  ) {
    this.#plan = this.#planned();
  }

  get state(): DownloadState {
    return this.#state;
  }

  get totalBytes(): number {
    return this.#plan.totalBytes;
  }

  /** Begins; call it on a tap. False when the person thought better of it. */
  async start(): Promise<boolean> {
    try {
      this.#sink = await this.sinks.open(this.options.fileName, this.#plan.totalBytes);
    } catch (error) {
      this.#fail(error);
      return true;
    }
    if (this.#sink === null) return false;
    await this.resume();
    return true;
  }

  /** Goes on where it stopped. Resolves when the file is whole, or its state says why it is not. */
  async resume(): Promise<void> {
    const sink = this.#sink;
    if (sink === null) {
      await this.start();
      return;
    }
    this.#change({ state: 'running', share: this.#shareOf(sink) });
    try {
      while (this.#isRunning() && !((await this.#prepare()) && (await this.#copy(sink)))) await this.#startAnew(sink);
      if (!this.#isRunning()) return;
      await sink.finish();
      this.#change({ state: 'done', leftOut: this.#plan.left.length, hasOpus: this.#sound === null });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What is done stays: the file is the person's. */
  async cancel(): Promise<void> {
    if (this.#state.state === 'done') return;
    this.#change({ state: 'cancelled' });
    await this.#sink?.discard();
  }

  #isRunning(): boolean {
    return this.#state.state === 'running';
  }

  /** Encodes the sound anew, if that is wanted and not done yet. False when a group turned out to be damaged. */
  async #prepare(): Promise<boolean> {
    const { convertSound, recording } = this.options;
    if (convertSound === null || this.#sound !== null) return true;
    const sound = await convertedSound(convertSound, this.#plan, {
      read: ({ number }) => this.store.group(recording.id, number),
      onProgress: (share) => this.#show(share * CONVERSION_SHARE),
      isWanted: () => this.#isRunning(),
    });
    if (typeof sound === 'number') {
      this.#damaged.add(sound);
      return false;
    }
    this.#sound = sound;
    this.#plan = this.#planned();
    return true;
  }

  /** Copies what is missing. False when a group turned out to be damaged: the plan no longer holds. */
  async #copy(sink: FileSink): Promise<boolean> {
    if (!this.#isRunning()) return true;
    const { head, parts } = this.#plan;
    if (sink.written < head.length) await sink.write(head.subarray(sink.written));
    const portion = new Portion(async (bytes) => {
      await sink.write(bytes);
      this.#show(this.#shareOf(sink));
    });
    for (const part of parts) {
      if (!this.#isRunning()) return true;
      const from = sink.written + portion.waiting;
      if (part.at + part.bytes <= from) continue;
      const chunks = await this.store.group(this.options.recording.id, part.number);
      const { sounds } = part;
      const made = sounds.kind === 'made' ? await this.#sound?.bytes(sounds.from, sounds.to) : null;
      const pieces = chunks && moviePart(part, chunks, made);
      if (!pieces) {
        this.#damaged.add(part.number);
        return false;
      }
      await portion.add(pieces, from - part.at);
    }
    await portion.flush();
    return true;
  }

  #shareOf(sink: FileSink): number {
    const before = this.options.convertSound === null ? 0 : this.#sound ? CONVERSION_SHARE : 0;
    const rest = this.options.convertSound === null ? 1 : 1 - CONVERSION_SHARE;
    return before + (rest * sink.written) / this.#plan.totalBytes;
  }

  /** How far it is, unless it was cancelled meanwhile. */
  #show(share: number): void {
    if (this.#isRunning()) this.#change({ state: 'running', share });
  }

  async #startAnew(sink: FileSink): Promise<void> {
    this.#sound = null;
    this.#plan = this.#planned();
    await sink.restart();
  }

  /** @throws RangeError when nothing of it can be shown */
  #planned(): MoviePlan {
    const { entries, recording, title, chapters } = this.options;
    const options = { title, chapters, damaged: this.#damaged };
    return planMovie(entries, recording.inits, this.#sound ? { ...options, sound: this.#sound } : options);
  }

  #fail(error: unknown): void {
    if (this.#state.state === 'cancelled') return;
    const problem =
      error instanceof ProblemError
        ? error.code
        : error instanceof RangeError
          ? 'recording-damaged'
          : 'download-failed';
    this.#change({ state: 'failed', share: this.#sink ? this.#shareOf(this.#sink) : 0, problem });
  }

  #change(state: DownloadState): void {
    this.#state = state;
    this.options.onChange(state);
  }
}
