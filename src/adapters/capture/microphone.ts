import { ProblemError } from '../../app/problem.ts';
import { mediaDevices, microphoneProblem } from './media-problems.ts';

/** An open microphone. */
export interface Microphone {
  readonly id: string | null;
  readonly stream: MediaStream;
  /** Calls back once when it is unplugged. */
  onEnded(listener: () => void): void;
  close(): void;
}

/**
 * Opens a microphone, set up for speaking in a room that also hears the show.
 * @param deviceId null: the browser's default
 * @throws ProblemError `microphone-denied`, `microphone-missing`, `insecure-page`
 */
export async function openMicrophone(deviceId: string | null): Promise<Microphone> {
  const audio: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  if (deviceId !== null) audio.deviceId = { exact: deviceId };
  try {
    const stream = await mediaDevices().getUserMedia({ audio });
    const [track] = stream.getAudioTracks();
    return {
      id: track?.getSettings().deviceId ?? deviceId,
      stream,
      onEnded: (listener) => track?.addEventListener('ended', listener, { once: true }),
      close: () => track?.stop(),
    };
  } catch (cause) {
    throw cause instanceof ProblemError ? cause : microphoneProblem(cause);
  }
}
