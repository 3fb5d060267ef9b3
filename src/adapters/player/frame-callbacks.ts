/** Frames of a source that are all looked at: a picture that moves needs two. */
const FIRST_FRAMES = 3;
/** Time between looks after that, ms. Chosen: each look makes the page render a frame of its own beside the video's. */
const BETWEEN_LOOKS_MS = 400;

/**
 * Calls back for frames that come to the screen, the first of each source and some later ones, until the signal aborts:
 * when it is displayed (`performance.now()`, ms), its media time (s), and how many this source has shown.
 */
export function onFrames(
  video: HTMLVideoElement,
  signal: AbortSignal,
  onFrame: (displayedAtMs: number, mediaTimeS: number, presentedFrames: number) => void,
): void {
  if (!('requestVideoFrameCallback' in HTMLVideoElement.prototype)) {
    // Firefox before 132: a few times a second the element tells how far it is, and how many frames it decoded.
    const coarse = (): void => {
      const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
      onFrame(performance.now(), video.currentTime, totalVideoFrames - droppedVideoFrames);
    };
    for (const type of ['loadeddata', 'timeupdate']) video.addEventListener(type, coarse, { signal });
    return;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    video.requestVideoFrameCallback((_now, frame) => {
      if (signal.aborted) return;
      onFrame(frame.expectedDisplayTime, frame.mediaTime, frame.presentedFrames);
      timer = setTimeout(look, frame.presentedFrames < FIRST_FRAMES ? 0 : BETWEEN_LOOKS_MS);
    });
  };
  // The first pictures of a new source are awaited, whenever the last look was.
  for (const type of ['emptied', 'seeking']) video.addEventListener(type, look, { signal });
  signal.addEventListener('abort', () => clearTimeout(timer));
  look();
}
