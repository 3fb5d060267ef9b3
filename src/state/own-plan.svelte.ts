import { type Plan, planQuery, readShop, readTitle } from '../app/plan.ts';
import { parseHash } from '../app/route.ts';

export { MAX_TITLE } from '../app/plan.ts';

/** What a host typed, as far as it can be announced: what means nothing is left out. */
export function readPlan(title: string, atMs: number | null, shop: string): Plan {
  return { title: readTitle(title) ?? '', atMs, shop: readShop(shop) };
}

const KEY = 'passaparola.plan';

/** What the host announced for the show of this device; kept in `localStorage`, else until the page closes. */
export class OwnPlan {
  #link = $state.raw(load());

  /** Null when nothing is announced for that show. */
  of(streamId: string): Plan | null {
    const { route, plan } = parseHash(this.#link);
    return route.type === 'watch' && route.streamId === streamId ? plan : null;
  }

  /** Null takes the announcement back. */
  announce(streamId: string, plan: Plan | null): void {
    this.#link = `#/watch/${streamId}?${planQuery(plan)}`;
    try {
      localStorage.setItem(KEY, this.#link);
    } catch {
      // Private windows may refuse; the plan then lasts as long as the page.
    }
  }
}

function load(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}
