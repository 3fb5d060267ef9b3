import type { MediaChunk } from '../core/media-chunk.ts';
import type { ProblemCode } from './problem.ts';

/** Where the picture comes from. */
export type SourceKind = 'camera' | 'screen' | 'file' | 'test';

/** What to show. `facing` is for phones and is only a wish; `deviceId` wins over it. */
export type SourceRequest =
  | { kind: 'camera'; deviceId?: string; facing?: 'user' | 'environment' }
  | { kind: 'screen' }
  | { kind: 'file'; file: File }
  | { kind: 'test' };

export interface Device {
  readonly id: string;
  readonly label: string;
}

/** What the host asks for; the desk comes as near as the device's encoder can. */
export interface QualityWish {
  /** Picture height in pixels, 144 to 1080; the width follows the source's shape. */
  readonly height: number;
  readonly framesPerSecond: number;
  /** Video and audio together, bit/s. */
  readonly bitsPerSecond: number;
}

/** What the encoder agreed to. */
export interface EncodingPlan extends QualityWish {
  readonly width: number;
  /** RFC 6381, video first. */
  readonly codecs: string;
}

export interface EncodingStats {
  readonly framesEncoded: number;
  /** Frames that were thrown away because the encoder was still busy. */
  readonly framesDropped: number;
  /** Bits per second of the chunks of the last two seconds or so. */
  readonly bitsPerSecond: number;
}

export type CaptureEvent =
  | { type: 'preview' } // `preview` or `source` changed
  | { type: 'devices' } // devices were plugged in or out
  | { type: 'problem'; code: ProblemCode };

/**
 * The studio's desk: chooses picture and sound, shows a preview, encodes once. Sources, cameras and microphones can be
 * swapped at any time; while encoding, the show goes on (the next chunk after a swap is a key chunk, perhaps with a new
 * init segment).
 */
export interface CaptureDesk {
  /** The picture as the host sees it before encoding; null before the first source is open. */
  readonly preview: MediaStream | null;
  readonly source: SourceKind | null;
  readonly cameraId: string | null;
  readonly microphoneId: string | null;
  /** True when there is a second camera facing the other way. */
  readonly canFlip: boolean;
  /** Current width and height of the source's picture, pixels. */
  readonly pictureSize: { readonly width: number; readonly height: number } | null;
  /** Names are empty until the person has granted the camera once. */
  listDevices(): Promise<{ cameras: Device[]; microphones: Device[] }>;
  /**
   * Opens a source and, once it delivers pictures, swaps to it. On failure the present source stays.
   * @throws ProblemError
   */
  useSource(request: SourceRequest): Promise<void>;
  /** Swaps the microphone; null mutes by releasing it. @throws ProblemError */
  useMicrophone(deviceId: string | null): Promise<void>;
  flipCamera(): Promise<void>;
  muted: boolean;
  /** Loudness now, 0 (silence) to 1 (full scale): peak of the last 50 ms or so. */
  microphoneLevel(): number;
  /**
   * Finds an encoder: H.264 baseline first, then VP9, then AV1; with Opus. Lowers height and bitrate on a weak one.
   * @throws ProblemError `no-encoder`, `insecure-page`
   */
  negotiate(wish: QualityWish): Promise<EncodingPlan>;
  /**
   * Begins to encode the current source, and those it is swapped for.
   * @param epochS start of the timeline, whole seconds since 1970
   * @param onChunk called in order, about every 100 ms
   */
  startEncoding(plan: EncodingPlan, epochS: number, onChunk: (chunk: MediaChunk) => void): Promise<void>;
  /** Changes the rate from the next frame or keyframe on, bit/s for video and audio together. */
  setBitrate(bitsPerSecond: number): void;
  readonly encoding: EncodingStats | null;
  stopEncoding(): Promise<void>;
  /** Calls back on every change; returns the way to stop that. */
  onEvent(listener: (event: CaptureEvent) => void): () => void;
  /** Releases camera and microphone. */
  close(): void;
}
