import type { Member, PeerId } from '../messages.ts';
import { queuedBytes } from './held-back.ts';
import { NEVER_MS, QUIET_SOURCE_MS } from './limits.ts';
import type { Parts } from './parts.ts';

/** With media that needs so long to leave a host lets nobody in, ms (chosen: their calls go the same way). */
const BEHIND_MS = 250;
/** With fewer neighbours who are there one may find no way to a lost stripe (chosen). */
const FEW_LINKS = 3;

/**
 * The door's answer to those who wait at it, as many as may come now: the host itself, and some of those that are here
 * already. At the doors of members nobody waits for more than to be let in.
 */
export function introduceWaiting(parts: Parts, self: PeerId, viewers: number, nowMs: number): void {
  const { door, membership, lastWord, free, host, send } = parts;
  for (const newcomer of door.waiting(viewers, host && isBehind(parts, nowMs), nowMs)) {
    if (!door.introduces) continue;
    const itself: Member = { peerId: self, free: free(), depth: host ? 0 : 1, door: host };
    send(newcomer, { type: 'members', members: [itself, ...membership.introductions(newcomer, nowMs)] });
    if (lastWord.header) send(newcomer, { type: 'end', header: lastWord.header });
  }
}

/** A viewer whom the show does not reach goes back to the host's door, and calls for anyone as it knocks. */
export function knockIfLost(
  { membership, upstream, lastWord, store, door }: Parts,
  viewers: number,
  nowMs: number,
): void {
  const live = membership.liveNeighbours(nowMs);
  // With hardly anybody left who could help, a part of the show that stays away is a reason to, unless nobody else is here.
  const wantMs = live < Math.min(FEW_LINKS, viewers) ? (upstream.lackingSinceMs ?? nowMs) : nowMs;
  // Where all fall silent at once nobody is left to ask: the show need not be missed first.
  const isAlone = membership.liveNeighbours(nowMs, QUIET_SOURCE_MS) === 0;
  const isOver = lastWord.header !== null;
  const showMs = isAlone ? NEVER_MS : Math.min(store.newestMs, wantMs);
  const heardMs = isOver ? membership.hostHeardMs : showMs;
  if (door.tend(live, viewers, heardMs, nowMs, isOver)) membership.callAhead();
}

function isBehind({ outbox, neighbours, uplink }: Parts, nowMs: number): boolean {
  return ((outbox.waitingBytes + queuedBytes(neighbours, nowMs)) * 8_000) / uplink.capacityBps > BEHIND_MS;
}
