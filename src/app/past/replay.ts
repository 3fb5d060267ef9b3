import type { PeerId } from '../../core/messages.ts';
import type { MeshNode, MeshNodePorts } from '../mesh-node.ts';
import type { ProblemCode } from '../problem.ts';
import type { OpenFilm, PlayableFilm } from '../recordings/film.ts';
import type { Past, PastFigures } from './past.ts';

export interface ReplayOptions {
  readonly streamId: string;
  readonly node: MeshNode;
  passesOn(): boolean;
  onChange(past: { readonly durationMs: number; readonly isPlaying: boolean }): void;
  /** The show is over, as far as is known here. */
  isOver(): boolean;
  /** Somebody has something of the show. */
  onOffered(): void;
  /** Somebody has kept the show. */
  onFound(): void;
  onProblem(code: ProblemCode): void;
}

/** So long somebody who wants to see the beginning waits for its index, ms (chosen: a full line lets some of it through). */
const FIND_MS = 5_000;

/** A viewer's way to what a show was. Its code is loaded when a neighbour has something to say of it. */
export class Replay {
  #opening: Promise<Past> | null = null;
  #past: Past | null = null;
  #found: { readonly film: PlayableFilm; readonly epochS: number } | null = null;
  #player: ReturnType<OpenFilm> | null = null;
  #closed = false;
  /** Somebody looks at the beginning of a show that goes on, or waits for it. */
  #isLate = false;
  #tellFound: () => void = () => undefined;

  constructor(
    private readonly ports: MeshNodePorts & { readonly openFilm: OpenFilm },
    private readonly options: ReplayOptions,
  ) {}

  heard(from: PeerId, data: Uint8Array): void {
    this.#opening ??= this.#open();
    this.#opening.then(
      (past) => past.heard(from, data),
      () => {
        this.#opening = null; // without its code there is no replay; it may be there for the next word
      },
    );
  }

  /** From the beginning, once; nothing happens while nobody has the host's latest show. @param clear makes room for it */
  play(clear: () => void): void {
    if (!this.#found || this.#found.epochS < this.options.node.mesh.epochS || this.#player || this.#closed) return;
    clear();
    const { film } = this.#found;
    this.options.onChange({ durationMs: film.durationMs, isPlaying: true });
    this.#player = this.ports.openFilm(film, (code) => this.options.onProblem(code));
  }

  /**
   * Plays a show that goes on from its beginning, on another element than the stage. Null when it can't be had now. One at a
   * time.
   */
  async fromStart(video: HTMLVideoElement): Promise<{ close(): void } | null> {
    this.#isLate = true;
    if (this.#found === null) {
      await new Promise<void>((resolve) => {
        const stop = this.ports.clock.after(FIND_MS, resolve);
        this.#tellFound = () => {
          stop();
          resolve();
        };
      });
    }
    if (this.#found === null || this.#closed) {
      this.#isLate = false;
      return null;
    }
    // What can't be had in time is passed over; it is nobody's damage.
    const onProblem = (code: ProblemCode): void =>
      this.options.onProblem(code === 'recording-damaged' ? 'past-busy' : code);
    const player = await this.ports.openFilm(this.#found.film, onProblem, video);
    return {
      close: () => {
        this.#isLate = false;
        player.close();
      },
    };
  }

  get figures(): PastFigures | null {
    return this.#past?.figures ?? null;
  }

  close(): void {
    this.#closed = true;
    this.#past?.close();
    void this.#player?.then((player) => player.close());
  }

  async #open(): Promise<Past> {
    const { Past } = await import('./past.ts');
    const { streamId, node } = this.options;
    this.#past = new Past(this.ports, {
      streamId,
      host: false,
      node,
      passesOn: () => this.options.passesOn(),
      isWanted: () => this.#isLate || this.options.isOver(),
      onOffered: () => this.options.onOffered(),
      onFound: (film, epochS) => {
        if (this.#player) return;
        this.#found = { film, epochS };
        this.#tellFound();
        this.options.onChange({ durationMs: film.durationMs, isPlaying: false });
        this.options.onFound();
      },
    });
    if (this.#closed) this.#past.close();
    return this.#past;
  }
}
