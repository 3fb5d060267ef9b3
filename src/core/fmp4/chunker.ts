import type { MediaChunk } from '../media-chunk.ts';
import { join } from './boxes.ts';
import { writeFragment } from './fragment.ts';
import type { FragmentSample } from './fragment.ts';
import { initSegment } from './init-segment.ts';
import { PictureTimeline } from './picture-timeline.ts';
import type { VideoPacket } from './picture-timeline.ts';
import { SoundTimeline } from './sound-timeline.ts';
import type { AudioPacket } from './sound-timeline.ts';
import { AUDIO_TRACK_ID, codecsOf, VIDEO_TIMESCALE, VIDEO_TRACK_ID } from './tracks.ts';
import type { AudioTrack, VideoTrack } from './tracks.ts';

/** A chunk is full at this length: three pictures at 30 a second, two at 25, with room for jitter. Chosen. */
const CHUNK_US = 75_000;
/**
 * Cuts encoded packets into chunks of about 100 ms. The picture sets the pace: a chunk leaves with its last picture,
 * taking along what sound there is; a keyframe always begins a new one.
 */
export class Chunker {
  readonly #pictures = new PictureTimeline();
  readonly #sound: SoundTimeline;
  #track: VideoTrack | null = null;
  /** The track that the pictures in waiting belong to. */
  #openTrack: VideoTrack | null = null;
  #openKind: MediaChunk['kind'] = 'delta';
  #sequence = 0;

  constructor(
    private readonly audio: AudioTrack,
    private readonly onChunk: (chunk: MediaChunk) => void,
  ) {
    this.#sound = new SoundTimeline(audio);
  }

  /** Describes the pictures from the next keyframe on. */
  setVideoTrack(track: VideoTrack): void {
    this.#track = track;
  }

  /** Takes the next picture. Those before the first keyframe, and those not newer than the last one, are ignored. */
  addVideo(packet: VideoPacket): void {
    if (packet.isKey && this.#track !== null) {
      this.#cut(packet.timestampUs);
      if (this.#openTrack === null) this.#sound.begin(packet.timestampUs);
      if (!this.#pictures.add(packet)) return;
      this.#openTrack = this.#track;
      this.#openKind = 'key';
    } else if (this.#openTrack === null || !this.#pictures.add(packet)) return;
    if (this.#pictures.pendingUs >= CHUNK_US) this.#cut(null);
  }

  /** Takes the next Opus frame; those before the first picture are ignored. */
  addAudio(packet: AudioPacket): void {
    this.#sound.add(packet);
  }

  /** Sends off what waits: the show is over. */
  flush(): void {
    this.#cut(null);
  }

  #cut(nextUs: number | null): void {
    const firstUs = this.#pictures.firstUs;
    const run = this.#pictures.take(nextUs);
    if (run === null || firstUs === null || this.#openTrack === null) return;
    const lengthUs = (run.samples.reduce((sum, { duration }) => sum + duration, 0) * 1e6) / VIDEO_TIMESCALE;
    const sound = this.#sound.take(firstUs + lengthUs);
    const isKey = this.#openKind === 'key';
    const parts = [this.#fragment(VIDEO_TRACK_ID, run.decodeTime, run.samples)];
    if (isKey) parts.unshift(initSegment(this.#openTrack, this.audio));
    if (sound.samples.length > 0) parts.push(this.#fragment(AUDIO_TRACK_ID, sound.decodeTime, sound.samples));
    this.#openKind = 'delta';
    this.onChunk({
      kind: isKey ? 'key' : 'delta',
      captureMs: firstUs / 1000,
      durationMs: lengthUs / 1000,
      codecs: isKey ? codecsOf(this.#openTrack) : '',
      bytes: join(parts),
    });
  }

  #fragment(trackId: number, decodeTime: number, samples: readonly FragmentSample[]): Uint8Array {
    this.#sequence += 1;
    return writeFragment({ sequence: this.#sequence, trackId, decodeTime, samples });
  }
}
