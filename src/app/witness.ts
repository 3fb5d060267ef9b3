import { type Content, MAX_WITNESSED } from '../core/room/content.ts';
import type { PersonId } from '../core/room/entry.ts';
import type { Ledger } from '../core/room/ledger.ts';

/** The host says what it has seen so often, ms, if there is anything new (chosen: nobody writes further into the past). */
const WITNESS_MS = 10_000;
/** A host who comes back says nothing before it has heard from the others, ms (chosen: a newcomer is up to date in two seconds). */
const SETTLE_MS = 5_000;
/** Entries that one round of witnessing takes at most (chosen: of the 30 that a page may write in that time). */
export const MAX_PARTS = 8;

/** The host's memory of what it has witnessed, so that entries can't be dated back beyond it. */
export class Witness {
  readonly #seen = new Map<number, number>();
  /** Clients with news, those first that have waited longest. */
  readonly #waiting = new Set<number>();
  #nextMs: number;

  /** @param own the Yjs client under which the host's page writes: it need not witness itself */
  constructor(
    private readonly ledger: Ledger,
    private readonly own: number,
    nowMs: number,
  ) {
    this.#nextMs = nowMs + SETTLE_MS;
  }

  /** What is to be said at this time of the tending. */
  due(nowMs: number): readonly Content[] {
    if (nowMs < this.#nextMs) return [];
    this.#nextMs = nowMs + WITNESS_MS;
    return this.take();
  }

  /**
   * What is new since the last time; what is too much for one round comes with the next ones.
   * @param about whose news can't wait
   */
  take(about: PersonId | null = null): readonly Content[] {
    const urgent: number[] = [];
    for (const [client, count, author] of this.ledger.counts()) {
      if (client === this.own || this.#seen.get(client) === count) continue;
      this.#waiting.add(client);
      if (author === about) urgent.push(client);
    }
    const turn = [...new Set([...urgent, ...this.#waiting])].slice(0, MAX_PARTS * MAX_WITNESSED);
    const news = turn.map((client) => ({ client, clock: this.ledger.countOf(client) }));
    for (const { client, clock } of news) {
      this.#seen.set(client, clock);
      this.#waiting.delete(client);
    }
    const parts: Content[] = [];
    for (let at = 0; at < news.length; at += MAX_WITNESSED) {
      parts.push({ type: 'witness', seen: news.slice(at, at + MAX_WITNESSED) });
    }
    return parts;
  }
}
