import { box, fullBox, join, u32, u64 } from './boxes.ts';

/** One encoded frame of a track, in decoding order, which is presentation order: nothing here is reordered. */
export interface FragmentSample {
  readonly bytes: Uint8Array;
  /** Ticks of the track, 0 to 2^32 - 1. */
  readonly duration: number;
  readonly isKey: boolean;
}

/** Consecutive samples of one track. */
export interface Fragment {
  /** Counts the fragments of a show from 1; wraps at 2^32. */
  readonly sequence: number;
  readonly trackId: number;
  /** Decode time of the first sample, ticks of the track, below 2^53. */
  readonly decodeTime: number;
  readonly samples: readonly FragmentSample[];
}

/** Sample flags: depends on no other, or depends on others and is no sync sample. @see ISO/IEC 14496-12, 8.8.3.1 */
const KEY_SAMPLE = 0x02000000;
export const DELTA_SAMPLE = 0x01010000;

const DEFAULT_BASE_IS_MOOF = 0x020000;
/** Flags of a run as it is written here: data offset, and for each sample duration, size and flags. */
export const RUN_FLAGS = 0x1 | 0x100 | 0x200 | 0x400;

/** `moof` and `mdat`: what a fragment looks like on the wire and on disk. */
export function writeFragment({ sequence, trackId, decodeTime, samples }: Fragment): Uint8Array {
  const run = samples.flatMap(({ bytes, duration, isKey }) => [
    ...u32(duration),
    ...u32(bytes.length),
    ...u32(isKey ? KEY_SAMPLE : DELTA_SAMPLE),
  ]);
  const movieFragment = (dataOffset: number): Uint8Array =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(sequence)),
      box(
        'traf',
        fullBox('tfhd', 0, DEFAULT_BASE_IS_MOOF, u32(trackId)),
        fullBox('tfdt', 1, 0, u64(decodeTime)),
        fullBox('trun', 0, RUN_FLAGS, u32(samples.length), u32(dataOffset), run),
      ),
    );
  const mediaHeaderBytes = 8;
  const offset = movieFragment(0).length + mediaHeaderBytes; // the offset's own value doesn't change the length
  return join([movieFragment(offset), box('mdat', ...samples.map(({ bytes }) => bytes))]);
}
