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
  /** Somebody has kept the show. */
  onFound(): void;
  onProblem(code: ProblemCode): void;
}

/** A viewer's way to a show that is over. Its code is loaded when a neighbour has something to say of it. */
export class Replay {
  #opening: Promise<Past> | null = null;
  #past: Past | null = null;
  #found: { readonly film: PlayableFilm; readonly epochS: number } | null = null;
  #player: ReturnType<OpenFilm> | null = null;
  #closed = false;

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
      onFound: (film, epochS) => {
        if (this.#player) return;
        this.#found = { film, epochS };
        this.options.onChange({ durationMs: film.durationMs, isPlaying: false });
        this.options.onFound();
      },
    });
    if (this.#closed) this.#past.close();
    return this.#past;
  }
}
