import { NEVER_MS, SILENT_MS, SOURCE_SILENT_MS } from './limits.ts';
import type { Neighbour } from './neighbour.ts';
import type { Parts } from './parts.ts';

/** A tick that comes so much too late says that the page did not get its turn, ms (chosen: two of a busy page's turns). */
const HELD_UP_MS = 30;
/** And one so much that the page slept, ms (chosen: busy hidden tabs get their turn each second or two; its neighbours wait for 4). */
const ASLEEP_MS = 3_000;
/** Links that close so soon after it woke, ms, closed because this page was silent (chosen: their ends notice after 4 s). */
const WAKING_MS = 5_000;
/** A page that woke has not been told for so long yet which neighbours are still there, ms (chosen: some heartbeats). */
const ANSWER_MS = 1_000;

/**
 * What a page makes of its own lateness and absence: what it waited for says nothing about its line. If it was frozen, or the device
 * slept, it was silent itself, so it blames nobody, and tries everybody at once.
 */
export class Waking {
  #wokeMs = NEVER_MS;
  /** When any neighbour was heard last. */
  #heardMs = NEVER_MS;
  /** When that was after a silence of all. */
  #backMs = NEVER_MS;
  #hasMet = false;

  constructor(private readonly parts: Parts) {}

  /** @param lateMs how much too late this peer gets its turn */
  look(lateMs: number, nowMs: number): void {
    const { neighbours, membership, upstream, uplink, host } = this.parts;
    if (lateMs > HELD_UP_MS) uplink.heldUp(nowMs);
    if (lateMs <= ASLEEP_MS) return;
    this.#wokeMs = nowMs;
    for (const neighbour of neighbours.values())
      neighbour.heardMs = Math.max(neighbour.heardMs, nowMs - SILENT_MS + ANSWER_MS);
    membership.forgive();
    if (!host) upstream.leave();
  }

  /**
   * A link has opened, and does not count yet, or somebody answers at a door. Where all others were silent most likely the
   * network was away, and whoever could not be reached can be now.
   */
  opened(nowMs: number): void {
    if (this.#hasMet && this.#isCutOff(nowMs)) {
      this.#backMs = nowMs;
      this.parts.membership.forgive();
    }
    this.#hasMet ||= this.parts.neighbours.size > 0;
  }

  /**
   * A neighbour says something, or is one from now on. After a silence of all of them none is to blame for what came to nothing
   * meanwhile; whoever stays silent may be gone.
   */
  heard({ peerId, heardMs, sinceMs }: Neighbour, nowMs: number): void {
    if (nowMs - this.#heardMs > SOURCE_SILENT_MS) this.#backMs = nowMs;
    this.#heardMs = nowMs;
    const isNew = sinceMs === nowMs && nowMs - this.#backMs < WAKING_MS;
    if (heardMs < this.#backMs || isNew) this.parts.upstream.forgive(peerId);
  }

  /** A link has closed, and still counts. */
  closed(nowMs: number): void {
    if (nowMs - this.#wokeMs < WAKING_MS || this.#isCutOff(nowMs)) this.parts.membership.forgive();
  }

  #isCutOff(nowMs: number): boolean {
    return [...this.parts.neighbours.values()].every(({ heardMs }) => nowMs - heardMs > SOURCE_SILENT_MS);
  }
}
