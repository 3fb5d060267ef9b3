import type { SourceRequest } from '../../app/capture-desk.ts';
import { cameraProblem, mediaDevices } from './media-problems.ts';
import { firstPicture, sizeOf } from './picture-source.ts';
import type { PictureSource } from './picture-source.ts';

type CameraRequest = Extract<SourceRequest, { kind: 'camera' }>;

/** What cameras are asked for; they come as near as they can. Chosen: the best quality preset, and usual for webcams. */
const IDEAL = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/**
 * Opens a camera.
 * @throws ProblemError `camera-denied`, `camera-missing`, `camera-in-use`, `insecure-page`
 */
export async function openCamera(request: CameraRequest): Promise<PictureSource> {
  const video: MediaTrackConstraints = { ...IDEAL };
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
      onEnded: (listener) => track.addEventListener('ended', listener, { once: true }),
      close: () => track.stop(),
    };
  } catch (cause) {
    track.stop();
    throw cameraProblem(cause);
  }
}
