import type { PeerId } from '../core/messages.ts';
import { Broadcast } from './broadcast.ts';
import type { CaptureDesk, CaptureEvent, SourceRequest } from './capture-desk.ts';
import { every } from './clock.ts';
import { Gathering } from './gathering.ts';
import type { OwnShow, ShowKeys, ShowMemory } from './own-show.ts';
import { mapOf } from './mesh-map.ts';
import { Invitations, type TextPacker } from './invitations.ts';
import type { MeshNodePorts } from './mesh-node.ts';
import { type EnterRoom, entranceOf } from './room.ts';
import { type ProblemCode, ProblemError } from './problem.ts';
import { wishFor } from './quality.ts';
import type { PastSource } from './past/past-source.ts';
import type { RecordingPorts } from './recordings/recording.ts';
import { StudioRecording } from './recordings/studio-recording.ts';
import type { QualityPreset, RelaySettings, StudioOptions, StudioSession, StudioView } from './sessions.ts';
import type { Snapshot } from './snapshot.ts';
import { hostSnapshot } from './host-snapshot.ts';
import { ViewHolder } from './view-holder.ts';

/** The figures on the page follow the show this often, ms (chosen: a count that moves, and can still be read). */
const REFRESH_MS = 500;

export interface StudioPorts extends MeshNodePorts {
  readonly enterRoom: EnterRoom;
  readonly packer: TextPacker;
  readonly desk: CaptureDesk;
  readonly keys: ShowKeys;
  readonly memory: ShowMemory;
  readonly recordings: RecordingPorts;
  readonly version: string;
}

/** The host's session: preview, show, end. */
export class Studio implements StudioSession {
  invitations: Invitations | null = null;
  readonly #view: ViewHolder<StudioView>;
  #options: StudioOptions;
  readonly #gathered: Promise<{ readonly gathering: Gathering; readonly show: OwnShow }>;
  #gathering: Gathering | null = null;
  #closed = false;
  #broadcast: Broadcast | null = null;
  readonly #recording: StudioRecording;
  #sentBytes = 0;
  /** The show that is over, for whoever follows its link now. */
  #past: PastSource | null = null;
  /** When the show began; null before. A show that was interrupted goes on. */
  #sinceMs: number | null = null;
  /** What the picture of who feeds whom was made of last; null while nobody looks. */
  #mapped: number | null = null;
  readonly #stops: (() => void)[];

