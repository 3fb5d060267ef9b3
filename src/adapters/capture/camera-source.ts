import type { SourceRequest } from '../../app/capture-desk.ts';
import { cameraProblem, mediaDevices } from './media-problems.ts';
import { firstPicture, sizeOf } from './picture-source.ts';
import type { PictureSource } from './picture-source.ts';

type CameraRequest = Extract<SourceRequest, { kind: 'camera' }>;

/** What cameras are asked for; they come as near as they can. Webcams and phones count the long side as the width. */
const ideal = (shortSide: number): MediaTrackConstraints => ({
  width: { ideal: Math.round((shortSide * 16) / 9) },
  height: { ideal: shortSide },
  frameRate: { ideal: 30 },
});

/** Until somebody says otherwise. Chosen: the best automatic quality. */
const FIRST_SHORT_SIDE = 720;

/**
 * Opens a camera.
 * @throws ProblemError `camera-denied`, `camera-missing`, `camera-in-use`, `insecure-page`
 */
export async function openCamera(request: CameraRequest): Promise<PictureSource> {
  const video: MediaTrackConstraints = ideal(FIRST_SHORT_SIDE);
  if (request.deviceId !== undefined) video.deviceId = { exact: request.deviceId };
  else if (request.facing !== undefined) video.facingMode = { ideal: request.facing };

  let stream: MediaStream;
  try {
    stream = await mediaDevices().getUserMedia({ video });
  } catch (cause) {
    throw cameraProblem(cause);
  }
  const [track] = stream.getVideoTracks();
  if (track === undefined) throw cameraProblem(null);
  try {
    const first = await firstPicture(track);
    return {
      kind: 'camera',
      track,
      sound: null,
      deviceId: track.getSettings().deviceId ?? request.deviceId ?? null,
      size: () => sizeOf(track, first),
      fit: async (shortSide) => {
        // A camera that can't comply keeps its size, and the pictures are shrunk instead.
        await track.applyConstraints({ ...video, ...ideal(shortSide) }).catch(() => undefined);
      },
      onEnded: (listener) => track.addEventListener('ended', listener, { once: true }),
      close: () => track.stop(),
    };
  } catch (cause) {
    track.stop();
    throw cameraProblem(cause);
  }
}
