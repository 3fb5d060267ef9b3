import type { PeerId } from '../messages.ts';
import { QUIET_MS } from './limits.ts';
import type { Effect } from './mesh-io.ts';

/** With so many links a newcomer needs the door no longer (chosen). */
const ENOUGH_LINKS = 3;
/** A door is left after this at the latest once there is a link, ms; a host closes one that stays open longer. */
const VISIT_MS = 5_000;
const HOST_VISIT_MS = 20_000;
/** A host says each second who is here to those at its door; where nobody else is heard either its page is gone after this, ms (chosen). */
const UNHEARD_MS = 2_500;
/** A visitor who is still there hears so often who has come since, ms (chosen: in a rush all places are taken at first). */
const INTRODUCE_MS = 1_000;
const NEVER = Number.NEGATIVE_INFINITY;
/** Newcomers let in a second when nobody is there yet (chosen: with more their calls take a host's uplink). */
const LEAST_RATE = 20;
/** So many times those who are there may come in a second (chosen: each brings room for some). */
const RATE_SHARE = 4;
/** Visitors who hear again who is there, at each look (chosen). */
const MAX_AGAIN = 10;
/** Messages of one visitor that are read (chosen: setting up four links takes about 50). */
const MAX_VISIT_MESSAGES = 200;
/**
 * Pause before knocking again: doubles from the first to the last, with chance in it, ms (chosen). The last one is
 * longer the more there are to knock: in a crowd the first who gets in brings the show to the others.
 */
const FIRST_PAUSE_MS = 700;
const LAST_PAUSE_MS = 4_000;
const SMALL_ROOM_PAUSE_MS = 800;
const PAUSE_OF_EACH_MS = 15;
/** After the end it may begin anew: all together look once a second, and a few less often than this, ms (chosen). */
const AFTER_END_PAUSE_MS = 5_000;
const AFTER_END_PAUSE_OF_EACH_MS = 1_000;
/**
 * Doors of viewers at the broker, in the whole show (chosen: brokers take 5,000 clients unless set otherwise, and
 * newcomers need room there as well).
 * @see https://github.com/peers/peerjs-server `concurrent_limit`
 */
const MAX_DOORS = 3_000;

/** Somebody at the door, or the door that this peer stands at. */
interface Visit {
  readonly sinceMs: number;
  /** Somebody at this peer's door; else this peer stands at another's. */
  readonly visitor: boolean;
  introducedMs: number;
  /** When something was heard there last, ms; null: nothing yet, as in a rush. */
  heardMs: number | null;
  messages: number;
}

/** Knows when to knock at the host's door and when to let go of it, and who holds a door besides the host. */
export class DoorCare {
  readonly #open = new Map<PeerId, Visit>();
  /** Visitors who may be let in now. */
  #allowance = LEAST_RATE;
  #allowanceMs = NEVER;
  #knocking = false;
  #pauseMs = FIRST_PAUSE_MS;
  #lastPauseMs = SMALL_ROOM_PAUSE_MS;
  #nextMs = Number.NEGATIVE_INFINITY;
  #resting = true;
  #asked = false;
  #wasOver = false;
  /** Whether this viewer holds a door of its own. */
  held = false;
  /** Whoever comes to this peer's door knows nobody: it is the host's, or that of a show that is over. */
  introduces: boolean;

  constructor(
    private readonly host: boolean,
    private readonly random: () => number,
    private readonly emit: (effect: Effect) => void,
  ) {
    this.introduces = host;
  }

  has(peerId: PeerId): boolean {
    return this.#open.has(peerId);
  }

  /** Whether that visitor knew nobody, and has been told who is here. */
  hasLetIn(peerId: PeerId): boolean {
    const visit = this.#open.get(peerId);
    return this.introduces && visit?.visitor === true && visit.introducedMs !== NEVER;
  }

  opened(peerId: PeerId, visitor: boolean, nowMs: number): void {
    this.#open.set(peerId, { sinceMs: nowMs, visitor, introducedMs: NEVER, heardMs: null, messages: 0 });
    if (!visitor) this.#knocking = false;
  }

