import type { ChunkHeader } from '../core/chunk.ts';
import type { PlayableChunk } from '../core/media-chunk.ts';
import { Playout } from '../core/playout.ts';
import type { PeerId } from '../core/messages.ts';
import { every } from './clock.ts';
import { EarlyWords } from './early-words.ts';
import type { Invitations, TextPacker } from './invitations.ts';
import { MeshNode, type MeshNodePorts } from './mesh-node.ts';
import { Replay } from './past/replay.ts';
import { JustNow, type JustNowPorts } from './recordings/just-now.ts';
import type { ProblemCode } from './problem.ts';
import { type EnterRoom, entranceOf, Room } from './room.ts';
import type { InvitationDesk, RelaySettings, WatchPhase, WatchSession, WatchView } from './sessions.ts';
import type { Snapshot } from './snapshot.ts';
import type { CanPlay, StagePlayer } from './stage-player.ts';
import { whatIsLost } from './what-is-lost.ts';
import { ViewHolder } from './view-holder.ts';

/** Playing is looked after this often, and the figures of the view follow the mesh this often, ms (chosen). */
const TEND_MS = 250;
const REFRESH_MS = 1_000;
/** Neighbours say what they have with their first words; so long they get for it, ms (chosen). */
const SURE_MS = 700;
/** Nothing to show for so long is called reconnecting, ms (chosen: a shorter gap is a hiccup, not a state). */
const LOST_MS = 1_500;

export interface WatchPorts extends MeshNodePorts, JustNowPorts {
  readonly enterRoom: EnterRoom;
  readonly packer: TextPacker;
  readonly player: StagePlayer;
  readonly canPlay: CanPlay;
  /** Whether this device has a network at all. */
  readonly isOnline: () => boolean;
  readonly version: string;
}

export interface WatchOptions {
  readonly streamId: string;
  readonly peerId: PeerId;
  readonly limits: RelaySettings;
  /** @see Platform.openWatch */
  readonly sinceEpochS: number;
}

