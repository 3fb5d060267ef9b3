import type { ChunkHeader } from '../../core/chunk.ts';
import { LastMinutes } from '../../core/recording/last-minutes.ts';
import type { Clock } from '../clock.ts';
import type { ProblemCode } from '../problem.ts';
import type { OpenFilm } from './film.ts';

export interface JustNowPorts {
  readonly clock: Clock;
  readonly openFilm: OpenFilm;
  /** Hands a file to the person. */
  readonly give: (fileName: string, content: Blob) => Promise<void>;
}

/** What this page has just seen of a show that goes on: to be seen again, or kept. Its code is loaded when it is asked for. */
export class JustNow {
  #last = new LastMinutes();

  constructor(
    private readonly ports: JustNowPorts,
    private readonly onProblem: (code: ProblemCode) => void,
  ) {}

  take(header: ChunkHeader, bytes: Uint8Array): void {
    this.#last.take(header, bytes);
  }

  /** The show is over: its memory is of use elsewhere. */
  forget(): void {
    this.#last = new LastMinutes();
  }

  /** @see WatchSession.rewind */
  async rewind(video: HTMLVideoElement, secondsAgo: number): Promise<{ close(): void } | null> {
    const { Rewind } = await import('./rewind.ts');
    const film = new Rewind(this.#last);
    if (film.runs.length === 0) return null;
    video.currentTime = Math.max(0, film.durationMs / 1000 - secondsAgo);
    // What is forgotten meanwhile is passed over; it is nobody's damage.
    const onProblem = (code: ProblemCode): void => {
      if (code !== 'recording-damaged') this.onProblem(code);
    };
    return this.ports.openFilm(film, onProblem, video);
  }

  /** @see WatchSession.keepClip */
  async keepClip(name: string): Promise<boolean> {
    const chunks = this.#last.clip();
    if (chunks === null) return false;
    const [{ movieOf }, { fileName }] = await Promise.all([import('./clip.ts'), import('./texts.ts')]);
    const movie = new Blob(movieOf(chunks, '') as Uint8Array<ArrayBuffer>[], { type: 'video/mp4' });
    await this.ports.give(fileName({ title: '', startedMs: this.ports.clock.nowMs() }, name, 'mp4'), movie);
    return true;
  }
}
