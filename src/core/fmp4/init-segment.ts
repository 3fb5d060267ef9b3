import { ascii, box, fullBox, join, u16, u32, zeros } from './boxes.ts';
import { audioSampleEntry, handler, videoSampleEntry } from './sample-entry.ts';
import { AUDIO_TIMESCALE, AUDIO_TRACK_ID, VIDEO_TIMESCALE, VIDEO_TRACK_ID } from './tracks.ts';
import type { AudioTrack, VideoTrack } from './tracks.ts';

/** The unity transformation of a track or movie, 16.16 and 2.30 fixed point. */
const UNITY = [1 * 2 ** 16, 0, 0, 0, 1 * 2 ** 16, 0, 0, 0, 2 ** 30].flatMap(u32);
/** "und": undetermined language, three letters of five bits. */
const NO_LANGUAGE = u16(0x55c4);

/**
 * The init segment: which tracks there are and how to decode them. It carries no duration and no `mehd`: that is how
 * Chrome's player recognises a live stream and decodes with low delay.
 * @throws RangeError for an unknown codec
 */
export function initSegment(video: VideoTrack, audio: AudioTrack): Uint8Array {
  const movieHeader = fullBox(
    'mvhd',
    0,
    0,
    zeros(8),
    u32(1000), // timescale
    u32(0), // no duration
    u32(1 * 2 ** 16), // rate
    u16(0x100), // volume
    zeros(10),
    UNITY,
    zeros(24),
    u32(AUDIO_TRACK_ID + 1), // next track
  );
  return join([
    box('ftyp', ascii('iso5'), u32(0), ascii('iso5iso6mp41')),
    box(
      'moov',
      movieHeader,
      track(
        { id: VIDEO_TRACK_ID, kind: 'vide', timescale: VIDEO_TIMESCALE, width: video.width, height: video.height },
        videoSampleEntry(video),
      ),
      track(
        { id: AUDIO_TRACK_ID, kind: 'soun', timescale: AUDIO_TIMESCALE, width: 0, height: 0 },
        audioSampleEntry(audio),
      ),
      box('mvex', trackExtends(VIDEO_TRACK_ID), trackExtends(AUDIO_TRACK_ID)),
    ),
  ]);
}

interface TrackShape {
  readonly id: number;
  readonly kind: 'vide' | 'soun';
  readonly timescale: number;
  readonly width: number;
  readonly height: number;
}

function track({ id, kind, timescale, width, height }: TrackShape, sampleEntry: Uint8Array): Uint8Array {
  const enabledInMovie = 3;
  const header = fullBox(
    'tkhd',
    0,
    enabledInMovie,
    zeros(8),
    u32(id),
    zeros(4),
    u32(0), // no duration
    zeros(8),
    zeros(4), // layer and alternate group
    u16(kind === 'soun' ? 0x100 : 0), // volume
    zeros(2),
    UNITY,
    u32(width * 2 ** 16),
    u32(height * 2 ** 16),
  );
  const mediaHeader = fullBox('mdhd', 0, 0, zeros(8), u32(timescale), u32(0), NO_LANGUAGE, zeros(2));
  const kindHeader = kind === 'vide' ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4));
  const inThisFile = 1;
  const dataInformation = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, inThisFile)));
  const sampleTable = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), sampleEntry),
    fullBox('stts', 0, 0, u32(0)), // all samples are in fragments
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0), u32(0)),
    fullBox('stco', 0, 0, u32(0)),
  );
  const media = box('mdia', mediaHeader, handler(kind), box('minf', kindHeader, dataInformation, sampleTable));
  return box('trak', header, media);
}

const trackExtends = (id: number): Uint8Array => fullBox('trex', 0, 0, u32(id), u32(1), u32(0), u32(0), u32(0));