/** One viewer: finds the show, plays it, passes it on. */
export class Watching implements WatchSession {
  /** Loaded when somebody wants one. */
  readonly invitations: InvitationDesk = {
    invite: async () => (await this.#openInvitations()).invite(),
    welcome: async (answer) => (await this.#openInvitations()).welcome(answer),
    accept: async (invitation) => (await this.#openInvitations()).accept(invitation),
  };
  #inviting: Promise<Invitations> | null = null;
  readonly #view: ViewHolder<WatchView>;
  readonly #node: MeshNode;
  readonly #playout = new Playout();
  readonly #stops: (() => void)[];
  #room: Room | null = null;
  readonly #replay: Replay;
  readonly #justNow: JustNow;
  /** What neighbours' rooms said before this one was there. */
  readonly #early = new EarlyWords();
  #closed = false;
  #playing = false;
  #lastChunkMs = Number.NEGATIVE_INFINITY;
  #wasLive = false;
  #endedEpochS = 0;
  #isDoorFound = true;
  /** Since when there is somebody, and nothing of the show. */
  #quietSinceMs: number | null = null;
  #blocked: ProblemCode | null = null;

  constructor(
    private readonly ports: WatchPorts,
    private readonly options: WatchOptions,
  ) {
    this.#view = new ViewHolder<WatchView>({
      phase: { state: 'connecting' },
      viewers: 0,
      relaySettings: options.limits,
      passedOnBytes: 0,
      feeding: 0,
      room: null,
      past: null,
      canStartOver: false,
      nextEpochS: null,
      notices: [],
    });
    this.#node = new MeshNode(ports, {
      streamId: options.streamId,
      peerId: options.peerId,
      sinceEpochS: options.sinceEpochS,
      publicKey: null,
      host: false,
      onChunk: (header, bytes) => {
        this.#received(header, bytes);
      },
      onEnded: (epochS) => {
        this.#ended(epochS);
      },
      onNotice: (code, isThere) => {
        if (code === 'door-unreachable') this.#isDoorFound = !isThere;
        this.#view.notice(code, isThere);
      },
      onRoom: (from, data) => {
        if (this.#room) this.#room.heard(from, data);
        else this.#early.keep(from, data);
      },
      onPast: (from, data) => this.#replay.heard(from, data),
      onNobody: () => {
        if (this.#view.view.phase.state === 'connecting') this.#enter({ state: 'waiting', met: false });
      },
    });
    const onProblem = (code: ProblemCode): void => this.#view.notice(code, true);
    this.#justNow = new JustNow(ports, onProblem);
    this.#replay = new Replay(ports, {
      streamId: options.streamId,
      node: this.#node,
      passesOn: () => this.view.relaySettings.relay,
      isOver: () => this.view.phase.state === 'ended',
      onChange: (past) => this.#view.change({ past }),
      onOffered: () => this.#view.change({ canStartOver: true }),
      onFound: () => this.#mayReplay(),
      onProblem,
    });
    this.#stops = [
      every(ports.clock, TEND_MS, () => {
        this.#tend();
      }),
      every(ports.clock, REFRESH_MS, () => {
        this.#refresh();
      }),
      ports.player.onEvent((event) => {
        if (event.type === 'problem') this.#block(event.code);
        else this.#playing = event.type === 'playing';
        this.#settle();
      }),
    ];
    this.setRelaySettings(options.limits);
    if (!ports.canPlay('')) this.#block('cannot-play');
    void this.#openRoom();
  }

  get view(): WatchView {
    return this.#view.view;
  }

  subscribe(listener: () => void): () => void {
    return this.#view.subscribe(listener);
  }

  replay(): void {
    if (this.view.phase.state === 'ended') this.#replay.play(() => this.ports.player.close());
  }

  rewind(video: HTMLVideoElement, secondsAgo: number): Promise<{ close(): void } | null> {
    return this.#justNow.rewind(video, secondsAgo);
  }

  async startOver(video: HTMLVideoElement): Promise<{ close(): void } | null> {
    const player = await this.#replay.fromStart(video);
    this.#view.notice('past-busy', player === null);
    return player;
  }

  keepClip(name: string): Promise<boolean> {
    return this.#justNow.keepClip(name);
  }

  setRelaySettings(settings: RelaySettings): void {
    this.#node.limit(settings.uplinkMbps === null ? null : settings.uplinkMbps * 1_000_000, settings.relay);
    this.#view.change({ relaySettings: settings });
  }

  dismiss(notice: ProblemCode): void {
    this.#view.notice(notice, false);
  }

  snapshot(): Snapshot {
    return {
      version: this.ports.version,
      role: 'viewer',
      streamId: this.options.streamId,
      peerId: this.options.peerId,
      state: this.view.phase.state,
      links: this.#node.snapshotLinks(),
      mesh: this.#node.snapshotMesh(),
      media: { ...this.ports.player.stats },
      room: this.#room?.snapshot ?? { entries: 0, rejected: 0, links: 0 },
      recording: null,
      past: this.#replay.figures,
    };
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#room?.close();
    this.#replay.close();
    this.#node.close();
    void this.#inviting?.then((invitations) => invitations.close());
    this.ports.player.close();
  }

  async #openRoom(): Promise<void> {
    const entrance = await entranceOf(this.ports.enterRoom);
    if (this.#closed) return;
    if (entrance === null) {
      this.#view.notice('room-unavailable', true);
      return;
    }
    const { streamId, peerId } = this.options;
    this.#room = new Room(this.ports, {
      streamId,
      peerId,
      host: false,
      node: this.#node,
      entrance,
      onBanned: () => {
        this.#block('banned');
        this.close();
      },
    });
    for (const { from, data } of this.#early.take()) this.#room.heard(from, data);
    this.#view.change({ room: this.#room });
  }

  #received(header: ChunkHeader, bytes: Uint8Array): void {
    if (this.view.phase.state === 'ended' && !this.#begins(header)) return;
    const nowMs = this.ports.clock.nowMs();
    this.#lastChunkMs = nowMs;
    this.#justNow.take(header, bytes);
    this.#play(this.#playout.take(header, bytes, nowMs));
  }

  #ended(epochS: number): void {
    this.#endedEpochS = epochS;
    if (this.view.past?.isPlaying) this.#view.change({ nextEpochS: epochS });
    this.#enter({ state: 'ended' });
    if (this.#wasLive) this.ports.player.close();
    this.#justNow.forget();
    this.#mayReplay();
  }

  /** After the end: whether this is of the host's next show, and it begins here. Where nothing of the former was seen it can. */
  #begins({ epochS }: ChunkHeader): boolean {
    if (epochS <= this.#endedEpochS) return false;
    if (this.#wasLive || this.view.past?.isPlaying) {
      this.#view.change({ nextEpochS: epochS });
      return false;
    }
    this.#enter({ state: 'connecting' });
    return true;
  }

  #play(chunks: readonly PlayableChunk[]): void {
    for (const chunk of chunks) {
      if (this.#blocked === 'cannot-play') return;
      if (chunk.kind === 'key' && !this.ports.canPlay(chunk.codecs)) this.#block('cannot-play');
      else this.ports.player.push(chunk);
    }
  }

  #tend(): void {
    this.#play(this.#playout.tend(this.ports.clock.nowMs()));
    this.ports.player.setHostClockOffset(this.#hostClockOffset());
    this.#settle();
  }

  #refresh(): void {
    const { mesh } = this.#node;
    const now = { viewers: mesh.viewers, passedOnBytes: mesh.mediaBytesSent, feeding: mesh.downstream.peers };
    const { viewers, passedOnBytes, feeding } = this.view;
    const changed = now.viewers !== viewers || now.passedOnBytes !== passedOnBytes || now.feeding !== feeding;
    if (changed) this.#view.change(now);
    const keeps = this.view.phase.state === 'ended' && this.view.relaySettings.relay;
    if (keeps && (this.#replay.figures?.held ?? 0) > 0) this.#node.keepDoor();
  }

  /** The mesh counts in steady time, the player in the wall clock's. */
  #hostClockOffset(): number | null {
    const { offsetMs } = this.#node.mesh.clock;
    return offsetMs === null ? null : offsetMs + this.ports.clock.nowMs() - Date.now();
  }

  #settle(): void {
    const { state } = this.view.phase;
    if (state === 'ended' || state === 'blocked') return;
    const silentMs = this.ports.clock.nowMs() - this.#lastChunkMs;
    // A picture that stood still before it ever ran is no stall to the player.
    if (this.#playing && silentMs <= LOST_MS + this.ports.player.stats.bufferedMs) {
      this.#wasLive = true;
      this.#enter({ state: 'live' });
    } else if (this.#wasLive && silentMs > LOST_MS) {
      const isOnline = this.ports.isOnline() && this.#isDoorFound;
      this.#enter({ state: 'reconnecting', lost: whatIsLost(this.#node.mesh, isOnline, this.ports.clock.nowMs()) });
    } else if (!this.#wasLive) this.#wait();
  }

  /** Others are here and none of them has anything of the show: it has not begun. */
  #wait(): void {
    const neighbours = [...this.#node.mesh.neighbours.values()];
    const met = neighbours.length > 0;
    const hasBegun = this.#lastChunkMs > 0 || neighbours.some(({ status }) => status.newest !== null);
    if (hasBegun || !met) this.#quietSinceMs = null;
    else this.#quietSinceMs ??= this.ports.clock.nowMs();
    const isSure = this.#quietSinceMs !== null && this.ports.clock.nowMs() - this.#quietSinceMs > SURE_MS;
    if (isSure || this.view.phase.state === 'waiting') this.#enter({ state: 'waiting', met });
  }

  #openInvitations(): Promise<Invitations> {
    this.#inviting ??= import('./invitations.ts').then(
      ({ Invitations }) =>
        new Invitations({
          ...this.ports,
          streamId: this.options.streamId,
          meet: (...link) => this.#node.meet(...link),
        }),
    );
    return this.#inviting;
  }

  /** Whoever comes when the show is over sees it from its beginning; whoever has seen its end is asked. */
  #mayReplay(): void {
    if (!this.#wasLive) this.replay();
  }

  #block(problem: ProblemCode): void {
    this.#blocked = problem;
    this.#enter({ state: 'blocked', problem });
  }

  #enter(phase: WatchPhase): void {
    // Few plain fields.
    if (JSON.stringify(this.view.phase) !== JSON.stringify(phase)) this.#view.change({ phase });
  }
}
