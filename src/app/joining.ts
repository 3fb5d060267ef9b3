import type { PersonId } from '../core/room/entry.ts';
import type { RoomView } from './room-view.ts';

/** The history of the room is here by then, ms after the first connection (chosen: a newcomer is up to date in two seconds). */
const SETTLE_MS = 3_000;
/** Who comes back within this, after a reload for instance, has not been away, ms (chosen). */
const AWAY_MS = 600_000;

/** Whether to tell the others that this person has come: once a page, in a small room, by a chosen name. */
export class Joining {
  #connectedMs: number | null = null;
  #isOver = false;

  constructor(private readonly self: PersonId) {}

  /** @returns true once at most */
  isDue({ links, name, isSmall, state }: RoomView, nowMs: number, hostMs: number): boolean {
    if (this.#isOver || links === 0) return false;
    this.#connectedMs ??= nowMs;
    if (nowMs - this.#connectedMs < SETTLE_MS) return false;
    // Whoever chooses a name later says something at that moment.
    this.#isOver = true;
    const last = state.joins.find(({ person }) => person === this.self);
    return isSmall && name !== '' && !(last && hostMs - last.atMs < AWAY_MS);
  }
}
