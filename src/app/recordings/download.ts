import { moviePart } from '../../core/recording/movie-part.ts';
import { type Chapter, type MoviePlan, planMovie } from '../../core/recording/movie-plan.ts';
import type { GroupEntry } from '../../core/recording/entry.ts';
import { type ProblemCode, ProblemError } from '../problem.ts';
import type { FileSink, FileSinks } from './file-sink.ts';
import { Portion } from './portion.ts';
import type { Recording, RecordingStore } from './recording.ts';

export type DownloadState =
  | { readonly state: 'running'; readonly share: number }
  | { readonly state: 'failed'; readonly share: number; readonly problem: ProblemCode }
  /** @param leftOut parts that could not be read */
  | { readonly state: 'done'; readonly leftOut: number }
  | { readonly state: 'cancelled' };

export interface DownloadOptions {
  readonly recording: Recording;
  /** The groups wanted, in order, from a key group on. */
  readonly entries: readonly GroupEntry[];
  readonly title: string;
  readonly chapters: readonly Chapter[];
  readonly fileName: string;
  onChange(state: DownloadState): void;
}

/** One file on its way out: copied group by group, at any time with only a few megabytes in memory. */
export class Download {
  #state: DownloadState = { state: 'running', share: 0 };
  #sink: FileSink | null = null;
  #plan: MoviePlan;
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
    this.#change({ state: 'running', share: sink.written / this.#plan.totalBytes });
    try {
      while (this.#isRunning && !(await this.#copy(sink))) await this.#startAnew(sink);
      if (!this.#isRunning) return;
      await sink.finish();
      this.#change({ state: 'done', leftOut: this.#plan.left.length });
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

  get #isRunning(): boolean {
    return this.#state.state === 'running';
  }

  /** Copies what is missing. False when a group turned out to be damaged: the plan no longer holds. */
  async #copy(sink: FileSink): Promise<boolean> {
    const { head, parts, totalBytes } = this.#plan;
    if (sink.written < head.length) await sink.write(head.subarray(sink.written));
    const portion = new Portion(async (bytes) => {
      await sink.write(bytes);
      this.#show(sink.written / totalBytes);
    });
    for (const part of parts) {
      if (!this.#isRunning) return true;
      const from = sink.written + portion.waiting;
      if (part.at + part.bytes <= from) continue;
      const chunks = await this.store.group(this.options.recording.id, part.number);
      const pieces = chunks && moviePart(part, chunks);
      if (!pieces) {
        this.#damaged.add(part.number);
        return false;
      }
      await portion.add(pieces, from - part.at);
    }
    await portion.flush();
    return true;
  }

  /** How far it is, unless it was cancelled meanwhile. */
  #show(share: number): void {
    if (this.#isRunning) this.#change({ state: 'running', share });
  }

  async #startAnew(sink: FileSink): Promise<void> {
    this.#plan = this.#planned();
    await sink.restart();
  }

  /** @throws RangeError when nothing of it can be shown */
  #planned(): MoviePlan {
    const { entries, recording, title, chapters } = this.options;
    return planMovie(entries, recording.inits, { title, chapters, damaged: this.#damaged });
  }

  #fail(error: unknown): void {
    if (this.#state.state === 'cancelled') return;
    const problem =
      error instanceof ProblemError
        ? error.code
        : error instanceof RangeError
          ? 'recording-damaged'
          : 'download-failed';
    this.#change({ state: 'failed', share: (this.#sink?.written ?? 0) / this.#plan.totalBytes, problem });
  }

  #change(state: DownloadState): void {
    this.#state = state;
    this.options.onChange(state);
  }
}
