import type { Member, PeerId } from '../messages.ts';
import { queuedBytes } from './held-back.ts';
import type { Parts } from './parts.ts';

/** With media that needs so long to leave a host lets nobody in, ms (chosen: their calls go the same way). */
const BEHIND_MS = 250;

/**
 * The door's answer to those who wait at it, as many as may come now: the host itself, and some of those that are here
 * already. At the doors of members nobody waits for more than to be let in.
 */
export function introduceWaiting(parts: Parts, self: PeerId, viewers: number, nowMs: number): void {
  const { door, membership, lastWord, free, host, send } = parts;
  for (const newcomer of door.waiting(viewers, host && isBehind(parts), nowMs)) {
    if (!door.introduces) continue;
    const itself: Member = { peerId: self, free: free(), depth: host ? 0 : 1, door: host };
    send(newcomer, { type: 'members', members: [itself, ...membership.introductions(newcomer, nowMs)] });
    if (lastWord.header) send(newcomer, { type: 'end', header: lastWord.header });
  }
}

function isBehind({ outbox, neighbours, uplink }: Parts): boolean {
  return ((outbox.waitingBytes + queuedBytes(neighbours)) * 8_000) / uplink.capacityBps > BEHIND_MS;
}
