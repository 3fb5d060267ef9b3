import type { ProblemCode } from '../app/problem.ts';
import type { InvitationDesk, Platform, RelaySettings, WatchPhase, WatchSession, WatchView } from '../app/sessions.ts';
import type { Snapshot } from '../app/snapshot.ts';
import { Chat } from './chat.svelte.ts';
import { OpenSession } from './open-session.svelte.ts';

/** The viewer's page: one show on one video element. */
export class Watching {
  readonly #open: OpenSession<WatchView, WatchSession>;

  /** @see Platform.openWatch */
  constructor(platform: Platform, ...show: Parameters<Platform['openWatch']>) {
    this.#open = new OpenSession(() => platform.openWatch(...show));
  }

  /** Null until the session is open. */
  get view(): WatchView | null {
    return this.#open.view;
  }

  /** Defined from the start: an unopened session is connecting, one that can't be opened is blocked. */
  get phase(): WatchPhase | { readonly state: 'failed'; readonly details: string } {
    const failure = this.#open.failure;
    if (failure?.type === 'problem') return { state: 'blocked', problem: failure.code };
    if (failure?.type === 'unexpected') return { state: 'failed', details: failure.details };
    return this.view?.phase ?? { state: 'connecting' };
  }

  get notices(): readonly ProblemCode[] {
    return this.view?.notices ?? [];
  }

  readonly #room = $derived.by(() => this.view?.room ?? null);
  readonly #chat = $derived(this.#room && new Chat(this.#room));

  /** Null until the room is open. */
  get chat(): Chat | null {
    return this.#chat;
  }

  /** Plays the show that is over from its beginning. Call it on a tap. */
  replay(): void {
    this.#open.session?.replay();
  }

  /** Plays the last minutes on that element until it is closed; null while there is nothing to go back to. */
  async rewind(video: HTMLVideoElement, secondsAgo: number): Promise<{ close(): void } | null> {
    return (await this.#open.session?.rewind(video, secondsAgo)) ?? null;
  }

  /** Plays the show so far from its beginning on that element until it is closed; null when it can't be had now. */
  async startOver(video: HTMLVideoElement): Promise<{ close(): void } | null> {
    return (await this.#open.session?.startOver(video)) ?? null;
  }

  /** False while there is nothing to keep. */
  async keepClip(name: string): Promise<boolean> {
    return (await this.#open.session?.keepClip(name)) ?? false;
  }

  setRelaySettings(settings: RelaySettings): void {
    this.#open.session?.setRelaySettings(settings);
  }

  dismiss(notice: ProblemCode): void {
    this.#open.session?.dismiss(notice);
  }

  /** Null until there can be any. */
  get invitations(): InvitationDesk | null {
    return (this.view && this.#open.session?.invitations) ?? null;
  }

  readonly snapshot = (): Snapshot | null => this.#open.session?.snapshot() ?? null;

  close(): void {
    this.#open.close();
  }
}
