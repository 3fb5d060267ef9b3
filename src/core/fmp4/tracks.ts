/** Track ids within every show: the picture comes first. */
export const VIDEO_TRACK_ID = 1;
export const AUDIO_TRACK_ID = 2;

/** Ticks per second of the tracks. 90 kHz divides all usual frame rates; Opus counts 48 kHz. @see RFC 7845, section 4 */
export const VIDEO_TIMESCALE = 90_000;
export const AUDIO_TIMESCALE = 48_000;

/** What a decoder must know about the picture. */
export interface VideoTrack {
  /** RFC 6381: `avc1…`, `vp09…` or `av01…`. */
  readonly codec: string;
  /** Pixels, 1 to 65,535. */
  readonly width: number;
  readonly height: number;
  /** Decoder configuration record (avcC, av1C) from the encoder; H.264 needs it, the others can do without. */
  readonly description: Uint8Array | null;
}

/** What a decoder must know about the sound: it is always Opus. */
export interface AudioTrack {
  readonly channels: 1 | 2;
}

/** RFC 6381 codecs of a show, video first. */
export const codecsOf = (video: VideoTrack): string => `${video.codec},opus`;
