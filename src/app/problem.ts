/**
 * Everything that can go wrong in a way that a person should hear about. The catalogue in `src/ui` has a sentence for
 * each that says what happened and what to do next.
 */
export type ProblemCode =
  | 'insecure-page' // no camera on http://, except localhost
  | 'camera-denied'
  | 'camera-missing'
  | 'camera-in-use'
  | 'microphone-denied' // the show goes on without sound
  | 'microphone-missing'
  | 'screen-denied'
  | 'screen-unsupported'
  | 'file-unreadable' // no video, or a format that this browser can't decode
  | 'picture-unreadable' // no picture, or a format that this browser can't decode
  | 'source-ended' // the shared screen was closed, the camera unplugged, the file is over
  | 'no-encoder' // this browser can't encode video
  | 'encoder-slow' // frames are being dropped
  | 'uplink-low' // the bitrate came down
  | 'door-unreachable' // no broker answers: nobody new can join, the show goes on
  | 'door-fallback' // the first broker failed, another one serves
  | 'link-invalid' // malformed stream id
  | 'banned' // the host, or a moderator, has removed this person from the show
  | 'room-unavailable' // the chat could not be loaded: the show goes on without it
  | 'cannot-play' // no MSE, no WebRTC, or no decoder for this show
  | 'storage-blocked'; // the show's key can't be kept: the link changes when the page is closed

/** Thrown by adapters; carries the code that the catalogue explains. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  constructor(
    readonly code: ProblemCode,
    options?: ErrorOptions,
  ) {
    super(code, options);
  }
}
