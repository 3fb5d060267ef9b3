/** What counts as a person's interaction, after which browsers allow to play and to be heard. @see HTML, "activation triggering input event" */
export const GESTURES = ['pointerup', 'keydown', 'touchend'] as const;

/** Keeps an element playing as far as the browser allows. */
export interface Autoplay {
  /** Plays now, or with the next interaction when the browser refuses. Never rejects. */
  start(): void;
  /** Forgets about it; what plays goes on. */
  stop(): void;
}

/** A page that comes back into view plays again too: browsers pause what nobody sees. */
export function autoplay(video: HTMLVideoElement): Autoplay {
  let wanted = false;
  const events = new AbortController();
  let gesture = new AbortController();

  const start = (): void => {
    wanted = true;
    gesture.abort();
    video.play().catch(() => {
      // Refused, or interrupted by a new source: either way the next interaction may try again.
      if (events.signal.aborted) return;
      gesture.abort();
      gesture = new AbortController();
      for (const type of GESTURES) document.addEventListener(type, start, { signal: gesture.signal });
    });
  };
  const onVisible = (): void => {
    if (wanted && !document.hidden && video.paused) start();
  };
  document.addEventListener('visibilitychange', onVisible, { signal: events.signal });

  return {
    start,
    stop: () => {
      events.abort();
      gesture.abort();
    },
  };
}
