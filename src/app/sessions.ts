import type { NearbyShows } from './nearby.ts';
import type { Device, SourceKind, SourceRequest } from './capture-desk.ts';
import type { MeshMap } from './mesh-map.ts';
import type { ProblemCode } from './problem.ts';
import type { RoomSession } from './room-view.ts';
import type { LibrarySession } from './recordings/library.ts';
import type { RecordingView } from './recordings/recording.ts';
import type { Snapshot } from './snapshot.ts';
import type { Lost } from './what-is-lost.ts';

/** What the pages see of a session: an immutable view, and a way to hear that it changed. */
export interface Observable<View> {
  readonly view: View;
  /** Calls back after every change of `view`; returns the way to stop that. */
  subscribe(listener: () => void): () => void;
}

/** Limits that a person sets for this device; null means "measure it". */
export interface RelaySettings {
  /** Never send more than this, Mbit/s, 0.1 to 10,000. */
  readonly uplinkMbps: number | null;
  /** False: watch without passing on. */
  readonly relay: boolean;
}

export type StudioPhase =
  | { readonly state: 'preparing' } // asking for the camera
  | { readonly state: 'blocked'; readonly problem: ProblemCode } // no picture: says why; another source may be chosen
  | { readonly state: 'ready' } // preview runs
  | { readonly state: 'starting' } // "Go live" was tapped
  | { readonly state: 'live'; readonly sinceMs: number } // unix ms
  | { readonly state: 'ended'; readonly durationMs: number; readonly mostViewers: number };

/** A host goes live under the link of its last show again, as a channel does, or under one that nobody knows yet. */
export type OtherLink =
  | { readonly type: 'former'; readonly streamId: string; readonly endedMs: number } // unix ms
  | { readonly type: 'new' };

export type QualityPreset = 'auto' | '360p' | '480p' | '720p' | '1080p';

export interface StudioView {
  readonly phase: StudioPhase;
  /** Stream id of this show; null until its key is made or found. The page turns it into the link. */
  readonly streamId: string | null;
  readonly preview: MediaStream | null;
  readonly source: SourceKind | null;
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  readonly cameraId: string | null;
  readonly microphoneId: string | null;
  readonly canFlip: boolean;
  readonly muted: boolean;
  readonly preset: QualityPreset;
  /** What is (or would be) encoded. */
  readonly quality: { readonly width: number; readonly height: number; readonly bitsPerSecond: number } | null;
  /** Before going live: the link that the show might have in the place of its own. */
  readonly otherLink: OtherLink | null;
  /** Before going live: this show was live a moment ago, and never ended. */
  readonly isInterrupted: boolean;
  /** Before the show: who waits for it. */
  readonly viewers: number;
  readonly upload: {
    /** Sent in the last second. */
    readonly bitsPerSecond: number;
    /** Measured or given; null while unknown. */
    readonly capacityBitsPerSecond: number | null;
    readonly health: 'good' | 'tight' | 'poor';
  };
  /** Who feeds whom; null unless `watchMesh` asks for it. Replaced at most twice a second, and only when it changed. */
  readonly map: MeshMap | null;
  /** Open before the show is live; null until it is known who sits here. */
  readonly room: RoomSession | null;
  readonly recording: RecordingView;
  /** After the show: whether whoever follows the link can watch it from here; null when there is nothing to watch. */
  readonly isReplayed: boolean | null;
  /** Current troubles, newest last; they leave by themselves when they are over, or when dismissed. */
  readonly notices: readonly ProblemCode[];
}

/** Ways into a show that people carry to each other as text, when no broker can be reached. */
export interface InvitationDesk {
  /** Text to hand to one person. */
  invite(): Promise<string>;
  /** What that person gave back; false when it is no answer to an invitation of this page that still waits. */
  welcome(answer: string): Promise<boolean>;
  /** What to give back to whoever invited; null when the text is no invitation to this show. */
  accept(invitation: string): Promise<string | null>;
}

