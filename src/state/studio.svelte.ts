import type { SourceRequest } from '../app/capture-desk.ts';
import type { MeshMap } from '../app/mesh-map.ts';
import type { ProblemCode } from '../app/problem.ts';
import type {
  InvitationDesk,
  Platform,
  QualityPreset,
  RelaySettings,
  StudioOptions,
  StudioPhase,
  StudioSession,
  StudioView,
} from '../app/sessions.ts';
import type { Snapshot } from '../app/snapshot.ts';
import { Chat } from './chat.svelte.ts';
import { OpenSession } from './open-session.svelte.ts';
import { Troubles } from './troubles.svelte.ts';

/** The host's page: one session, and what went wrong in it. */
export class Studio {
  readonly troubles = new Troubles();
  readonly #open: OpenSession<StudioView, StudioSession>;

  constructor(platform: Platform, options: StudioOptions) {
    this.#open = new OpenSession(() => platform.openStudio(options));
  }

  /** Null until the session is open. */
  get view(): StudioView | null {
    return this.#open.view;
  }

  /** Defined from the start: an unopened session is being prepared, one that can't be opened is blocked. */
  get phase(): StudioPhase | { readonly state: 'failed'; readonly details: string } {
    const failure = this.#open.failure;
    if (failure?.type === 'problem') return { state: 'blocked', problem: failure.code };
    if (failure?.type === 'unexpected') return { state: 'failed', details: failure.details };
    return this.view?.phase ?? { state: 'preparing' };
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

  /** Null unless `watchMesh` asks for it. */
  get map(): MeshMap | null {
    return this.view?.map ?? null;
  }

  useSource(request: SourceRequest): Promise<boolean> {
    return this.#ask((session) => session.useSource(request));
  }

  useMicrophone(deviceId: string | null): Promise<boolean> {
    return this.#ask((session) => session.useMicrophone(deviceId));
  }

  flipCamera(): Promise<boolean> {
    return this.#ask((session) => session.flipCamera());
  }

  setPreset(preset: QualityPreset): Promise<boolean> {
    return this.#ask((session) => session.setPreset(preset));
  }

  /** The next session has the other link, if that worked. */
  takeOtherLink(): Promise<boolean> {
    return this.#ask((session) => session.takeOtherLink());
  }

  goLive(): Promise<boolean> {
    return this.#ask((session) => session.goLive());
  }

  endShow(): Promise<boolean> {
    return this.#ask((session) => session.endShow());
  }

  setMuted(muted: boolean): void {
    this.#open.session?.setMuted(muted);
  }

  setRelaySettings(settings: RelaySettings): void {
    this.#open.session?.setRelaySettings(settings);
  }

  setRecording(isWanted: boolean): void {
    this.#open.session?.setRecording(isWanted);
  }

  setReplay(isReplayed: boolean): void {
    this.#open.session?.setReplay(isReplayed);
  }

  watchMesh(on: boolean): void {
    this.#open.session?.watchMesh(on);
  }

  /** 0 to 1; for animation frames. */
  readonly microphoneLevel = (): number => this.#open.session?.microphoneLevel() ?? 0;

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

  #ask(deed: (session: StudioSession) => Promise<void>): Promise<boolean> {
    return this.troubles.attempt(async () => {
      const session = this.#open.session;
      if (session !== null) await deed(session);
    });
  }
}
