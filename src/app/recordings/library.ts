import { type Clock } from '../clock.ts';
import { type ProblemCode, ProblemError } from '../problem.ts';
import type { Observable } from '../sessions.ts';
import { Download, type DownloadOptions, type DownloadState } from './download.ts';
import type { FileSinks } from './file-sink.ts';
import { Film, type PlayableFilm, type ShowPicture } from './film.ts';
import { MAX_TITLE, type Recording, type RecordingPorts } from './recording.ts';
import type { ConvertSound } from './sound-conversion.ts';

/** How long a removal can be undone, ms (chosen: time to notice, and to read). */
const UNDO_MS = 15_000;
/** Size and place of a recording's poster: pixels, and its share of the length, for shows begin with an empty chair. Chosen. */
const POSTER = { width: 480, share: 0.1 };

export interface LibraryView {
  /** Null until the list is there. */
  readonly recordings: readonly Recording[] | null;
  /** Why there is no list; null while all is well. */
  readonly problem: ProblemCode | null;
  /** Records that can't be read. */
  readonly damaged: number;
  readonly usedBytes: number | null;
  readonly freeBytes: number | null;
  /** The browser has promised to keep what is here. */
  readonly isKept: boolean;
  /** What was removed and can come back. */
  readonly removed: readonly string[];
  readonly downloads: ReadonlyMap<string, DownloadState>;
}

/** Plays one recording on an element until it is closed. */
export type OpenFilmPlayer = (
  film: PlayableFilm,
  video: HTMLVideoElement,
  onProblem: (code: ProblemCode) => void,
) => { close(): void };

export interface LibraryPorts extends RecordingPorts {
  readonly clock: Clock;
  readonly sinks: FileSinks;
  readonly showPicture: ShowPicture;
  readonly openFilmPlayer: OpenFilmPlayer;
  readonly convertSound: ConvertSound;
}

/** What a file is called and says, in the person's words. */
export interface DownloadWish extends Pick<DownloadOptions, 'title' | 'chapters' | 'fileName'> {
  /** Sound that every player knows, for a longer wait. */
  readonly isForEveryPlayer: boolean;
}

export interface LibrarySession extends Observable<LibraryView> {
  rename(id: string, title: string): Promise<void>;
  /** Hides recordings; `undo` brings them back for 15 s. */
  remove(ids: readonly string[]): Promise<void>;
  undo(): Promise<void>;
  /** Deletes what can't be read. */
  sweep(): Promise<void>;
  poster(id: string): Promise<Blob | null>;
  open(id: string): Promise<Film>;
  play: OpenFilmPlayer;
  /** Call it on a tap: the person may be asked where to. @param part ms; null for all */
  download(
    film: Film,
    part: { readonly fromMs: number; readonly toMs: number } | null,
    wish: DownloadWish,
  ): Promise<void>;
  resumeDownload(id: string): Promise<void>;
  cancelDownload(id: string): Promise<void>;
  give(name: string, content: Blob): void;
  close(): void;
}

/** The recordings of this device. */
export class Library implements LibrarySession {
  view: LibraryView = {
    ...{ recordings: null, problem: null, damaged: 0, usedBytes: null, freeBytes: null, isKept: true },
    ...{ removed: [], downloads: new Map() },
  };
  readonly #listeners = new Set<() => void>();
  readonly #downloads = new Map<string, Download>();
  /** One at a time: each takes a decoder. */
  #posters: Promise<unknown> = Promise.resolve();
  #stopPurge: () => void = () => undefined;
  #isClosed = false;

  constructor(private readonly ports: LibraryPorts) {
    void this.#refresh().then(() => this.#purge());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get play(): OpenFilmPlayer {
    return this.ports.openFilmPlayer;
  }

