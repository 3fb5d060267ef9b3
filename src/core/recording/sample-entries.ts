import { u16, u32, join } from '../fmp4/boxes.ts';
import { boxAt, boxesIn, type FoundBox, lengthOf, viewOf } from '../fmp4/box-reader.ts';

/** What an init segment says of its tracks. */
export interface InitFacts {
  /** The picture's sample entry (`avc1`, `vp09`, `av01`), and the sound's (`Opus`, `mp4a`): whole boxes. */
  readonly picture: Uint8Array;
  readonly sound: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** The avcC or av1C record: what a decoder is given as `description`; null when there is none. */
  readonly description: Uint8Array | null;
  /** H.264 parameter sets as they stand within a sample, each behind its length in four bytes; empty for other codecs. */
  readonly parameterSets: Uint8Array;
}

const DESCRIPTION = ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd'];
/** Bytes of a visual sample entry before its own boxes. @see ISO/IEC 14496-12, 12.1.3 */
const VISUAL_FIELDS = 78;

/** Reads an init segment that this project has written; null when it is damaged. */
export function initFacts(init: Uint8Array): InitFacts | null {
  const view = viewOf(init);
  const movie = boxAt(view, ['moov'], 0, init.length);
  if (!movie) return null;
  const [picture, sound] = boxesIn(view, movie.content, movie.to)
    .filter(({ type }) => type === 'trak')
    .map((track) => sampleEntryOf(view, track));
  if (!picture || !sound || lengthOf(picture) < VISUAL_FIELDS) return null;
  const records = boxesIn(view, picture.content + VISUAL_FIELDS, picture.to);
  const record = records.find(({ type }) => type === 'avcC' || type === 'av1C');
  const description = record ? init.slice(record.content, record.to) : null;
  return {
    picture: init.slice(picture.from, picture.to),
    sound: init.slice(sound.from, sound.to),
    width: view.getUint16(picture.content + 24),
    height: view.getUint16(picture.content + 26),
    description,
    parameterSets: record?.type === 'avcC' && description ? parameterSetsOf(description) : new Uint8Array(0),
  };
}

function sampleEntryOf(view: DataView, track: FoundBox): FoundBox | undefined {
  const description = boxAt(view, DESCRIPTION.slice(2), track.content, track.to);
  return description && boxesIn(view, description.content + 8, description.to)[0];
}

/** @see ISO/IEC 14496-15, 5.3.3.1: one to 31 sequence parameter sets, then picture parameter sets */
function parameterSetsOf(record: Uint8Array): Uint8Array {
  const sets: Uint8Array[] = [];
  const view = viewOf(record);
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    for (let set = 0; set < count && at + 2 <= record.length; set++) {
      const length = view.getUint16(at);
      sets.push(join([u16(0), u16(length), record.subarray(at + 2, at + 2 + length)]));
      at += 2 + length;
    }
  }
  return join(sets);
}

/** A sample description box's content: entries behind their number. */
export const entriesBox = (entries: readonly Uint8Array[]): Uint8Array => join([u32(entries.length), ...entries]);
