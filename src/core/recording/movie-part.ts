import type { RecordedChunk } from './chunk-group.ts';
import { type MoviePart, SILENCE } from './movie-plan.ts';
import { samplesIn } from './sample-table.ts';

/** The bytes of a group in the file, one behind the other and not copied; null when the group is not what its index says. */
export function moviePart(part: MoviePart, chunks: readonly RecordedChunk[]): readonly Uint8Array[] | null {
  const { pictures, sounds } = samplesIn(chunks);
  const silence = (frames: number): Uint8Array[] => new Array<Uint8Array>(frames).fill(SILENCE);
  const pieces = [
    part.prefix,
    ...pictures.map((sample) => sample.bytes),
    ...silence(part.silenceBefore),
    ...sounds.slice(part.soundsDropped).map((sample) => sample.bytes),
    ...silence(part.silenceAfter),
  ];
  return pieces.reduce((sum, { length }) => sum + length, 0) === part.bytes ? pieces : null;
}
