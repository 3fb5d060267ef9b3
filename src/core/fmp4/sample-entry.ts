import { ascii, box, fullBox, u16, u32, zeros } from './boxes.ts';
import { AUDIO_TIMESCALE } from './tracks.ts';
import type { AudioTrack, VideoTrack } from './tracks.ts';

/** Samples that an Opus decoder throws away at the start: libopus' usual 6.5 ms. @see RFC 7845, section 5.1 */
const OPUS_PRE_SKIP = 312;

/**
 * The video sample entry with its decoder configuration.
 * @throws RangeError for a codec that this writer doesn't know, or H.264 without its record
 */
export function videoSampleEntry(video: VideoTrack): Uint8Array {
  const family = video.codec.slice(0, 4);
  return box(
    family,
    zeros(6),
    u16(1), // data reference
    zeros(16),
    u16(video.width),
    u16(video.height),
    u32(72 * 2 ** 16), // dots per inch, 16.16: the template value
    u32(72 * 2 ** 16),
    zeros(4),
    u16(1), // one picture a sample
    zeros(32), // compressor's name
    u16(24), // bits of colour
    u16(0xffff),
    decoderConfiguration(family, video),
  );
}

function decoderConfiguration(family: string, { codec, description }: VideoTrack): Uint8Array {
  switch (family) {
    case 'avc1':
      if (description === null) throw new RangeError('H.264 needs its decoder configuration record');
      return box('avcC', description);
    case 'vp09':
      return vp9Configuration(codec);
    case 'av01':
      return box('av1C', description ?? av1Configuration(codec));
    default:
      throw new RangeError(`no sample entry for ${codec}`);
  }
}

/** 4:2:0 in the colours of BT.709 unless the codec string is longer. @see https://www.webmproject.org/vp9/mp4/ */
function vp9Configuration(codec: string): Uint8Array {
  const [profile = 0, level = 10, depth = 8, chroma = 1, primaries = 1, transfer = 1, matrix = 1, fullRange = 0] = codec
    .split('.')
    .slice(1)
    .map(Number);
  const sampling = depth * 16 + chroma * 2 + fullRange;
  return fullBox('vpcC', 1, 0, [profile, level, sampling, primaries, transfer, matrix], u16(0));
}

/** @see https://aomediacodec.github.io/av1-isobmff/#av1codecconfigurationbox-syntax */
function av1Configuration(codec: string): readonly number[] {
  const [, profile = '0', levelAndTier = '04M', depth = '08'] = codec.split('.');
  const tier = levelAndTier.endsWith('H') ? 0x80 : 0;
  const highDepth = Number(depth) > 8 ? 0x40 : 0;
  const subsampling420 = 0x0c;
  return [0x81, Number(profile) * 32 + parseInt(levelAndTier, 10), tier + highDepth + subsampling420, 0];
}

/** The audio sample entry. @see https://opus-codec.org/docs/opus_in_isobmff.html, 4.3 */
export function audioSampleEntry({ channels }: AudioTrack): Uint8Array {
  const opus = box('dOps', [0, channels], u16(OPUS_PRE_SKIP), u32(AUDIO_TIMESCALE), u16(0), [0]);
  return box(
    'Opus',
    zeros(6),
    u16(1), // data reference
    zeros(8),
    u16(channels),
    u16(16), // bits a sample: the template value
    zeros(4),
    u32(AUDIO_TIMESCALE * 2 ** 16),
    opus,
  );
}

/** Handler box: what kind of track this is. */
export const handler = (kind: 'vide' | 'soun'): Uint8Array =>
  fullBox('hdlr', 0, 0, zeros(4), ascii(kind), zeros(12), [0]);
