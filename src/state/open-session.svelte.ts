import { createSubscriber } from 'svelte/reactivity';
import type { Observable } from '../app/sessions.ts';
import type { Snapshot } from '../app/snapshot.ts';
import { publishDiagnostics } from './diagnostics.ts';
import { type Trouble, troubleOf } from './troubles.svelte.ts';

interface Session<View> extends Observable<View> {
  snapshot(): Snapshot;
  close(): void;
}

type Opening<S> =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly session: S; readonly watchView: () => void }
  | { readonly state: 'failed'; readonly trouble: Trouble }
  | { readonly state: 'closed' };

/**
 * A session from the moment a page asks for it until the page is left: reactive view, diagnostics, goodbye. It is
 * closed exactly once, also when it opens only after the person has gone elsewhere.
 */
export class OpenSession<View, S extends Session<View>> {
  #opening = $state.raw<Opening<S>>({ state: 'opening' });
  #tidyUp: () => void = () => undefined;

  constructor(open: () => Promise<S>) {
    void this.#open(open);
  }

  /** Null until the session is open. */
  get session(): S | null {
    return this.#opening.state === 'open' ? this.#opening.session : null;
  }

  /** Null until the session is open; reactive from then on. */
  get view(): View | null {
    if (this.#opening.state !== 'open') return null;
    this.#opening.watchView();
    return this.#opening.session.view;
  }

  /** Why it did not open. */
  get failure(): Trouble | null {
    return this.#opening.state === 'failed' ? this.#opening.trouble : null;
  }

  /** Idempotent. */
  readonly close = (): void => {
    this.#tidyUp();
    this.#tidyUp = () => undefined;
    this.#opening = { state: 'closed' };
  };

  async #open(open: () => Promise<S>): Promise<void> {
    try {
      const session = await open();
      if (this.#isClosed) session.close();
      else this.#hold(session);
    } catch (error) {
      if (!this.#isClosed) this.#opening = { state: 'failed', trouble: troubleOf(error) };
    }
  }

  #hold(session: S): void {
    const unpublish = publishDiagnostics(() => session.snapshot());
    addEventListener('pagehide', this.close);
    this.#tidyUp = () => {
      removeEventListener('pagehide', this.close);
      unpublish();
      session.close();
    };
    const watchView = createSubscriber((update) => session.subscribe(update));
    this.#opening = { state: 'open', session, watchView };
  }

  get #isClosed(): boolean {
    return this.#opening.state === 'closed';
  }
}
