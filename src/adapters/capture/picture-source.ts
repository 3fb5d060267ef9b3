import type { SourceKind } from '../../app/capture-desk.ts';
import { ProblemError } from '../../app/problem.ts';

/** A source that is open and delivers pictures. Whoever opened it closes it. */
export interface PictureSource {
  readonly kind: SourceKind;
  readonly track: MediaStreamTrack;
  /** Its own sound, ready to be mixed; null for a silent source. */
  readonly sound: AudioNode | null;
  /** The camera's id; null for other kinds. */
  readonly deviceId: string | null;
  /** Pixels, at the moment. */
  size(): { width: number; height: number };
  /**
   * Asks for pictures whose short side has so many pixels, so that nothing has to be shrunk afterwards. Only a wish, and
   * only where the source has a choice.
   */
  fit?(shortSide: number): Promise<void>;
  /** Calls back once when the source ends by itself: unplugged, no longer shared, played to its end. */
  onEnded(listener: () => void): void;
  close(): void;
}

/** How long a source may take to show its first picture, ms. Chosen: slow cameras need three to four seconds. */
const FIRST_PICTURE_MS = 10_000;

/**
 * Waits for a track's first picture.
 * @returns its true size, pixels; a track's settings may be missing or only a promise
 * @throws ProblemError `source-ended` when none comes
 */
export async function firstPicture(track: MediaStreamTrack): Promise<{ width: number; height: number }> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  try {
    await new Promise<void>((resolve, reject) => {
      const give = (): void => reject(new ProblemError('source-ended'));
      const timer = setTimeout(give, FIRST_PICTURE_MS);
      track.addEventListener('ended', give, { once: true });
      video.addEventListener(
        'loadeddata',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
      video.play().catch(() => undefined); // without a gesture some browsers only load: enough for the size
    });
    return { width: video.videoWidth, height: video.videoHeight };
  } finally {
    video.srcObject = null;
  }
}

/** The size that a live track has now: it changes when a phone is turned or a shared window resized. */
export function sizeOf(
  track: MediaStreamTrack,
  first: { width: number; height: number },
): { width: number; height: number } {
  const { width, height } = track.getSettings();
  return width !== undefined && height !== undefined && width > 0 && height > 0 ? { width, height } : first;
}
