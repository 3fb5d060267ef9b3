import { box, fullBox, join, u16, u32, zeros } from '../fmp4/boxes.ts';
import { AUDIO_TIMESCALE } from '../fmp4/tracks.ts';

/** Tags of MPEG-4 descriptors. @see ISO/IEC 14496-1, 7.2.2.1 */
const STREAM = 3;
const DECODER = 4;
const DECODER_SPECIFIC = 5;
const SYNC_LAYER = 6;
/** "Audio ISO/IEC 14496-3", and an audio stream. @see ISO/IEC 14496-1, tables 5 and 6 */
const MPEG4_AUDIO = 0x40;
const AUDIO_STREAM = 0x15;

/**
 * The sample entry of AAC at 48 kHz. @see ISO/IEC 14496-14, 5.6
 * @param config the AudioSpecificConfig: 2 to 60 bytes
 */
export function aacEntry(channels: number, bitsPerSecond: number, config: Uint8Array): Uint8Array {
  const rates = [zeros(3), u32(bitsPerSecond), u32(bitsPerSecond)].flat(2);
  const decoder = descriptor(DECODER, [MPEG4_AUDIO, AUDIO_STREAM], rates, descriptor(DECODER_SPECIFIC, config));
  const stream = descriptor(STREAM, zeros(3), decoder, descriptor(SYNC_LAYER, [2])); // 2: as in MP4 files
  return box(
    'mp4a',
    zeros(6),
    u16(1), // data reference
    zeros(8),
    u16(channels),
    u16(16), // bits a sample: the template value
    zeros(4),
    u32(AUDIO_TIMESCALE * 2 ** 16),
    fullBox('esds', 0, 0, stream),
  );
}

/** At most 127 bytes of content, so its length takes one. */
function descriptor(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const content = join(parts);
  if (content.length > 127) throw new RangeError(`a descriptor of ${content.length} bytes`);
  return join([[tag, content.length], content]);
}
