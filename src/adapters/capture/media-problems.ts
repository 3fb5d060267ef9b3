import { ProblemError } from '../../app/problem.ts';
import type { ProblemCode } from '../../app/problem.ts';

/** What a refusal by the browser means for a camera, by the name of its exception. @see Media Capture and Streams, 10.2 */
const CAMERA_PROBLEMS: Readonly<Record<string, ProblemCode>> = {
  NotAllowedError: 'camera-denied',
  SecurityError: 'camera-denied',
  NotFoundError: 'camera-missing',
  OverconstrainedError: 'camera-missing',
  NotReadableError: 'camera-in-use',
  AbortError: 'camera-in-use',
};

/** Turns whatever getUserMedia threw for a camera into a problem that people understand. */
export function cameraProblem(cause: unknown): ProblemError {
  if (cause instanceof ProblemError) return cause;
  const code = cause instanceof DOMException ? CAMERA_PROBLEMS[cause.name] : undefined;
  return new ProblemError(code ?? 'camera-missing', { cause });
}

/** The same for a microphone. */
export const microphoneProblem = (cause: unknown): ProblemError =>
  new ProblemError(
    cause instanceof DOMException && (cause.name === 'NotAllowedError' || cause.name === 'SecurityError')
      ? 'microphone-denied'
      : 'microphone-missing',
    { cause },
  );

/** The same for sharing the screen. */
export const screenProblem = (cause: unknown): ProblemError =>
  cause instanceof DOMException && cause.name === 'NotSupportedError'
    ? new ProblemError('screen-unsupported', { cause })
    : new ProblemError('screen-denied', { cause });

/**
 * The page's media devices.
 * @throws ProblemError `insecure-page` where the browser hides them
 */
export function mediaDevices(): MediaDevices {
  // Typed as always there, but missing on plain http pages.
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (!isSecureContext || devices === undefined) throw new ProblemError('insecure-page');
  return devices;
}
