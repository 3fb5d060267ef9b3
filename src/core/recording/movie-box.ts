import { ascii, box, type BoxPart, fullBox, u16, u32, u64, zeros } from '../fmp4/boxes.ts';
import { handler } from '../fmp4/sample-entry.ts';
import { AUDIO_TIMESCALE, AUDIO_TRACK_ID, VIDEO_TIMESCALE, VIDEO_TRACK_ID } from '../fmp4/tracks.ts';
import { encodeUtf8 } from 'lib0/string';
import { entriesBox } from './sample-entries.ts';
import { sampleTable, type TrackTables } from './track-tables.ts';

/** What the index of a file says. */
export interface MovieFacts {
  readonly pictures: {
    readonly tables: TrackTables;
    readonly entries: readonly Uint8Array[];
    readonly width: number;
    readonly height: number;
  };
  readonly sounds: {
    readonly tables: TrackTables;
    readonly entries: readonly Uint8Array[];
    /** Ticks at its beginning that a player decodes and leaves out. */
    readonly leadTicks: number;
  };
  readonly durationMs: number;
  readonly title: string;
  readonly chapters: readonly { readonly atMs: number; readonly title: string }[];
}

/** Ticks of the file's own clock in a second. */
const MOVIE_TIMESCALE = 1000;
/** The unity transformation, 16.16 and 2.30 fixed point. */
const UNITY = [1 * 2 ** 16, 0, 0, 0, 1 * 2 ** 16, 0, 0, 0, 2 ** 30].flatMap(u32);
/** "und": undetermined language. */
const NO_LANGUAGE = u16(0x55c4);
/** A list of chapters has room for 255, of 255 bytes each. */
const MOST_CHAPTERS = 255;
const MOST_CHAPTER_BYTES = 255;

/**
 * `moov` of a file with all its media behind it.
 * @param base where the media begins, bytes from the beginning of the file
 */
export function movieBox(
  { pictures, sounds, durationMs, title, chapters }: MovieFacts,
  base: number,
  isLarge: boolean,
) {
  const duration = u64(Math.round(durationMs));
  const header = fullBox(
    'mvhd',
    1,
    0,
    zeros(16),
    u32(MOVIE_TIMESCALE),
    duration,
    u32(1 * 2 ** 16), // rate
    u16(0x100), // volume
    zeros(10),
    UNITY,
    zeros(24),
    u32(AUDIO_TRACK_ID + 1), // next track
  );
  const pictureTable = sampleTable(entriesBox(pictures.entries), pictures.tables.encoded(base, isLarge, true));
  const soundTable = sampleTable(entriesBox(sounds.entries), sounds.tables.encoded(base, isLarge, false));
  const shape = { ...pictures, id: VIDEO_TRACK_ID, kind: 'vide', timescale: VIDEO_TIMESCALE } as const;
  const sound = { ...sounds, id: AUDIO_TRACK_ID, kind: 'soun', timescale: AUDIO_TIMESCALE } as const;
  return box(
    'moov',
    header,
    track({ ...shape, ticks: pictures.tables.ticks, leadTicks: 0 }, pictureTable),
    track({ ...sound, ticks: sounds.tables.ticks, width: 0, height: 0 }, soundTable),
    box('udta', chapterList(chapters), titleBox(title)),
  );
}

interface TrackShape {
  readonly id: number;
  readonly kind: 'vide' | 'soun';
  readonly timescale: number;
  readonly ticks: number;
  readonly leadTicks: number;
  readonly width: number;
  readonly height: number;
}

function track({ id, kind, timescale, ticks, leadTicks, width, height }: TrackShape, table: Uint8Array): Uint8Array {
  const enabledInMovie = 3;
  const duration = u64(Math.round(((ticks - leadTicks) * MOVIE_TIMESCALE) / timescale));
  const header = fullBox(
    'tkhd',
    1,
    enabledInMovie,
    zeros(16),
    u32(id),
    zeros(4),
    duration,
    zeros(8),
    zeros(4), // layer and alternate group
    u16(kind === 'soun' ? 0x100 : 0), // volume
    zeros(2),
    UNITY,
    u32(width * 2 ** 16),
    u32(height * 2 ** 16),
  );
  const mediaHeader = fullBox('mdhd', 1, 0, zeros(16), u32(timescale), u64(ticks), NO_LANGUAGE, zeros(2));
  const kindHeader = kind === 'vide' ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4));
  const inThisFile = 1;
  const source = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, inThisFile)));
  const edit = fullBox('elst', 1, 0, u32(1), duration, u64(leadTicks), u32(1 * 2 ** 16));
  const edits = leadTicks === 0 ? [] : box('edts', edit);
  return box('trak', header, edits, box('mdia', mediaHeader, handler(kind), box('minf', kindHeader, source, table)));
}

/** The list that most players read: times in 100 ns. @see the reader of FFmpeg, `mov_read_chpl` */
function chapterList(chapters: MovieFacts['chapters']): BoxPart {
  if (chapters.length === 0) return [];
  const marks = chapters.slice(0, MOST_CHAPTERS).map(({ atMs, title }) => {
    const name = wholeCharacters(title, MOST_CHAPTER_BYTES);
    return [u64(Math.round(atMs) * 10_000), [name.length], [...name]].flat();
  });
  return fullBox('chpl', 1, 0, zeros(4), [marks.length], marks.flat());
}

/** UTF-8 of a text, cut behind its last character that fits. */
function wholeCharacters(text: string, most: number): Uint8Array {
  let bytes = encodeUtf8(text);
  for (let characters = Array.from(text); bytes.length > most;) {
    characters = characters.slice(0, -1);
    bytes = encodeUtf8(characters.join(''));
  }
  return bytes;
}

/** The title as media libraries read it. */
function titleBox(title: string): BoxPart {
  if (title === '') return [];
  const utf8 = 1;
  const name = box('data', u32(utf8), u32(0), encodeUtf8(title));
  const list = box('ilst', box('\u00a9nam', name));
  return fullBox('meta', 0, 0, fullBox('hdlr', 0, 0, zeros(4), ascii('mdirappl'), zeros(8), [0]), list);
}
