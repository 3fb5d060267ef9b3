import type { RecordedChunk } from '../../core/recording/chunk-group.ts';
import type { GroupEntry } from '../../core/recording/entry.ts';
import { keptSounds } from '../../core/recording/movie-part.ts';
import type { MoviePlan } from '../../core/recording/movie-plan.ts';
import type { MadeSound } from '../../core/recording/movie-sounds.ts';

/** Sound that was encoded anew, kept somewhere with room for hours. */
export interface ConvertedSound extends MadeSound {
  /** Its frames from one byte to another, in order. */
  bytes(from: number, to: number): Promise<Uint8Array>;
}

/** Sound on its way from Opus to what every player knows. */
export interface SoundConversion {
  /** Takes the next frames; resolves when there is room for more. @throws ProblemError `sound-not-converted` */
  add(frames: readonly Uint8Array[]): Promise<void>;
  /** Everything is in. @throws ProblemError `sound-not-converted` */
  finish(): Promise<ConvertedSound>;
  /** Lets go of decoder and encoder, finished or not. */
  close(): void;
}

/** Begins a conversion. @throws ProblemError `sound-not-converted` where the browser can't */
export type ConvertSound = () => Promise<SoundConversion>;

interface ConversionSteps {
  read(entry: Pick<GroupEntry, 'number'>): Promise<readonly RecordedChunk[] | null>;
  /** @param share done, 0 to 1 */
  onProgress(share: number): void;
  isWanted(): boolean;
}

/**
 * Encodes all sound of a planned file anew.
 * @param plan of the file with its sound as it was recorded
 * @returns the number of a group that can't be read; null when it is no longer wanted
 * @throws ProblemError `sound-not-converted`
 */
export async function convertedSound(
  convert: ConvertSound,
  { parts }: MoviePlan,
  steps: ConversionSteps,
): Promise<ConvertedSound | number | null> {
  const conversion = await convert();
  try {
    for (const [at, part] of parts.entries()) {
      if (!steps.isWanted()) return null;
      const chunks = await steps.read(part);
      if (!chunks) return part.number;
      if (part.sounds.kind === 'kept') await conversion.add(keptSounds(part.sounds, chunks));
      steps.onProgress(at / parts.length);
    }
    return await conversion.finish();
  } finally {
    conversion.close();
  }
}