export interface StudioSession extends Observable<StudioView> {
  /** Null until the show has its key. */
  readonly invitations: InvitationDesk | null;
  /** 0 to 1; read it on animation frames. */
  microphoneLevel(): number;
  useSource(request: SourceRequest): Promise<void>;
  useMicrophone(deviceId: string | null): Promise<void>;
  flipCamera(): Promise<void>;
  setMuted(muted: boolean): void;
  setPreset(preset: QualityPreset): Promise<void>;
  setRelaySettings(settings: RelaySettings): void;
  /** Looks at who feeds whom: viewers report only while somebody does. Nothing before the show is live. */
  watchMesh(on: boolean): void;
  /** Whether this show is (or will be) recorded on this device. */
  setRecording(isWanted: boolean): void;
  /** Changes over to the other link: the next session has it. Whoever waits here already stays behind. */
  takeOtherLink(): Promise<void>;
  goLive(): Promise<void>;
  endShow(): Promise<void>;
  /** Lets visitors watch the show that is over, while this page is open, or no longer. */
  setReplay(isReplayed: boolean): void;
  dismiss(notice: ProblemCode): void;
  snapshot(): Snapshot;
  /** Leaves the page: releases the devices, says goodbye to the mesh. A live show can be resumed under the same link. */
  close(): void;
}

export interface StudioOptions extends RelaySettings {
  readonly source: SourceKind;
  /** From the link, kbit/s and pixels; null: by preset. */
  readonly bitrateKbps: number | null;
  readonly height: number | null;
}

export type WatchPhase =
  | { readonly state: 'connecting' }
  | { readonly state: 'waiting'; readonly met: boolean } // the host is not live (yet); `met`: others are here, or the host
  | { readonly state: 'live' }
  | { readonly state: 'reconnecting'; readonly lost: Lost } // was live, nothing arrives; the last picture stays
  | { readonly state: 'ended' } // the host said so
  | { readonly state: 'blocked'; readonly problem: ProblemCode };

export interface WatchView {
  readonly phase: WatchPhase;
  readonly viewers: number;
  readonly relaySettings: RelaySettings;
  /** Bytes passed on to others so far. */
  readonly passedOnBytes: number;
  /** Viewers (links) that this page feeds now. */
  readonly feeding: number;
  /** Null until it is known who sits here. */
  readonly room: RoomSession | null;
  /** Once the show is over and somebody has kept it: how long it is, and whether it plays here. Null: it can't be watched. */
  readonly past: { readonly durationMs: number; readonly isPlaying: boolean } | null;
  /** A show that goes on can be seen from its beginning: somebody has it. */
  readonly canStartOver: boolean;
  /**
   * The show that is seen here is over, and the host's next one under the same link is there: another session shows it,
   * the host's one of that name. Null until then.
   */
  readonly nextEpochS: number | null;
  readonly notices: readonly ProblemCode[];
}

export interface WatchSession extends Observable<WatchView> {
  readonly invitations: InvitationDesk;
  /** Plays the show that is over from its beginning. Call it on a tap. */
  replay(): void;
  /**
   * Plays the last minutes on another element, from so many seconds ago: the show goes on beside it. Null while there is
   * nothing to go back to.
   */
  rewind(video: HTMLVideoElement, secondsAgo: number): Promise<{ close(): void } | null>;
  /** Plays the show so far from its beginning on another element. Null when it can't be had now, which a notice says. */
  startOver(video: HTMLVideoElement): Promise<{ close(): void } | null>;
  /** Keeps the last half minute as a file, named by the time and that word; false while there is nothing to keep. */
  keepClip(name: string): Promise<boolean>;
  setRelaySettings(settings: RelaySettings): void;
  dismiss(notice: ProblemCode): void;
  snapshot(): Snapshot;
  close(): void;
}

/** What `main.ts` hands to the pages: sessions made from real adapters. */
export interface Platform {
  /** Where other devices find this very site, when its server knows (`npm start` on a local network). */
  readonly siteUrl: Promise<string | null>;
  /** This very page with encryption, where it has none and its server offers that: from there this device can go live. */
  readonly secureUrl: Promise<string | null>;
  /** What else is on here. */
  readonly nearby: NearbyShows;
  /** Rehearsal and real show alike; begins by opening the source. */
  openStudio(options: StudioOptions): Promise<StudioSession>;
  /**
   * @param stage the element that plays: muted, inline, without controls
   * @param sinceEpochS what was before that session of the host is known to be over; 0: nothing is
   */
  openWatch(
    streamId: string,
    stage: HTMLVideoElement,
    settings: RelaySettings,
    sinceEpochS: number,
  ): Promise<WatchSession>;
  /** The recordings of this device. */
  openLibrary(): Promise<LibrarySession>;
}
