import type { ProblemCode } from './problem.ts';
import type { Observable } from './sessions.ts';

/** The view of a session: immutable, replaced by changes, announced to whoever listens. */
export class ViewHolder<View extends { readonly notices: readonly ProblemCode[] }> implements Observable<View> {
  readonly #listeners = new Set<() => void>();

  constructor(public view: View) {}

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Replaces parts of the view. */
  change(parts: Partial<View>): void {
    this.view = { ...this.view, ...parts };
    for (const listener of [...this.#listeners]) listener();
  }

  /** Shows or withdraws a notice. Idempotent. */
  notice(code: ProblemCode, shown: boolean): void {
    const { notices } = this.view;
    if (notices.includes(code) === shown) return;
    // The compiler can't see that a part of a generic view is a Partial of it.
    this.view = { ...this.view, notices: shown ? [...notices, code] : notices.filter((other) => other !== code) };
    this.change({});
  }
}
