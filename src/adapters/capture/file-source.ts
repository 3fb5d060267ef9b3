import { ProblemError } from '../../app/problem.ts';
import { firstPicture } from './picture-source.ts';
import type { PictureSource } from './picture-source.ts';

/** How long a file may take to open, ms. Chosen: it is on this device. */
const OPENING_MS = 10_000;

/** A playing element whose picture can be taken; Firefox has it under another name. */
interface Capturable {
  captureStream?(): MediaStream;
  mozCaptureStream?(): MediaStream;
}

/**
 * Plays a file once and takes its picture and sound. At its end the last picture stays.
 * @throws ProblemError `file-unreadable`
 */
export async function openFile(file: File, context: AudioContext): Promise<PictureSource> {
  const video = document.createElement('video');
  const address = URL.createObjectURL(file);
  const close = (): void => {
    video.pause();
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(address);
  };
  try {
    video.src = address;
    video.playsInline = true;
    // The sound goes into the mix, not to the loudspeaker: an element that feeds a node falls silent itself.
    const sound = context.createMediaElementSource(video);
    await opened(video);
    if (video.videoWidth === 0) throw new ProblemError('file-unreadable'); // sound only
    await video.play();
    const capturable = video as Capturable;
    const stream = capturable.captureStream?.() ?? capturable.mozCaptureStream?.();
    const [track] = stream?.getVideoTracks() ?? [];
    if (track === undefined) throw new ProblemError('file-unreadable');
    await firstPicture(track);
    return {
      kind: 'file',
      track,
      sound,
      deviceId: null,
      size: () => ({ width: video.videoWidth, height: video.videoHeight }),
      onEnded: (listener) => video.addEventListener('ended', listener, { once: true }),
      close,
    };
  } catch (cause) {
    close();
    throw new ProblemError('file-unreadable', { cause });
  }
}

function opened(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new ProblemError('file-unreadable')), OPENING_MS);
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      done();
    };
    video.addEventListener('loadeddata', () => settle(resolve), { once: true });
    video.addEventListener('error', () => settle(() => reject(new ProblemError('file-unreadable'))), { once: true });
  });
}
