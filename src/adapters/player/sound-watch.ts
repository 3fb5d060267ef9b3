import type { ChunkFeed } from './chunk-feed.ts';
import type { SoundOutput } from './sound-output.ts';

/** Added to what the element may hold when it stops, ms: timers come late on a busy machine. Chosen. */
const LATE_TIMER_MS = 35;
/** Silence that is added at a time, ms. Chosen: two frames, so that little is lost when the next chunk is just late. */
const STEP_MS = 40;
/** Silence goes so far beyond the last picture, ms. Chosen: the last one stands for less than a tenth of a second. */
const BEYOND_PICTURE_MS = 170;

/**
 * Looks after the sound of one element while its next chunk is late: covers what is missing with a little silence, so
 * that the show goes on as soon as the chunk is there. A longer hole is left to be a stall.
 */
export class SoundWatch {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly output: SoundOutput,
  ) {}

  /** To be called whenever something was added, and when the player starts, jumps or changes its rate. */
  look(feed: ChunkFeed): void {
    clearTimeout(this.#timer);
    const { paused, seeking, currentTime, playbackRate } = this.video;
    const { soundEndMs } = feed;
    const pictureEndMs = feed.ranges().at(-1)?.endMs;
    if (paused || seeking || soundEndMs === null || pictureEndMs === undefined) return;
    if (soundEndMs > pictureEndMs + BEYOND_PICTURE_MS) return;
    const lastsMs = (soundEndMs - currentTime * 1000 - this.output.heldMs - LATE_TIMER_MS) / playbackRate;
    if (lastsMs <= 0) feed.coverSound(STEP_MS);
    this.#timer = setTimeout(() => this.look(feed), lastsMs > 0 ? lastsMs : STEP_MS / 2);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