  /** A viewer that passes on and has the show may hold a door, so that the crowd lets in the crowd. Drawn once. */
  offer(links: number, viewers: number): void {
    if (this.#asked || links === 0) return;
    this.#asked = true;
    if (this.random() * viewers < MAX_DOORS) this.emit({ type: 'hold-door' });
  }

  /** Counts a message; false when there is no such visit, or it talks too much. */
  hears(peerId: PeerId, nowMs: number): boolean {
    const visit = this.#open.get(peerId);
    if (visit) {
      visit.messages += 1;
      visit.heardMs = nowMs;
    }
    return visit !== undefined && (!visit.visitor || visit.messages <= MAX_VISIT_MESSAGES);
  }

  closed(peerId: PeerId, nowMs: number): void {
    const visit = this.#open.get(peerId);
    this.#open.delete(peerId);
    if (visit?.visitor === false) this.#pause(nowMs);
  }

  failed(nowMs: number): void {
    this.#pause(nowMs);
  }

  /**
   * Visitors who are to be introduced now, in the order in which they came; those who stay too long are shown out. In a
   * second no more are let in than those who are there can take, and nobody while this peer's line is behind.
   */
  waiting(viewers: number, isBehind: boolean, nowMs: number): PeerId[] {
    const rate = Math.max(LEAST_RATE, RATE_SHARE * viewers);
    const grown = (rate * Math.min(1_000, nowMs - this.#allowanceMs)) / 1_000;
    this.#allowance = Math.min(rate, this.#allowance + grown);
    this.#allowanceMs = nowMs;
    const waiting: PeerId[] = [];
    let again = 0;
    for (const [peerId, visit] of this.#open) {
      if (!visit.visitor || nowMs - visit.introducedMs < INTRODUCE_MS) continue;
      if (nowMs - visit.sinceMs > HOST_VISIT_MS) {
        this.emit({ type: 'show-out', peerId });
        continue;
      }
      if (visit.introducedMs === NEVER) {
        if (isBehind || this.#allowance < 1) continue;
        this.#allowance -= 1;
      } else if (++again > MAX_AGAIN) continue;
      visit.introducedMs = nowMs;
      waiting.push(peerId);
    }
    return waiting;
  }

  /**
   * @param mediaMs when the show was last heard of
   * @param isOver the host said so
   * @returns whether it knocks now
   */
  tend(links: number, viewers: number, mediaMs: number, nowMs: number, isOver = false): boolean {
    if (this.host) return false;
    this.#lastPauseMs = isOver
      ? AFTER_END_PAUSE_MS + viewers * AFTER_END_PAUSE_OF_EACH_MS
      : Math.min(LAST_PAUSE_MS, SMALL_ROOM_PAUSE_MS + viewers * PAUSE_OF_EACH_MS);
    if (isOver) this.#pauseMs = this.#lastPauseMs;
    if (isOver && !this.#wasOver) this.#pause(nowMs);
    this.#wasOver = isOver;
    const quiet = nowMs - mediaMs > QUIET_MS;
    let openMs = Number.POSITIVE_INFINITY;
    let unheardMs = Number.POSITIVE_INFINITY;
    for (const { visitor, sinceMs, heardMs } of this.#open.values()) {
      if (visitor) continue;
      openMs = Math.min(openMs, sinceMs);
      unheardMs = Math.min(unheardMs, nowMs - (heardMs ?? nowMs));
    }
    const outside = openMs === Number.POSITIVE_INFINITY;
    const knocks = quiet && outside && !this.#knocking && nowMs >= this.#nextMs;
    if (knocks) {
      this.#knocking = true;
      this.#resting = false;
      this.emit({ type: 'knock', door: null });
    }
    const settled = links >= ENOUGH_LINKS || (links > 0 && nowMs - openMs > VISIT_MS);
    const isGone = !outside && quiet && links === 0 && unheardMs > UNHEARD_MS;
    const stale = nowMs - openMs > HOST_VISIT_MS || isGone;
    if (!this.#resting && ((!quiet && settled) || stale)) {
      this.#resting = true;
      this.#knocking = false;
      this.#pauseMs = FIRST_PAUSE_MS;
      this.emit({ type: 'rest' });
    }
    return knocks;
  }

  #pause(nowMs: number): void {
    this.#knocking = false;
    this.#nextMs = nowMs + this.#pauseMs * (0.5 + this.random());
    this.#pauseMs = Math.min(this.#lastPauseMs, this.#pauseMs * 2);
  }
}
