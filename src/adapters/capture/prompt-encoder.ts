/** Frames of a trial: as many as `PictureEncoder` lets in before it waits for one to come out. */
const FRAMES = 5;
/** An encoder that has to be loaded first may take so long for them, ms. Chosen. */
const WAIT_MS = 800;

/**
 * Whether that encoder hands out pictures as they go in. Some keep many inside to look ahead, whatever they are asked
 * for: H.264 in Firefox 140 on Linux 41 frames, where VP9 comes out after 50 ms. Where the page can read a track's frames
 * itself, in Chromium, none was seen to: the start is spared the trial. Never rejects.
 */
export async function isPrompt(config: VideoEncoderConfig): Promise<boolean> {
  if ('MediaStreamTrackProcessor' in globalThis) return true;
  let encoder: VideoEncoder | null = null;
  const comesOut = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), WAIT_MS);
    encoder = new VideoEncoder({ output: () => resolve(true), error: () => resolve(false) });
    encoder.configure(config);
    const canvas = new OffscreenCanvas(config.width, config.height);
    canvas.getContext('2d')?.fillRect(0, 0, 8, 8);
    for (let at = 0; at < FRAMES; at++) {
      const frame = new VideoFrame(canvas, { timestamp: (at * 1e6) / (config.framerate ?? 30) });
      encoder.encode(frame);
      frame.close();
    }
  });
  try {
    return await comesOut;
  } catch {
    return false;
  } finally {
    close(encoder);
  }
}

function close(encoder: VideoEncoder | null): void {
  if (encoder && encoder.state !== 'closed') encoder.close();
}
