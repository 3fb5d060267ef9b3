/**
 * A tenth of a second of encoded media: what the encoder makes, the mesh carries and the player plays.
 * The very same bytes are played, relayed and recorded.
 */
export interface MediaChunk {
  /**
   * A `key` chunk starts with an fMP4 init segment (ftyp+moov) followed by fragments whose first video frame is a
   * keyframe, so playing can begin at any key chunk. A `delta` chunk holds fragments (moof+mdat) only.
   */
  readonly kind: 'key' | 'delta';
  /**
   * Capture time of the first video frame, in milliseconds since the epoch's start, by the host's clock. The
   * fragments' decode times run on the same timeline: `tfdt / timescale * 1000` is this number, within a frame.
   */
  readonly captureMs: number;
  /** Milliseconds of media in this chunk: about 100. */
  readonly durationMs: number;
  /** RFC 6381 codecs of the init segment, video first (`avc1.42e01f,opus`); empty on `delta` chunks. */
  readonly codecs: string;
  readonly bytes: Uint8Array;
}

/**
 * A chunk handed to the player: verified, in order.
 */
export interface PlayableChunk extends MediaChunk {
  /**
   * When the host's encoding session began, in whole seconds since 1970 by the host's clock. A host that reloads
   * begins a new epoch; the player shifts it by `epochS - firstEpochS` so that one timeline runs on.
   */
  readonly epochS: number;
  /** Counts chunks from 0 within the epoch. A jump means that chunks were given up; the next one is a key chunk. */
  readonly sequence: number;
}
