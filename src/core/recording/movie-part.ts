import type { RecordedChunk } from './chunk-group.ts';
import type { MoviePart } from './movie-plan.ts';
import { samplesIn } from './sample-table.ts';
import { type KeptPart, SILENCE } from './movie-sounds.ts';

/**
 * The bytes of a group in the file, one behind the other and not copied; null when the group is not what its index says.
 * @param made its sound, where that was encoded anew
 */
export function moviePart(
  part: MoviePart,
  chunks: readonly RecordedChunk[],
  made: Uint8Array | null = null,
): readonly Uint8Array[] | null {
  const pictures = samplesIn(chunks).pictures.map(({ bytes }) => bytes);
  const sounds = part.sounds.kind === 'kept' ? keptSounds(part.sounds, chunks) : made ? [made] : [];
  const pieces = [part.prefix, ...pictures, ...sounds];
  return pieces.reduce((sum, { length }) => sum + length, 0) === part.bytes ? pieces : null;
}

/** The frames of sound of a group, in order. */
export function keptSounds(part: KeptPart, chunks: readonly RecordedChunk[]): readonly Uint8Array[] {
  const silence = (frames: number): Uint8Array[] => new Array<Uint8Array>(frames).fill(SILENCE);
  const sounds = samplesIn(chunks).sounds.slice(part.dropped);
  return [...silence(part.silenceBefore), ...sounds.map(({ bytes }) => bytes), ...silence(part.silenceAfter)];
}
