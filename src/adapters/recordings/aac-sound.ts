import { registerAacEncoder } from '@mediabunny/aac-encoder';
import { AudioSample, AudioSampleSource, Mp4OutputFormat, NullTarget, Output, Quality } from 'mediabunny';
import { ProblemError } from '../../app/problem.ts';
import type { ConvertedSound, SoundConversion } from '../../app/recordings/sound-conversion.ts';
import { AUDIO_TIMESCALE } from '../../core/fmp4/tracks.ts';
import { aacEntry } from '../../core/recording/aac-entry.ts';

/** Stereo, and transparent for speech and most music. Chosen. */
const CHANNELS = 2;
const BITS_PER_SECOND = 128_000;
/** Samples in a frame of AAC-LC, and those that FFmpeg's encoder puts before the first. @see its `AVCodecContext.initial_padding` */
const FRAME_TICKS = 1024;
const LEAD_TICKS = 1024;
/** An Opus frame of the show, µs. The decoder only wants times that grow. */
const OPUS_US = 20_000;
/** Frames are moved out of the page's memory in portions of this, bytes. Chosen. */
const PORTION_BYTES = 1024 * 1024;

/**
 * Converts sound to AAC with FFmpeg's encoder: the browsers' own is missing in Firefox and on Linux, and says nothing of
 * how much silence it puts first. The frames lie in a Blob, which browsers keep out of the page's memory.
 */
export async function convertToAac(): Promise<SoundConversion> {
  registerAacEncoder();
  const conversion = new AacConversion();
  try {
    await conversion.start();
  } catch (cause) {
    conversion.close();
    throw new ProblemError('sound-not-converted', { cause });
  }
  return conversion;
}

class AacConversion implements SoundConversion {
  readonly #frames = new FrameStore();
  #description: Uint8Array | null = null;
  #decodedTicks = 0;
  #encodedFrames = 0;
  #encoding: Promise<void> = Promise.resolve();
  #failure: Error | null = null;
  readonly #decoder = new AudioDecoder({
    output: (data) => {
      this.#encoding = this.#encoding.then(() => this.#encode(data));
    },
    error: (error) => (this.#failure ??= error),
  });
  readonly #encoder = new AudioSampleSource({
    codec: 'aac',
    quality: new Quality({ bitrate: BITS_PER_SECOND }),
    onEncodedPacket: ({ data }, meta) => {
      this.#description ??= bytesOf(meta?.decoderConfig?.description);
      this.#frames.add(data);
    },
  });
  // What comes out is taken on its way in; nothing is written.
  readonly #output = new Output({ format: new Mp4OutputFormat({ fastStart: 'fragmented' }), target: new NullTarget() });

  async start(): Promise<void> {
    this.#output.addAudioTrack(this.#encoder);
    await this.#output.start();
    this.#decoder.configure({ codec: 'opus', sampleRate: AUDIO_TIMESCALE, numberOfChannels: CHANNELS });
  }

  async add(frames: readonly Uint8Array[]): Promise<void> {
    await this.#try(async () => {
      for (const data of frames) {
        const timestamp = this.#encodedFrames++ * OPUS_US;
        this.#decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp, data: new Uint8Array(data) }));
      }
      await this.#decoder.flush();
      await this.#encoding;
    });
  }

  async finish(): Promise<ConvertedSound> {
    await this.#try(() => this.#output.finalize());
    const { sizes, blob } = this.#frames.all();
    const config = this.#description ?? new Uint8Array(0);
    return {
      entry: aacEntry(CHANNELS, BITS_PER_SECOND, config),
      sizes,
      frameTicks: FRAME_TICKS,
      leadTicks: LEAD_TICKS,
      bytes: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
    };
  }

  close(): void {
    if (this.#decoder.state !== 'closed') this.#decoder.close();
    if (this.#output.state === 'started') void this.#output.cancel();
  }

  /** Puts what was decoded behind what came before, whatever its own time says. */
  async #encode(data: AudioData): Promise<void> {
    const sample = new AudioSample(data);
    try {
      sample.setTimestamp(this.#decodedTicks / AUDIO_TIMESCALE);
      this.#decodedTicks += sample.numberOfFrames;
      await this.#encoder.add(sample);
    } catch (error) {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
    } finally {
      sample.close();
    }
  }

  async #try(deed: () => Promise<void>): Promise<void> {
    try {
      await deed();
      if (this.#failure !== null) throw this.#failure;
    } catch (cause) {
      throw new ProblemError('sound-not-converted', { cause });
    }
  }
}

/** Frames one behind the other, moved out of the page's memory now and then. */
class FrameStore {
  readonly #sizes: number[] = [];
  readonly #blobs: Blob[] = [];
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;

  add(frame: Uint8Array): void {
    this.#sizes.push(frame.length);
    this.#waiting.push(new Uint8Array(frame));
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes >= PORTION_BYTES) this.#move();
  }

  all(): { readonly sizes: readonly number[]; readonly blob: Blob } {
    this.#move();
    return { sizes: this.#sizes, blob: new Blob(this.#blobs) };
  }

  #move(): void {
    this.#blobs.push(new Blob(this.#waiting));
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}

function bytesOf(buffer: AllowSharedBufferSource | undefined): Uint8Array | null {
  if (buffer === undefined) return null;
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
