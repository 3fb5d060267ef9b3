/**
 * Calls back for every frame that comes to the screen until the signal aborts: when it is displayed
 * (`performance.now()`, ms), its media time (s), and how many this source has shown.
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
  const again = (): void => {
    video.requestVideoFrameCallback((_now, frame) => {
      if (signal.aborted) return;
      onFrame(frame.expectedDisplayTime, frame.mediaTime, frame.presentedFrames);
      again();
    });
  };
  again();
}
