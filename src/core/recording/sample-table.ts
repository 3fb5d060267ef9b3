import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { fragmentsIn } from '../fmp4/fragment-reader.ts';
import { AUDIO_TRACK_ID, VIDEO_TRACK_ID } from '../fmp4/tracks.ts';

/** Samples that one group may have: ten minutes of pictures are more than any group lasts. Chosen. */
const MOST_SAMPLES = 20_000;

/** Consecutive samples of one track, whose bytes lie elsewhere. */
export interface SampleRun {
  /** When the first sample begins, ticks of the track on the timeline of its epoch; 0 of no samples. */
  readonly startTicks: number;
  /** For each sample: how long until the next one begins, ticks; of the last one its own length. */
  readonly durations: readonly number[];
  readonly sizes: readonly number[];
}

/** What a group holds, without the media itself. */
export interface SampleTable {
  readonly pictures: SampleRun;
  readonly sounds: SampleRun;
}

interface TimedSample {
  readonly startTicks: number;
  readonly duration: number;
  readonly bytes: Uint8Array;
}

/**
 * The samples of a group's chunks, in order. One that begins no later than the one before is left out, as players
 * would: that is sound which a change of quality had twice.
 */
export function samplesIn(chunks: readonly { readonly bytes: Uint8Array }[]): {
  readonly pictures: readonly TimedSample[];
  readonly sounds: readonly TimedSample[];
} {
  const pictures: TimedSample[] = [];
  const sounds: TimedSample[] = [];
  for (const chunk of chunks) {
    for (const { trackId, decodeTime, samples } of fragmentsIn(chunk.bytes)) {
      const track = trackId === VIDEO_TRACK_ID ? pictures : trackId === AUDIO_TRACK_ID ? sounds : [];
      let startTicks = decodeTime;
      for (const { duration, bytes } of samples) {
        const last = track.at(-1);
        if (!last || startTicks > last.startTicks) track.push({ startTicks, duration, bytes });
        startTicks += duration;
      }
    }
  }
  return { pictures, sounds };
}

/** The table of a group's chunks. */
export function tableOf(chunks: readonly { readonly bytes: Uint8Array }[]): SampleTable {
  const { pictures, sounds } = samplesIn(chunks);
  return { pictures: runOf(pictures), sounds: runOf(sounds) };
}

function runOf(samples: readonly TimedSample[]): SampleRun {
  return {
    startTicks: samples[0]?.startTicks ?? 0,
    durations: samples.map(({ startTicks, duration }, at) => {
      const next = samples[at + 1];
      return next ? next.startTicks - startTicks : duration;
    }),
    sizes: samples.map(({ bytes }) => bytes.length),
  };
}

/** When a run ends, ticks. */
export const endTicksOf = ({ startTicks, durations }: SampleRun): number =>
  durations.reduce((ticks, duration) => ticks + duration, startTicks);

/** A table in few bytes: about 350 for a second of media. */
export function encodeTable({ pictures, sounds }: SampleTable): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const { startTicks, durations, sizes } of [pictures, sounds]) {
    encoding.writeVarUint(encoder, startTicks);
    encoding.writeVarUint(encoder, sizes.length);
    durations.forEach((duration, at) => {
      encoding.writeVarUint(encoder, duration);
      encoding.writeVarUint(encoder, sizes[at] ?? 0);
    });
  }
  return encoding.toUint8Array(encoder);
}

/** Reads what `encodeTable` wrote; null when it is damaged. */
export function decodeTable(bytes: Uint8Array): SampleTable | null {
  const decoder = decoding.createDecoder(bytes);
  const readRun = (): SampleRun => {
    const startTicks = decoding.readVarUint(decoder);
    const count = decoding.readVarUint(decoder);
    if (count > MOST_SAMPLES) throw new RangeError(`${count} samples in one group`);
    const durations: number[] = [];
    const sizes: number[] = [];
    for (let at = 0; at < count; at++) {
      durations.push(decoding.readVarUint(decoder));
      sizes.push(decoding.readVarUint(decoder));
    }
    return { startTicks, durations, sizes };
  };
  try {
    return { pictures: readRun(), sounds: readRun() };
  } catch {
    return null; // lib0 throws when the bytes run out
  }
}
