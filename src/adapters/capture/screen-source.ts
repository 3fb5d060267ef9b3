import { ProblemError } from '../../app/problem.ts';
import { mediaDevices, screenProblem } from './media-problems.ts';
import { firstPicture, sizeOf } from './picture-source.ts';
import type { PictureSource } from './picture-source.ts';

/**
 * Shares a screen, a window or a tab, with its sound where the browser offers it.
 * @throws ProblemError `screen-denied`, `screen-unsupported`, `insecure-page`
 */
export async function openScreen(context: AudioContext): Promise<PictureSource> {
  const devices: { getDisplayMedia?: MediaDevices['getDisplayMedia'] } & MediaDevices = mediaDevices();
  if (!('getDisplayMedia' in devices)) throw new ProblemError('screen-unsupported');
  let stream: MediaStream;
  try {
    stream = await devices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: true });
  } catch (cause) {
    throw screenProblem(cause);
  }
  const stop = (): void => stream.getTracks().forEach((track) => track.stop());
  const [track] = stream.getVideoTracks();
  if (track === undefined) {
    stop();
    throw new ProblemError('screen-denied');
  }
  try {
    const first = await firstPicture(track);
    const [soundTrack] = stream.getAudioTracks();
    return {
      kind: 'screen',
      track,
      sound: soundTrack ? context.createMediaStreamSource(new MediaStream([soundTrack])) : null,
      deviceId: null,
      size: () => sizeOf(track, first),
      onEnded: (listener) => track.addEventListener('ended', listener, { once: true }),
      close: stop,
    };
  } catch (cause) {
    stop();
    throw cause;
  }
}
