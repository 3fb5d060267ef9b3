import { drawPattern } from './pattern-drawing.ts';

/** What the page sends once: where the pictures go, their size in pixels and how many a second. */
export interface PatternOrder {
  readonly writable: WritableStream<VideoFrame>;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

// Drawn in a worker, because a hidden page neither paints nor keeps its timers.
addEventListener('message', ({ data }: MessageEvent<PatternOrder>) => {
  const canvas = new OffscreenCanvas(data.width, data.height);
  const brush = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (brush === null) return;
  const writer = data.writable.getWriter();
  const timer = setInterval(() => {
    drawPattern(brush, data.width, data.height, Date.now());
    const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
    writer.write(frame).catch(() => clearInterval(timer)); // the track was stopped
  }, 1000 / data.framesPerSecond);
});
