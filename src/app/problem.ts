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
  | 'crowd-short' // the same: the viewers' lines together can't pass on more
  | 'door-unreachable' // no broker answers: nobody new can join, the show goes on
  | 'door-fallback' // the first broker failed, another one serves
  | 'devices-apart' // people find this host, and none of their devices can reach it
  | 'host-apart' // the same for a viewer: the host is found, and nobody can be reached
  | 'link-invalid' // malformed stream id
  | 'banned' // the host, or a moderator, has removed this person from the show
  | 'room-unavailable' // the chat could not be loaded: the show goes on without it
  | 'cannot-play' // no MSE, no WebRTC, or no decoder for this show
  | 'storage-blocked' // the show's key can't be kept: the link changes when the page is closed
  | 'recordings-blocked' // this browser keeps no recordings, as in some private windows
  | 'recordings-newer' // a newer version of this page has written them: this one can't read them
  | 'recording-full' // no room left: the recording has ended, the show goes on
  | 'recording-low' // room for less than half an hour
  | 'recording-slow' // the disk can't keep up: the recording has ended
  | 'recording-lost' // it was removed while it was being written
  | 'recording-elsewhere' // another tab records this show, too
  | 'recording-damaged' // a part of it can't be read
  | 'past-busy' // the beginning of the show can't be had now: the line is needed for the show as it is
  | 'recording-missing' // it is not on this device (any more)
  | 'download-failed' // the file could not be written
  | 'download-full' // there is no room for the file
  | 'sound-not-converted'; // the sound of a file could not be encoded anew

/** What stands in the way of newcomers: at doors, and between devices. */
export type DoorProblem = Extract<ProblemCode, 'door-unreachable' | 'door-fallback' | 'devices-apart' | 'host-apart'>;

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
