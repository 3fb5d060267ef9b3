import type { Input } from '../core/mesh/mesh-io.ts';
import type { PeerId } from '../core/messages.ts';

/** Who is met at a door and has no link to this page after so long can't reach it, ms (chosen: most need less than two seconds). */
const LONG_MS = 12_000;
/** Who has not been seen at a door for so long may have given up, ms (chosen: several pauses between two knocks). */
const GONE_MS = 30_000;
/** Enough to tell from; more would only be memory. */
const MOST = 16;

interface Met {
  readonly firstMs: number;
  lastMs: number;
  isThere: boolean;
}

/**
 * Whether others find this page and nothing gets through between the devices: a broker carries what is said at doors,
 * and a Wi-Fi for guests often keeps its devices apart. One link, whoever has it, shows that it is not so.
 */
export class Reach {
  readonly #met = new Map<PeerId, Met>();
  #isOut = false;

  get isOut(): boolean {
    return this.#isOut;
  }

  /** Takes everything that happens; time passes with it. @param links that are open @returns whether `isOut` has changed */
  note(input: Input, links: number, nowMs: number): boolean {
    const wasOut = this.#isOut;
    if (links > 0) {
      this.#met.clear();
      this.#isOut = false;
    } else this.#look(input, nowMs);
    return wasOut !== this.#isOut;
  }

  #look(input: Input, nowMs: number): void {
    if (input.type === 'door-open') this.#meet(input.peerId, nowMs);
    else if (input.type === 'door-closed') this.#part(input.peerId, nowMs);
    if (this.#met.size === 0) return;
    for (const [peerId, met] of this.#met) {
      if (met.isThere) met.lastMs = nowMs;
      else if (nowMs - met.lastMs > GONE_MS) this.#met.delete(peerId);
    }
    this.#isOut = [...this.#met.values()].some(({ firstMs, lastMs }) => lastMs - firstMs >= LONG_MS);
  }

  #meet(peerId: PeerId, nowMs: number): void {
    const known = this.#met.get(peerId);
    if (known) known.isThere = true;
    else if (this.#met.size < MOST) this.#met.set(peerId, { firstMs: nowMs, lastMs: nowMs, isThere: true });
  }

  #part(peerId: PeerId, nowMs: number): void {
    const known = this.#met.get(peerId);
    if (known) Object.assign(known, { lastMs: nowMs, isThere: false });
  }
}