  constructor(
    private readonly ports: StudioPorts,
    private readonly peerId: PeerId,
    options: StudioOptions,
  ) {
    this.#options = options;
    const { height, bitsPerSecond } = wishFor('auto', options);
    this.#view = new ViewHolder<StudioView>({
      phase: { state: 'preparing' },
      streamId: null,
      preview: null,
      source: null,
      cameras: [],
      microphones: [],
      cameraId: null,
      microphoneId: null,
      canFlip: false,
      muted: false,
      preset: 'auto',
      quality: { width: Math.round((height * 16) / 9), height, bitsPerSecond },
      viewers: 0,
      upload: { bitsPerSecond: 0, capacityBitsPerSecond: null, health: 'good' },
      map: null,
      room: null,
      recording: { isWanted: true, isRunning: false, hoursLeft: null },
      otherLink: null,
      isInterrupted: false,
      isReplayed: null,
      notices: [],
    });
    this.#recording = new StudioRecording(ports.recordings, ports.clock, {
      onView: (recording) => this.#view.change({ recording }),
      onProblem: (code, isThere) => this.#view.notice(code, isThere),
    });
    void this.#recording.look(bitsPerSecond);
    this.#stops = [
      ports.desk.onEvent((event) => {
        this.#heard(event);
      }),
      every(ports.clock, REFRESH_MS, () => {
        this.#refresh();
      }),
    ];
    this.#gathered = this.#gather();
    void this.#prepare();
  }

  get view(): StudioView {
    return this.#view.view;
  }

  subscribe(listener: () => void): () => void {
    return this.#view.subscribe(listener);
  }

  microphoneLevel(): number {
    return this.ports.desk.microphoneLevel();
  }

  async useSource(request: SourceRequest): Promise<void> {
    await this.ports.desk.useSource(request);
    this.#view.notice('source-ended', false);
    this.#showDesk();
    const { state } = this.view.phase;
    if (state === 'preparing' || state === 'blocked') this.#view.change({ phase: { state: 'ready' } });
    await this.#listDevices();
  }

  async useMicrophone(deviceId: string | null): Promise<void> {
    await this.ports.desk.useMicrophone(deviceId);
    this.#view.notice('microphone-denied', false);
    this.#view.notice('microphone-missing', false);
    this.#showDesk();
  }

  async flipCamera(): Promise<void> {
    await this.ports.desk.flipCamera();
    this.#showDesk();
  }

  setMuted(muted: boolean): void {
    this.ports.desk.muted = muted;
    this.#showDesk();
  }

  async setPreset(preset: QualityPreset): Promise<void> {
    const wish = wishFor(preset, this.#options);
    await this.#broadcast?.encode(wish);
    this.#view.change({ preset });
    this.#showDesk();
    void this.#recording.look(wish.bitsPerSecond);
  }

  setRelaySettings(settings: RelaySettings): void {
    this.#options = { ...this.#options, ...settings };
    this.#gathering?.limit(settings);
  }

  setRecording(isWanted: boolean): void {
    this.#recording.want(isWanted);
  }

  watchMesh(on: boolean): void {
    this.#gathering?.node.tell({ type: 'look', on });
    this.#mapped = on ? -1 : null;
    if (!on) this.#view.change({ map: null });
  }

  async takeOtherLink(): Promise<void> {
    const { otherLink, streamId } = this.view;
    if (otherLink !== null && streamId !== null) await this.ports.keys.takeLink(otherLink, streamId);
  }

  async goLive(): Promise<void> {
    if (this.view.phase.state !== 'ready') return;
    this.#view.change({ phase: { state: 'starting' } });
    const { gathering, show } = await this.#gathered;
    const { node } = gathering;
    const wish = wishFor(this.view.preset, this.#options);
    const broadcast = new Broadcast(this.ports.desk, this.ports, {
      show,
      node,
      wish,
      onNotice: (code, isThere) => {
        this.#view.notice(code, isThere);
      },
      onPublished: (chunk) => this.#recording.take(chunk),
    });
    try {
      await broadcast.encode(wish);
    } catch (error) {
      broadcast.close();
      this.#view.change({ phase: { state: 'ready' } });
      throw error;
    }
    this.#broadcast = broadcast;
    this.#recording.begin(show, broadcast, gathering);
    this.#sinceMs ??= broadcast.sinceMs;
    this.#view.change({ phase: { state: 'live', sinceMs: this.#sinceMs }, isInterrupted: false });
    this.#showDesk();
  }

  async endShow(): Promise<void> {
    const broadcast = this.#broadcast;
    const { phase } = this.view;
    if (!broadcast || phase.state !== 'live') return;
    const durationMs = this.ports.clock.nowMs() - phase.sinceMs;
    this.#view.change({ phase: { state: 'ended', durationMs, mostViewers: broadcast.mostViewers }, notices: [] });
    this.ports.memory.end();
    await broadcast.end();
    const recorded = this.#recording.end();
    const { gathering, show } = await this.#gathered;
    await this.ports.keys.endShow(show.streamId);
    this.ports.desk.close();
    this.#showDesk();
    await recorded;
    this.#past = await this.#recording.past(show, true);
    if (this.#past === null) return;
    gathering.past.offer(this.#past);
    this.#view.change({ isReplayed: true });
  }

  setReplay(isReplayed: boolean): void {
    this.#gathering?.past.offer(isReplayed ? this.#past : null);
    this.#view.change({ isReplayed });
  }

  dismiss(notice: ProblemCode): void {
    this.#view.notice(notice, false);
  }

  snapshot(): Snapshot {
    const { phase, streamId } = this.view;
    const identity = { version: this.ports.version, peerId: this.peerId, streamId: streamId ?? '', state: phase.state };
    const recording = this.#recording.snapshot;
    return hostSnapshot(identity, this.#gathering, this.#broadcast, this.ports.desk, recording);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#recording.close();
    this.#broadcast?.close();
    this.#gathering?.close();
    this.invitations?.close();
    this.ports.desk.close();
  }

  async #prepare(): Promise<void> {
    const { source } = this.#options;
    // A screen and a file need a tap and a choice: the page asks for them.
    if (source === 'screen' || source === 'file') {
      this.#view.change({ phase: { state: 'blocked', problem: 'source-ended' } });
      return;
    }
    try {
      await this.useSource({ kind: source });
    } catch (error) {
      const problem = error instanceof ProblemError ? error.code : 'camera-missing';
      this.#view.change({ phase: { state: 'blocked', problem } });
    }
  }

  /** Opens the door and the room: who comes before the show meets the others there. */
  async #gather(): Promise<{ readonly gathering: Gathering; readonly show: OwnShow }> {
    const show = await this.ports.keys.currentShow();
    this.#view.change({ streamId: show.streamId });
    this.#view.notice('storage-blocked', !show.persistent);
    void this.ports.keys.otherLink(show.streamId).then((otherLink) => this.#view.change({ otherLink }));
    const entrance = await entranceOf(this.ports.enterRoom, show.signer);
    this.#view.notice('room-unavailable', entrance === null);
    const gathering = new Gathering(this.ports, {
      peerId: this.peerId,
      show,
      nominalBps: wishFor(this.view.preset, this.#options).bitsPerSecond,
      limits: this.#options,
      entrance,
      onNotice: (code, isThere) => this.#view.notice(code, isThere),
    });
    if (this.#closed) gathering.close();
    const before = this.ports.memory.recall();
    const { heads, uplink } = gathering.node.mesh;
    if (before?.streamId === show.streamId) {
      heads.recall(before.viewers);
      this.#sinceMs = before.sinceMs;
      this.#view.change({ isInterrupted: true });
    }
    if (before && before.bitsPerSecond !== null) uplink.recall(before.bitsPerSecond);
    this.#gathering = gathering;
    this.invitations = new Invitations({
      ...this.ports,
      streamId: show.streamId,
      meet: (...link) => gathering.node.meet(...link),
    });
    this.#view.change({ room: gathering.room });
    return { gathering, show };
  }

  #heard(event: CaptureEvent): void {
    if (event.type === 'problem') {
      this.#view.notice(event.code, true);
      if (event.code === 'encoder-slow') this.#broadcast?.ease();
    } else if (event.type === 'devices') void this.#listDevices();
    this.#showDesk();
  }

  async #listDevices(): Promise<void> {
    this.#view.change(await this.ports.desk.listDevices());
  }

  #showDesk(): void {
    const { preview, source, cameraId, microphoneId, canFlip, muted, pictureSize } = this.ports.desk;
    const plan = this.#broadcast?.plan;
    const wish = wishFor(this.view.preset, this.#options);
    const shape = pictureSize ?? { width: 16, height: 9 };
    const height = Math.min(wish.height, pictureSize?.height ?? wish.height);
    const wished = { ...wish, height, width: Math.round((height * shape.width) / shape.height) };
    const { bitsPerSecond, ...size } = plan ?? wished;
    const quality = { ...size, bitsPerSecond: this.#broadcast?.targetBps ?? bitsPerSecond };
    this.#view.change({ preview, source, cameraId, microphoneId, canFlip, muted, quality });
  }

  #refresh(): void {
    const broadcast = this.#broadcast;
    if (!this.#gathering || this.view.phase.state === 'ended') return;
    const { mesh } = this.#gathering.node;
    if (mesh.viewers !== this.view.viewers) this.#view.change({ viewers: mesh.viewers });
    const { streamId, phase } = this.view;
    if (!broadcast || phase.state !== 'live' || streamId === null) return;
    const bitsPerSecond = ((mesh.mediaBytesSent - this.#sentBytes) * 8000) / REFRESH_MS;
    this.#sentBytes = mesh.mediaBytesSent;
    const health = broadcast.health(this.view.notices.includes('uplink-low'));
    const { carriedBps, knownBps } = mesh.uplink;
    this.ports.memory.remember({ streamId, sinceMs: phase.sinceMs, bitsPerSecond: carriedBps, viewers: mesh.viewers });
    this.#view.change({ upload: { bitsPerSecond, capacityBitsPerSecond: knownBps, health } });
    if (this.#mapped === null || this.#mapped === mesh.census.changes) return;
    this.#mapped = mesh.census.changes;
    this.#view.change({ map: mapOf(mesh) });
  }
}
