import { createSubscriber } from 'svelte/reactivity';
import { isThisDeviceOnly, streamIdInText, watchLink } from '../app/link.ts';
import { type Place, parseHash } from '../app/route.ts';

/** The address bar: where the person is, and the ways to go elsewhere. */
export class Location {
  readonly #place = $derived.by(() => {
    this.#watchHash();
    return parseHash(location.hash);
  });
  readonly #watchHash = createSubscriber((update) => {
    this.#changed = update;
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  });
  #changed = (): void => undefined;

  get place(): Place {
    return this.#place;
  }

  /** False when the link of a show on this page would lead other devices to themselves. */
  get reachesOthers(): boolean {
    return !isThisDeviceOnly(location.hostname);
  }

  /** The link that viewers follow. */
  linkTo(streamId: string): string {
    return watchLink(location, streamId);
  }

  go(page: 'home' | 'studio'): void {
    location.hash = page === 'home' ? '#/' : '#/studio';
  }

  /** Follows a link, or a part of one, that somebody pasted; false when it names no show. */
  follow(pasted: string): boolean {
    const streamId = streamIdInText(pasted);
    if (streamId === null) return false;
    location.hash = `#/watch/${streamId}`;
    return true;
  }

  /** Takes `lang=` out of the address, so that a choice made by hand counts; the page and its session stay. */
  forgetLanguage(): void {
    const [path = '', query = ''] = location.hash.split('?', 2);
    const rest = new URLSearchParams(query);
    if (!rest.has('lang')) return;
    rest.delete('lang');
    history.replaceState(history.state, '', rest.size === 0 ? path : `${path}?${rest.toString()}`);
    this.#changed();
  }
}
