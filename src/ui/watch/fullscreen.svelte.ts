import { createSubscriber } from 'svelte/reactivity';

/** iPhones can only show the bare video in fullscreen. @see Apple, HTMLVideoElement.webkitEnterFullscreen */
interface IPhoneVideo {
  webkitEnterFullscreen?: () => void;
}

/** The stage in fullscreen, with everything that lies over the picture where the browser can. */
export class Fullscreen {
  readonly #subscribe = createSubscriber((update) => {
    document.addEventListener('fullscreenchange', update);
    return () => document.removeEventListener('fullscreenchange', update);
  });

  get isOn(): boolean {
    this.#subscribe();
    return document.fullscreenElement !== null;
  }

  /** Never rejects: a browser that refuses leaves the picture where it is. */
  async toggle(stage: HTMLElement, video: HTMLVideoElement & IPhoneVideo): Promise<void> {
    try {
      if (document.fullscreenElement !== null) await document.exitFullscreen();
      else if (document.fullscreenEnabled) await stage.requestFullscreen();
      else video.webkitEnterFullscreen?.();
    } catch {
      // Refused.
    }
  }
}

/** False where neither the stage nor the video can fill the screen. */
export function canFullscreen(video: HTMLVideoElement & IPhoneVideo): boolean {
  return document.fullscreenEnabled || video.webkitEnterFullscreen !== undefined;
}
