import { createSubscriber } from 'svelte/reactivity';
import { hashOfPasted, isThisDeviceOnly, linkAt, watchLink, withoutSetting } from '../app/link.ts';
import type { Plan } from '../app/plan.ts';
import { type Place, parseHash } from '../app/route.ts';

/** The address bar: where the person is, and the ways to go elsewhere. */
export class Location {
  #changed = (): void => undefined;
  #guard: { readonly hash: string; readonly onAttempt: () => void } | null = null;

  readonly #watchHash = createSubscriber((update) => {
    const onHashChange = (): void => {
      if (!this.#refused()) update();
    };
    this.#changed = update;
    addEventListener('hashchange', onHashChange);
    return () => removeEventListener('hashchange', onHashChange);
  });

  readonly #place = $derived.by(() => {
    this.#watchHash();
    return parseHash(location.hash);
  });

  get place(): Place {
    return this.#place;
  }

  /** False when the link of a show on this page would lead other devices to themselves. */
  get reachesOthers(): boolean {
    return !isThisDeviceOnly(location.hostname);
  }

  /** The link that viewers follow. */
  linkTo(streamId: string, plan: Plan | null): string {
    return watchLink(location, streamId, plan);
  }

  /** The link for others where this page's own address means nothing to them; null when it does, or none is known. */
  async linkForOthers(siteUrl: Promise<string | null>, streamId: string, plan: Plan | null): Promise<string | null> {
    const url = this.reachesOthers ? null : await siteUrl;
    return url === null ? null : linkAt(url, streamId, plan);
  }

  /**
   * The link that meets no warning, where this page is behind one: watching takes no encryption, which the site of a local network
   * says by its address. Null where there is none.
   */
  async linkWithoutWarning(
    siteUrl: Promise<string | null>,
    streamId: string,
    plan: Plan | null,
  ): Promise<string | null> {
    const url = this.reachesOthers && location.protocol === 'https:' ? await siteUrl : null;
    return url?.startsWith('http:') === true ? linkAt(url, streamId, plan) : null;
  }

  go(page: 'home' | 'studio'): void {
    location.hash = page === 'home' ? '#/' : '#/studio';
  }

  /** Follows a link, or a part of one, that somebody pasted; false when it names no show. */
  follow(pasted: string): boolean {
    const hash = hashOfPasted(pasted);
    if (hash === null) return false;
    location.hash = hash;
    return true;
  }

  /** Stays on this page, whatever becomes of the address, until the returned function is called. */
  stay(onAttempt: () => void): () => void {
    const guard = { hash: location.hash, onAttempt };
    this.#guard = guard;
    return () => {
      if (this.#guard === guard) this.#guard = null;
    };
  }

  /** Takes `lang=` out of the address, so that a choice made by hand counts; the page and its session stay. */
  forgetLanguage(): void {
    history.replaceState(history.state, '', withoutSetting(location.hash, 'lang') || '#/');
    this.#changed();
  }

  /** Settings may change under a guard, the page may not. */
  #refused(): boolean {
    const guard = this.#guard;
    if (guard === null || parseHash(location.hash).route.type === parseHash(guard.hash).route.type) return false;
    history.pushState(history.state, '', guard.hash);
    guard.onAttempt();
    return true;
  }
}
