/** Longest side of the kept picture, pixels. Chosen: it is shown for a moment, or under a notice. */
const LONGEST_SIDE = 1280;
const JPEG_QUALITY = 0.8;

/**
 * Makes the element's present picture its poster, so that it stays when the media source goes. Does nothing when there
 * is no picture.
 */
export function keepLastPicture(video: HTMLVideoElement): void {
  const { videoWidth, videoHeight } = video;
  if (videoWidth === 0 || videoHeight === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(videoWidth, videoHeight));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(videoWidth * scale);
  canvas.height = Math.round(videoHeight * scale);
  canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
  video.poster = canvas.toDataURL('image/jpeg', JPEG_QUALITY);
}
