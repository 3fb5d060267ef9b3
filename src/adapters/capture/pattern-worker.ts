import { drawPattern } from './pattern-drawing.ts';
import { PatternGrain } from './pattern-grain.ts';

/** Size of the pictures, pixels: the page may send another one at any time. */
export interface PatternSize {
  readonly width: number;
  readonly height: number;
}

/** What the page sends first: where the pictures go, their size and how many a second. */
export interface PatternOrder extends PatternSize {
  readonly writable: WritableStream<VideoFrame>;
  readonly framesPerSecond: number;
}

// Drawn in a worker, because a hidden page neither paints nor keeps its timers.
let canvas: OffscreenCanvas | null = null;

addEventListener('message', ({ data }: MessageEvent<PatternOrder | PatternSize>) => {
  if (canvas !== null) Object.assign(canvas, { width: data.width, height: data.height });
  else if ('writable' in data) paint((canvas = new OffscreenCanvas(data.width, data.height)), data);
});

function paint(canvas: OffscreenCanvas, { writable, framesPerSecond }: PatternOrder): void {
  const brush = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (brush === null) return;
  const grain = new PatternGrain();
  const writer = writable.getWriter();
  const timer = setInterval(() => {
    drawPattern(brush, grain, Date.now());
    const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
    writer.write(frame).catch(() => clearInterval(timer)); // the track was stopped
  }, 1000 / framesPerSecond);
}
