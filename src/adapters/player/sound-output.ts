import { GESTURES } from './autoplay.ts';

/**
 * Sound that Chromium 156 still holds when it stops for want of it, ms, measured on Linux: 60 (muted) to 90 (audible) by
 * the element's own way out, 30 at most through a graph.
 */
const HELD_BY_ELEMENT_MS = 90;
const HELD_BY_GRAPH_MS = 40;

/**
 * The way out for one element's sound. Once it may be heard, Chromium's goes through a web audio graph: the element's own
 * way out stopped the picture for a quarter of a second although 100 to 240 ms of sound were there, up to six times a
 * minute on a busy machine. Phones and other browsers keep the element's own, where nothing of the kind is known.
 */
export class SoundOutput {
  #context: AudioContext | null = null;
  readonly #video: HTMLVideoElement;
  readonly #closing = new AbortController();

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    if (!isDesktopChromium()) return;
    const { signal } = this.#closing;
    video.addEventListener('volumechange', () => void this.#connect(), { signal });
    for (const type of GESTURES) document.addEventListener(type, () => this.#resume(), { signal });
  }

  /** Sound that the element may hold when it stops for want of it, ms. */
  get heldMs(): number {
    return this.#context?.state === 'running' ? HELD_BY_GRAPH_MS : HELD_BY_ELEMENT_MS;
  }

  /** Gives the way out back; the element is of no use for sound afterwards. */
  close(): void {
    this.#closing.abort();
    void this.#context?.close();
    this.#context = null;
  }

  /** A graph that doesn't run would swallow the sound, so the element is led into one that does. */
  async #connect(): Promise<void> {
    if (this.#video.muted || this.#context !== null) return;
    try {
      // The picture's clock doesn't know what the graph adds: 33 ms at 10 ms a step, but 155 at 40, and lips would lag.
      const context = new AudioContext({ latencyHint: 'interactive' });
      this.#context = context;
      await context.resume();
      if (this.#closing.signal.aborted) return;
      context.createMediaElementSource(this.#video).connect(context.destination);
      context.addEventListener('statechange', () => this.#resume(), { signal: this.#closing.signal });
    } catch {
      // No sound device for a graph, or the page has been left meanwhile: the element's own way out stays.
      this.#context = null;
    }
  }

  /** Browsers interrupt a graph for calls and for sleep, and may leave it so until the next gesture. */
  #resume(): void {
    const { state } = this.#context ?? {};
    if (state === undefined || state === 'running' || state === 'closed') return;
    this.#context?.resume().catch(() => {
      // Not yet: the next gesture tries again.
    });
  }
}

function isDesktopChromium(): boolean {
  const { userAgent } = navigator;
  return userAgent.includes('Chrome/') && !userAgent.includes('Mobile') && !userAgent.includes('Android');
}
