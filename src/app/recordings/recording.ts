import type { RecordedChunk } from '../../core/recording/chunk-group.ts';
import type { GroupEntry } from '../../core/recording/entry.ts';
import type { ShowStory } from '../../core/recording/story.ts';
import type { TimeMap } from '../../core/recording/time-map.ts';

/** `live`: being written, in this tab or another; `interrupted`: its page went without ending the show. */
export type RecordingState = 'live' | 'ended' | 'interrupted';

/** What a decoder must be given before the media. */
export interface InitSegment {
  /** RFC 6381, picture first. */
  readonly codecs: string;
  /** `ftyp` and `moov`. */
  readonly bytes: Uint8Array;
}

/** One recording on this device. */
export interface Recording {
  readonly id: string;
  /** The show that it is of, and the key that its chunks are signed with. */
  readonly streamId: string;
  readonly publicKey: Uint8Array;
  /** As the person named it; empty until then. At most `MAX_TITLE` characters. */
  readonly title: string;
  /** Unix ms. */
  readonly startedMs: number;
  readonly state: RecordingState;
  readonly durationMs: number;
  readonly bytes: number;
  readonly peakViewers: number;
  readonly groups: number;
  readonly inits: readonly InitSegment[];
}

/** Longest title, characters (chosen: a line on a phone). */
export const MAX_TITLE = 100;

/** A group on its way into the database. */
export interface NewGroup {
  readonly entry: Omit<GroupEntry, 'number' | 'init' | 'bytes'>;
  /** Of its key chunk; null when it goes on with the group before. */
  readonly init: InitSegment | null;
  readonly packed: Uint8Array;
}

/** A recording that this page writes, and nobody else. */
export interface OpenRecording {
  readonly id: string;
  /** Another tab writes one of the same show. */
  readonly isElsewhere: boolean;
  /** What is in it already, of a show that goes on after a reload. */
  readonly map: TimeMap | null;
  readonly bytes: number;
  readonly story: ShowStory;
  /**
   * Writes groups that follow, all or none; they are safe once it resolves.
   * @throws ProblemError `recording-full`, `recording-lost`, `recordings-blocked`, `recordings-newer`
   */
  append(groups: readonly NewGroup[], peakViewers: number): Promise<void>;
  /** Replaces what happened beside the picture. @throws ProblemError as `append` */
  tell(story: ShowStory): Promise<void>;
  /** The show is over. @throws ProblemError as `append` */
  finish(): Promise<void>;
  /** Lets go of it; without `finish` it counts as interrupted, and the same show can go on in it. */
  release(): void;
}

/** Where recordings are kept. All of it rejects with ProblemError `recordings-blocked` or `recordings-newer`. */
export interface RecordingStore {
  /** Goes on with the recording of a show that was interrupted lately, or begins one. */
  record(show: Pick<Recording, 'streamId' | 'publicKey'>, nowMs: number): Promise<OpenRecording>;
  /** Newest first, with how many are there that can't be read. Removed ones are left out. */
  list(): Promise<{ readonly recordings: readonly Recording[]; readonly damaged: number }>;
  /** Null when there is none, or it can't be read. */
  find(id: string): Promise<Recording | null>;
  /** Its groups in order; those that can't be read are left out. */
  entries(id: string): Promise<GroupEntry[]>;
  /** One group's chunks, in order; null when it is missing or damaged. */
  group(id: string, number: number): Promise<RecordedChunk[] | null>;
  rename(id: string, title: string): Promise<void>;
  /** Hides recordings; `restore` brings them back until `purge`. */
  remove(ids: readonly string[]): Promise<void>;
  restore(ids: readonly string[]): Promise<void>;
  /** Deletes for good what was removed by that time, and what never held anything. */
  purge(removedByMs: number): Promise<void>;
  /** Deletes the records that can't be read. */
  sweep(): Promise<void>;
  poster(id: string): Promise<Blob | null>;
  keepPoster(id: string, picture: Blob): Promise<void>;
  story(id: string): Promise<ShowStory>;
}

/** What the studio shows of its recording. */
export interface RecordingView {
  /** The host's wish, on by default. */
  readonly isWanted: boolean;
  /** The show is being written down now. */
  readonly isRunning: boolean;
  /** Hours of a show of this quality that still fit; null when the browser doesn't say. */
  readonly hoursLeft: number | null;
}

export interface RecordingPorts {
  readonly store: RecordingStore;
  readonly room: StorageRoom;
}

/** The room on this device. */
export interface StorageRoom {
  /** Asks the browser to keep what is here; false when it promises nothing. Never rejects. */
  askToStay(): Promise<boolean>;
  /** As far as the browser tells: bytes, and whether it has promised to keep them. Never rejects. */
  measure(): Promise<{
    readonly usedBytes: number | null;
    readonly freeBytes: number | null;
    readonly isKept: boolean;
  }>;
}
