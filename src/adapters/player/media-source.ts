import type { CanPlay } from '../../app/stage-player.ts';

interface MediaSourceClass {
  new (): MediaSource;
  isTypeSupported(type: string): boolean;
}

/** iPhones have only the managed kind, which `lib.dom` doesn't know yet. @see https://w3c.github.io/media-source/ */
const scope: { MediaSource?: MediaSourceClass; ManagedMediaSource?: MediaSourceClass } = globalThis;

/** What a show may be encoded with, in the order in which hosts prefer it. */
const USUAL_CODECS = ['avc1.42e01f,opus', 'vp09.00.31.08,opus', 'av01.0.05M.08,opus'];

/** The container type that a SourceBuffer is made for. */
export const mimeOf = (codecs: string): string => `video/mp4; codecs="${codecs}"`;

/** Can this browser play at all (empty `codecs`), or a show in these codecs? */
export const canPlay: CanPlay = (codecs) => {
  const source = scope.MediaSource ?? scope.ManagedMediaSource;
  if (source === undefined) return false;
  return (codecs === '' ? USUAL_CODECS : [codecs]).some((wanted) => source.isTypeSupported(mimeOf(wanted)));
};

/**
 * Puts a fresh media source on the element; it opens later, with `sourceopen`. Null where the browser has none.
 * Whatever the element played before is let go.
 */
export function attachMediaSource(video: HTMLVideoElement): MediaSource | null {
  const Source = scope.MediaSource ?? scope.ManagedMediaSource;
  if (Source === undefined) return null;
  // The managed kind opens only where remote playback is off: another device could not read our source.
  if (scope.MediaSource === undefined) video.disableRemotePlayback = true;
  const source = new Source();
  const url = URL.createObjectURL(source);
  source.addEventListener('sourceopen', () => URL.revokeObjectURL(url), { once: true });
  video.src = url;
  return source;
}
