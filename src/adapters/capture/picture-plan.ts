import type { QualityWish } from '../../app/capture-desk.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** No picture is wider or taller than this times its wished short side: panoramas would break the codec's level. */
const WIDEST = 16 / 9;

/**
 * The size to encode at: the wished height applies to the short side, nothing is enlarged, both sides are even (video
 * codecs store colour at half the resolution).
 */
export function fitPicture(source: Size, wishedShortSide: number): Size {
  const short = Math.min(source.width, source.height);
  const long = Math.max(source.width, source.height);
  const scale = Math.min(1, wishedShortSide / short, (wishedShortSide * WIDEST) / long);
  const even = (side: number): number => Math.max(2, Math.round((side * scale) / 2) * 2);
  return { width: even(source.width), height: even(source.height) };
}

/** Candidates for the picture's codec, best first: RFC 6381 strings for this size. */
export function videoCodecs({ width, height }: Size): readonly string[] {
  const pixels = width * height;
  return [
    // Constrained Baseline; level 3.1 ends at 1280×720 at 30 a second, 4.0 at 1080p. @see ITU-T H.264, annex A
    pixels <= 1280 * 720 ? 'avc1.42E01F' : 'avc1.42E028',
    pixels <= 1280 * 720 ? 'vp09.00.31.08' : 'vp09.00.40.08',
    pixels <= 1280 * 720 ? 'av01.0.05M.08' : 'av01.0.08M.08',
  ];
}

/** The encoder's settings for a show. */
export function videoEncoderConfig(
  codec: string,
  { width, height }: Size,
  { framesPerSecond }: Pick<QualityWish, 'framesPerSecond'>,
  bitsPerSecond: number,
): VideoEncoderConfig {
  return {
    codec,
    width,
    height,
    framerate: framesPerSecond,
    bitrate: Math.round(bitsPerSecond),
    latencyMode: 'realtime', // no reordered frames, nothing held back
    ...(codec.startsWith('avc1') && { avc: { format: 'avc' } }),
  };
}
