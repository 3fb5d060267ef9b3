import type { Fragment } from './fragment.ts';
import { fragmentsIn } from './fragment-reader.ts';
import { AUDIO_TRACK_ID } from './tracks.ts';

/** A chunk taken apart: its sound, and everything else as it was. */
export interface SplitChunk {
  readonly sound: Fragment;
  readonly rest: Uint8Array;
}

/**
 * Finds the sound of a chunk that was made by this project's chunker; null when there is none, or when it is written in
 * any other way.
 */
export function splitSound(bytes: Uint8Array): SplitChunk | null {
  const sound = fragmentsIn(bytes).find(({ trackId }) => trackId === AUDIO_TRACK_ID);
  if (sound === undefined) return null;
  const rest = new Uint8Array(bytes.length - (sound.to - sound.from));
  rest.set(bytes.subarray(0, sound.from));
  rest.set(bytes.subarray(sound.to), sound.from);
  return { sound, rest };
}
