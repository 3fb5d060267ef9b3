import type { VideoPacket } from '../../core/fmp4/picture-timeline.ts';
import type { VideoTrack } from '../../core/fmp4/tracks.ts';

/** A keyframe this often: newcomers join quickly, damage heals quickly. Chosen, within DESIGN.md's one to two seconds. */
const KEYFRAME_INTERVAL_US = 1_000_000;
/** Frames that may be inside the encoder: hardware works on two or three at once, more would be a queue. Chosen. */
const MOST_INSIDE = 5;

/** What the encoder hands on. */
export interface PictureEncoderListener {
  /** Describes the pictures from the next keyframe on. */
  onTrack(track: VideoTrack): void;
  onPacket(packet: VideoPacket): void;
  /** The encoder gave up; no more packets come. */
  onFailure(): void;
}

/** Encodes pictures of one size as they come, or drops them: it never queues. */
export class PictureEncoder {
  readonly #encoder: VideoEncoder;
  #config: VideoEncoderConfig;
  #lastKeyUs = -Infinity;
  /** Timestamps of the frames that went in and have not come out. */
  #inside: number[] = [];

  /** @throws DOMException or TypeError when the browser refuses the configuration outright */
  constructor(config: VideoEncoderConfig, listener: PictureEncoderListener) {
    this.#config = config;
    this.#encoder = new VideoEncoder({
      output: (chunk, metadata) => {
        // Encoders may leave out frames to keep their rate: whatever is older won't come any more.
        this.#inside = this.#inside.filter((timestampUs) => timestampUs > chunk.timestamp);
        const description = metadata?.decoderConfig?.description;
        if (metadata?.decoderConfig !== undefined) {
          listener.onTrack({
            codec: config.codec,
            width: config.width,
            height: config.height,
            description: description === undefined ? null : copyOf(description),
          });
        }
        const bytes = new Uint8Array(chunk.byteLength);
        chunk.copyTo(bytes);
        listener.onPacket({ bytes, timestampUs: chunk.timestamp, isKey: chunk.type === 'key' });
      },
      error: () => listener.onFailure(),
    });
    this.#encoder.configure(config);
  }

  get size(): { readonly width: number; readonly height: number } {
    return this.#config;
  }

  get isBusy(): boolean {
    return this.#inside.length >= MOST_INSIDE;
  }

  /** Encodes a frame of the right size, whose timestamp is on the show's timeline; the caller closes it. */
  encode(frame: VideoFrame): void {
    if (this.#encoder.state !== 'configured') return;
    // Half a frame of tolerance, so that the rhythm doesn't slip by one frame each time.
    const isKey = frame.timestamp - this.#lastKeyUs >= KEYFRAME_INTERVAL_US - 16_000;
    if (isKey) this.#lastKeyUs = frame.timestamp;
    this.#inside.push(frame.timestamp);
    this.#encoder.encode(frame, { keyFrame: isKey });
  }

  /** Takes effect at once, without a keyframe: bit/s. */
  setBitrate(bitsPerSecond: number): void {
    if (this.#encoder.state !== 'configured') return;
    this.#config = { ...this.#config, bitrate: Math.round(bitsPerSecond) };
    this.#encoder.configure(this.#config);
  }

  /** Delivers what is inside, then ends. */
  async close(): Promise<void> {
    if (this.#encoder.state !== 'configured') return;
    await this.#encoder.flush().catch(() => undefined); // failed meanwhile: nothing left to deliver
    this.abort();
  }

  /** Ends at once. */
  abort(): void {
    if (this.#encoder.state !== 'closed') this.#encoder.close();
  }
}

const copyOf = (source: AllowSharedBufferSource): Uint8Array =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer.slice(source.byteOffset, source.byteOffset + source.byteLength))
    : new Uint8Array(source.slice(0));
