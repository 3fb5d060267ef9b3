import type { PlayableFilm } from '../../app/recordings/film.ts';
import type { OpenFilmPlayer } from '../../app/recordings/library.ts';
import { nextRun } from '../../core/recording/key-runs.ts';
import { attachMediaSource, canPlay, mimeOf } from '../player/media-source.ts';

/** How much is loaded ahead, and kept behind, ms. Chosen: a few megabytes each. */
const AHEAD_MS = 15_000;
const BEHIND_MS = 20_000;

/** Plays from the database: only what is about to be seen is loaded. */
export const openFilmPlayer: OpenFilmPlayer = (film, video, onProblem) => {
  const events = new AbortController();
  const { signal } = events;
  const source = attachMediaSource(video);
  const { codecs } = film;
  if (source === null || codecs === '' || !canPlay(codecs)) {
    onProblem('cannot-play');
    return { close: () => undefined };
  }
  source.addEventListener(
    'sourceopen',
    () => {
      const buffer = source.addSourceBuffer(mimeOf(codecs));
      source.duration = film.durationMs / 1000;
      const feeding = new FilmFeed(film, video, source, buffer, codecs, () => onProblem('recording-damaged'));
      const feed = (): void => void feeding.feed();
      for (const name of ['seeking', 'timeupdate', 'waiting']) video.addEventListener(name, feed, { signal });
      feed();
    },
    { once: true, signal },
  );
  video.addEventListener('error', () => onProblem('cannot-play'), { signal });
  return {
    close: () => {
      events.abort();
      video.removeAttribute('src');
      video.load();
    },
  };
};

class FilmFeed {
  /** Runs that are in the buffer. */
  readonly #held = new Set<number>();
  /** Runs that can't be read: passed over. */
  readonly #damaged = new Set<number>();
  #isBusy = false;

  constructor(
    private readonly film: PlayableFilm,
    private readonly video: HTMLVideoElement,
    private readonly source: MediaSource,
    private readonly buffer: SourceBuffer,
    private codecs: string,
    private readonly onDamaged: () => void,
  ) {}

  /** Loads what is missing, one run after the other; one call works at a time. */
  async feed(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      this.#grow();
      for (;;) {
        const has = (run: number): boolean => this.#held.has(run) || this.#damaged.has(run);
        const wanted = nextRun(this.film.runs, this.video.currentTime * 1000, AHEAD_MS, has);
        if (wanted === null || this.source.readyState === 'closed') break;
        await this.#load(wanted);
      }
      const isWhole = this.#held.has(this.film.runs.length - 1);
      if (isWhole && this.source.readyState === 'open' && !this.buffer.updating) this.source.endOfStream();
    } catch {
      // The element was given something else meanwhile, or says itself what is wrong with it.
    } finally {
      this.#isBusy = false;
    }
  }

  /** Of a show that goes on there is more each second. */
  #grow(): void {
    const durationS = this.film.durationMs / 1000;
    const isOpen = this.source.readyState === 'open' && !this.buffer.updating;
    if (isOpen && durationS > this.source.duration) this.source.duration = durationS;
  }

  async #load(index: number): Promise<void> {
    const media = await this.film.media(index);
    if (!media) {
      this.#damaged.add(index);
      this.#skip(index);
      this.onDamaged();
      return;
    }
    await this.#letGo();
    if (media.codecs !== this.codecs) {
      this.buffer.changeType(mimeOf(media.codecs));
      this.codecs = media.codecs;
    }
    const offsetS = media.shiftMs / 1000;
    if (this.buffer.timestampOffset !== offsetS) this.buffer.timestampOffset = offsetS;
    await this.#append(new Blob(media.bytes as Uint8Array<ArrayBuffer>[]));
    this.#held.add(index);
  }

  /** Playing would stand still before a hole: what can't be read is jumped over. */
  #skip(index: number): void {
    const run = this.film.runs[index];
    const next = this.film.runs[index + 1];
    const atMs = this.video.currentTime * 1000;
    if (run && next && atMs >= run.startMs - 500 && atMs < next.startMs) this.video.currentTime = next.startMs / 1000;
  }

  async #append(media: Blob): Promise<void> {
    const bytes = await media.arrayBuffer();
    try {
      this.buffer.appendBuffer(bytes);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
      await this.#letGo(1_000);
      this.buffer.appendBuffer(bytes);
    }
    await this.#updated();
  }

  /** Takes out of the buffer what lies far behind or far ahead. */
  async #letGo(keptMs = BEHIND_MS): Promise<void> {
    const atMs = this.video.currentTime * 1000;
    for (const index of this.#held) {
      const run = this.film.runs[index];
      if (!run || (run.endMs >= atMs - keptMs && run.startMs <= atMs + 2 * AHEAD_MS)) continue;
      this.#held.delete(index);
      this.buffer.remove(Math.max(0, run.startMs / 1000), run.endMs / 1000);
      await this.#updated();
    }
  }

  async #updated(): Promise<void> {
    if (!this.buffer.updating) return;
    await new Promise((resolve) => this.buffer.addEventListener('updateend', resolve, { once: true }));
  }
}
