import type { Fragment, FragmentSample } from './fragment.ts';
import { AUDIO_TRACK_ID } from './tracks.ts';

/** A chunk taken apart: its sound, and everything else as it was. */
export interface SplitChunk {
  readonly sound: Fragment;
  readonly rest: Uint8Array;
}

/** Samples that one fragment may have: more than any chunk of 20 ms frames has. Chosen. */
const MOST_SAMPLES = 512;
/** Flags of a run as `writeFragment` writes it: data offset, and for each sample duration, size and flags. */
const RUN_FLAGS = 0x1 | 0x100 | 0x200 | 0x400;
const BYTES_PER_SAMPLE = 12;

interface Box {
  readonly type: string;
  /** The whole box, and its content. */
  readonly from: number;
  readonly content: number;
  readonly to: number;
}

/**
 * Finds the sound of a chunk that was made by this project's chunker; null when there is none, or when it is written in
 * any other way.
 */
export function splitSound(bytes: Uint8Array): SplitChunk | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes = boxesIn(view, 0, bytes.length);
  for (const [at, movieFragment] of boxes.entries()) {
    const data = boxes[at + 1];
    if (movieFragment.type !== 'moof' || data?.type !== 'mdat') continue;
    const sound = soundOf(view, movieFragment, data);
    if (sound === null) continue;
    const rest = new Uint8Array(bytes.length - (data.to - movieFragment.from));
    rest.set(bytes.subarray(0, movieFragment.from));
    rest.set(bytes.subarray(data.to), movieFragment.from);
    return { sound, rest };
  }
  return null;
}

function soundOf(view: DataView, movieFragment: Box, data: Box): Fragment | null {
  const inside = boxesIn(view, movieFragment.content, movieFragment.to);
  const header = inside.find(({ type }) => type === 'mfhd');
  const track = inside.find(({ type }) => type === 'traf');
  if (!header || !track) return null;
  const [trackHeader, decodeTime, run] = ['tfhd', 'tfdt', 'trun'].map((wanted) =>
    boxesIn(view, track.content, track.to).find(({ type }) => type === wanted),
  );
  const isWhole = header.to - header.content >= 8 && lengthOf(trackHeader) >= 8 && lengthOf(decodeTime) >= 12;
  if (!isWhole || !trackHeader || !decodeTime || !run || lengthOf(run) < 12) return null;
  if (view.getUint32(trackHeader.content + 4) !== AUDIO_TRACK_ID) return null;
  const samples = samplesOf(view, run, data);
  if (samples === null) return null;
  return {
    sequence: view.getUint32(header.content + 4),
    trackId: AUDIO_TRACK_ID,
    decodeTime: Number(view.getBigUint64(decodeTime.content + 4)),
    samples,
  };
}

function samplesOf(view: DataView, run: Box, data: Box): FragmentSample[] | null {
  const count = view.getUint32(run.content + 4);
  const fits = count <= MOST_SAMPLES && lengthOf(run) >= 12 + count * BYTES_PER_SAMPLE;
  if (view.getUint32(run.content) !== RUN_FLAGS || !fits) return null;
  const samples: FragmentSample[] = [];
  let at = data.content;
  for (let index = 0; index < count; index++) {
    const entry = run.content + 12 + index * BYTES_PER_SAMPLE;
    const size = view.getUint32(entry + 4);
    if (size > data.to - at) return null;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
    samples.push({ bytes, duration: view.getUint32(entry), isKey: true });
    at += size;
  }
  return samples;
}

const lengthOf = (box: Box | undefined): number => (box ? box.to - box.content : 0);

/** The boxes of a stretch, up to the first that doesn't fit in. */
function boxesIn(view: DataView, from: number, to: number): Box[] {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to;) {
    const size = view.getUint32(at);
    if (size < 8 || size > to - at) break;
    const type = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
    boxes.push({ type, from: at, content: at + 8, to: at + size });
    at += size;
  }
  return boxes;
}
