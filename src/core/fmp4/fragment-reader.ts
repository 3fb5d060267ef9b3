import { boxesIn, type FoundBox, lengthOf, viewOf } from './box-reader.ts';
import { DELTA_SAMPLE, type Fragment, type FragmentSample, RUN_FLAGS } from './fragment.ts';

/** A fragment, and where it lies in its chunk: [from, to). */
export interface FoundFragment extends Fragment {
  readonly from: number;
  readonly to: number;
}

/** Samples that one fragment may have: more than any chunk of 20 ms frames has. Chosen. */
const MOST_SAMPLES = 512;
const BYTES_PER_SAMPLE = 12;

/**
 * The fragments of a chunk, as this project's chunker writes them, in order; those written in any other way are left
 * out. The samples are views on the chunk.
 */
export function fragmentsIn(bytes: Uint8Array): FoundFragment[] {
  const view = viewOf(bytes);
  const boxes = boxesIn(view, 0, bytes.length);
  return boxes.flatMap((movieFragment, at) => {
    const data = boxes[at + 1];
    if (movieFragment.type !== 'moof' || data?.type !== 'mdat') return [];
    const fragment = fragmentOf(view, movieFragment, data);
    return fragment === null ? [] : [{ ...fragment, from: movieFragment.from, to: data.to }];
  });
}

/** Bytes before the first fragment of a key chunk: its init segment. 0 of a delta chunk. */
export function initLength(bytes: Uint8Array): number {
  return boxesIn(viewOf(bytes), 0, bytes.length).find(({ type }) => type === 'moof')?.from ?? 0;
}

function fragmentOf(view: DataView, movieFragment: FoundBox, data: FoundBox): Fragment | null {
  const inside = boxesIn(view, movieFragment.content, movieFragment.to);
  const header = inside.find(({ type }) => type === 'mfhd');
  const track = inside.find(({ type }) => type === 'traf');
  if (!header || !track) return null;
  const [trackHeader, decodeTime, run] = ['tfhd', 'tfdt', 'trun'].map((wanted) =>
    boxesIn(view, track.content, track.to).find(({ type }) => type === wanted),
  );
  const isWhole = lengthOf(header) >= 8 && lengthOf(trackHeader) >= 8 && lengthOf(decodeTime) >= 12;
  if (!isWhole || !trackHeader || !decodeTime || !run || lengthOf(run) < 12) return null;
  const samples = samplesOf(view, run, data);
  if (samples === null) return null;
  return {
    sequence: view.getUint32(header.content + 4),
    trackId: view.getUint32(trackHeader.content + 4),
    decodeTime: Number(view.getBigUint64(decodeTime.content + 4)),
    samples,
  };
}

function samplesOf(view: DataView, run: FoundBox, data: FoundBox): FragmentSample[] | null {
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
    const isKey = view.getUint32(entry + 8) !== DELTA_SAMPLE;
    samples.push({ bytes, duration: view.getUint32(entry), isKey });
    at += size;
  }
  return samples;
}