  async rename(id: string, title: string): Promise<void> {
    const plain = Array.from(title.replace(/\s+/g, ' ').trim()).slice(0, MAX_TITLE).join('');
    await this.ports.store.rename(id, plain);
    await this.#refresh();
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.ports.store.remove(ids);
    this.#change({ removed: ids });
    this.#stopPurge();
    this.#stopPurge = this.ports.clock.after(UNDO_MS + 100, () => {
      this.#change({ removed: [] });
      void this.#purge();
    });
    await this.#refresh();
  }

  async undo(): Promise<void> {
    this.#stopPurge();
    await this.ports.store.restore(this.view.removed);
    this.#change({ removed: [] });
    await this.#refresh();
  }

  async sweep(): Promise<void> {
    await this.ports.store.sweep();
    await this.#refresh();
  }

  poster(id: string): Promise<Blob | null> {
    const made = this.#posters.then(() => (this.#isClosed ? null : this.#posterOf(id)));
    this.#posters = made.catch(() => undefined);
    return made;
  }

  open(id: string): Promise<Film> {
    return Film.open(this.ports.store, id, this.ports.showPicture);
  }

  async download(film: Film, part: { fromMs: number; toMs: number } | null, wish: DownloadWish): Promise<void> {
    const { recording } = film;
    await this.cancelDownload(recording.id);
    const entries = part === null ? film.entries : film.part(part.fromMs, part.toMs);
    const convertSound = wish.isForEveryPlayer ? this.ports.convertSound : null;
    const download = this.#begin(film, { ...wish, recording, entries, convertSound });
    if (!(await download.start())) this.#forget(recording.id, download);
  }

  async resumeDownload(id: string): Promise<void> {
    await this.#downloads.get(id)?.resume();
  }

  async cancelDownload(id: string): Promise<void> {
    const download = this.#downloads.get(id);
    if (!download) return;
    await download.cancel();
    this.#forget(id, download);
  }

  give(name: string, content: Blob): void {
    this.ports.sinks.give(name, content);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopPurge();
    for (const id of [...this.#downloads.keys()]) void this.cancelDownload(id);
  }

  /** @throws ProblemError `recording-damaged` */
  #begin(film: Film, options: Omit<DownloadOptions, 'onChange'>): Download {
    const { id } = film.recording;
    try {
      const download: Download = new Download(this.ports.store, this.ports.sinks, {
        ...options,
        onChange: (state) => {
          if (this.#downloads.get(id) === download) this.#show(id, state);
        },
      });
      this.#downloads.set(id, download);
      return download;
    } catch (cause) {
      throw new ProblemError('recording-damaged', { cause });
    }
  }

  #forget(id: string, download: Download): void {
    if (this.#downloads.get(id) !== download) return;
    this.#downloads.delete(id);
    this.#show(id, null);
  }

  #show(id: string, state: DownloadState | null): void {
    const downloads = new Map(this.view.downloads);
    if (state === null) downloads.delete(id);
    else downloads.set(id, state);
    this.#change({ downloads });
  }

  async #posterOf(id: string): Promise<Blob | null> {
    const { store } = this.ports;
    const kept = await store.poster(id);
    if (kept) return kept;
    const film = await this.open(id);
    const made = await film.picture(film.durationMs * POSTER.share, { width: POSTER.width, exact: false });
    if (made && film.recording.state !== 'live') await store.keepPoster(id, made);
    return made;
  }

  /** Deletes what can't be undone any more, here or in another tab. */
  async #purge(): Promise<void> {
    await this.ports.store.purge(this.ports.clock.nowMs() - UNDO_MS).catch(() => undefined);
    if (!this.#isClosed) await this.#refresh();
  }

  async #refresh(): Promise<void> {
    try {
      const [list, room] = await Promise.all([this.ports.store.list(), this.ports.room.measure()]);
      this.#change({ ...list, ...room, problem: null });
    } catch (error) {
      this.#change({ recordings: [], problem: error instanceof ProblemError ? error.code : 'recordings-blocked' });
    }
  }

  #change(parts: Partial<LibraryView>): void {
    this.view = { ...this.view, ...parts };
    for (const listener of [...this.#listeners]) listener();
  }
}
