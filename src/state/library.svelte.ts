import { createSubscriber } from 'svelte/reactivity';
import type { Film } from '../app/recordings/film.ts';
import type { DownloadWish, LibrarySession, LibraryView } from '../app/recordings/library.ts';
import type { Platform } from '../app/sessions.ts';
import { type Trouble, Troubles, troubleOf } from './troubles.svelte.ts';

export type { Film } from '../app/recordings/film.ts';

/** The recordings of this device, from the moment a page asks for them until it is left. */
export class Library {
  readonly troubles = new Troubles();
  #session = $state.raw<LibrarySession | null>(null);
  #failure = $state.raw<Trouble | null>(null);
  #isClosed = false;
  #watch: () => void = () => undefined;

  constructor(platform: Platform) {
    platform.openLibrary().then(
      (session) => {
        if (this.#isClosed) session.close();
        else {
          this.#watch = createSubscriber((update) => session.subscribe(update));
          this.#session = session;
        }
      },
      (error: unknown) => (this.#failure = troubleOf(error)),
    );
  }

  /** Null until the list is there. */
  get view(): LibraryView | null {
    const session = this.#session;
    if (session === null) return null;
    this.#watch();
    return session.view;
  }

  /** Why there is nothing to see. */
  get failure(): Trouble | null {
    return this.#failure;
  }

  rename(id: string, title: string): Promise<boolean> {
    return this.#ask((session) => session.rename(id, title));
  }

  remove(ids: readonly string[]): Promise<boolean> {
    return this.#ask((session) => session.remove(ids));
  }

  undo(): Promise<boolean> {
    return this.#ask((session) => session.undo());
  }

  sweep(): Promise<boolean> {
    return this.#ask((session) => session.sweep());
  }

  /** @param id of a recording that is not opened yet */
  download(id: string, wish: (film: Film) => DownloadWish): Promise<boolean> {
    return this.#ask(async (session) => {
      const film = await session.open(id);
      await session.download(film, null, wish(film));
    });
  }

  downloadPart(film: Film, part: { fromMs: number; toMs: number }, wish: DownloadWish): Promise<boolean> {
    return this.#ask((session) => session.download(film, part, wish));
  }

  resumeDownload(id: string): Promise<boolean> {
    return this.#ask((session) => session.resumeDownload(id));
  }

  cancelDownload(id: string): Promise<boolean> {
    return this.#ask((session) => session.cancelDownload(id));
  }

  give(name: string, content: Blob): void {
    this.#session?.give(name, content);
  }

  /** Null when there is none to show. */
  async poster(id: string): Promise<Blob | null> {
    return (await this.#session?.poster(id).catch(() => null)) ?? null;
  }

  /** Null when it can't be opened, which is said. */
  async open(id: string): Promise<Film | null> {
    let film: Film | null = null;
    await this.#ask(async (session) => {
      film = await session.open(id);
    });
    return film;
  }

  /** Plays on the element until the returned function is called. */
  play(film: Film, video: HTMLVideoElement): () => void {
    const player = this.#session?.play(film, video, (code) => this.troubles.reportCode(code));
    return () => player?.close();
  }

  close(): void {
    this.#isClosed = true;
    this.#session?.close();
    this.#session = null;
  }

  #ask(deed: (session: LibrarySession) => Promise<void>): Promise<boolean> {
    return this.troubles.attempt(async () => {
      if (this.#session !== null) await deed(this.#session);
    });
  }
}
