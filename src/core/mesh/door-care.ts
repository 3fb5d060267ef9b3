import type { PeerId } from '../wire.ts';
import type { Effect } from './mesh-io.ts';

/** With so many links a newcomer needs the door no longer (chosen). */
const ENOUGH_LINKS = 3;
/** A door is left after this at the latest once there is a link, ms; a host closes one that stays open longer. */
const VISIT_MS = 5_000;
const HOST_VISIT_MS = 20_000;
/** Pause before knocking again: doubles from the first to the last, with chance in it, ms (chosen). */
const FIRST_PAUSE_MS = 700;
const LAST_PAUSE_MS = 4_000;
/** Without media for so long the host may have come back under another connection: knock, ms (chosen). */
const QUIET_MS = 1_500;

/** Knows when to knock at the host's door, and when to let go of it. */
export class DoorCare {
  readonly #open = new Map<PeerId, number>();
  #knocking = false;
  #pauseMs = FIRST_PAUSE_MS;
  #nextMs = Number.NEGATIVE_INFINITY;
  #resting = true;

  constructor(
    private readonly host: boolean,
    private readonly random: () => number,
    private readonly emit: (effect: Effect) => void,
  ) {}

  has(peerId: PeerId): boolean {
    return this.#open.has(peerId);
  }

  opened(peerId: PeerId, nowMs: number): void {
    this.#open.set(peerId, nowMs);
    this.#knocking = false;
  }

  closed(peerId: PeerId, nowMs: number): void {
    this.#open.delete(peerId);
    this.#pause(nowMs);
  }

  failed(nowMs: number): void {
    this.#pause(nowMs);
  }

  /** @param mediaMs when the show was last heard of */
  tend(links: number, mediaMs: number, nowMs: number): void {
    if (this.host) return;
    const quiet = nowMs - mediaMs > QUIET_MS;
    if (quiet && this.#open.size === 0 && !this.#knocking && nowMs >= this.#nextMs) {
      this.#knocking = true;
      this.#resting = false;
      this.emit({ type: 'knock' });
    }
    const openMs = Math.min(...this.#open.values());
    const settled = links >= ENOUGH_LINKS || (links > 0 && nowMs - openMs > VISIT_MS);
    const stale = nowMs - openMs > HOST_VISIT_MS;
    if (!this.#resting && ((!quiet && settled) || stale)) {
      this.#resting = true;
      this.#knocking = false;
      this.#pauseMs = FIRST_PAUSE_MS;
      this.emit({ type: 'rest' });
    }
  }

  #pause(nowMs: number): void {
    this.#knocking = false;
    this.#nextMs = nowMs + this.#pauseMs * (0.5 + this.random());
    this.#pauseMs = Math.min(LAST_PAUSE_MS, this.#pauseMs * 2);
  }
}
