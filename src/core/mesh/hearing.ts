import { ANYONE, type Message } from '../messages.ts';
import { MAX_SIGNALS_PER_SECOND } from './limits.ts';
import type { Input } from './mesh-io.ts';
import type { Neighbour } from './neighbour.ts';
import type { Parts } from './parts.ts';
import type { Waking } from './waking.ts';

/** What concerns one part only; the rest concerns the mesh as a whole. */
type PartMessage = Exclude<Message, { type: 'hello' | 'status' | 'piece' | 'end' | 'room' | 'past' | 'bye' }>;

/** What happens to doors, whatever is said there. */
type DoorInput = Extract<Input, { type: 'door-open' | 'door-held' | 'door-kept' | 'door-closed' | 'door-failed' }>;

/** Tells who has to know of it that a door has opened or closed: this peer's own, or one at which it stands. */
export function doorChanged(parts: Parts, waking: Waking, input: DoorInput, nowMs: number): void {
  const { door, heads, membership } = parts;
  switch (input.type) {
    case 'door-open':
      heads.arrived(input.peerId);
      door.opened(input.peerId, input.visitor, nowMs);
      if (input.visitor) return;
      membership.callHeard(nowMs);
      waking.opened(nowMs);
      return;
    case 'door-held':
      door.held = input.held;
      return;
    case 'door-kept':
      door.introduces = input.kept;
      return;
    case 'door-closed':
      door.closed(input.peerId, nowMs);
      return;
    case 'door-failed':
      door.failed(nowMs);
      membership.failed(ANYONE, nowMs);
      return;
  }
}

/** Hands what a neighbour says to the part that it concerns. */
export function hear(parts: Parts, neighbour: Neighbour, message: PartMessage, nowMs: number): void {
  const { peerId: from } = neighbour;
  switch (message.type) {
    case 'members':
      parts.membership.heard(from, message.members, nowMs);
      return;
    case 'ping':
      parts.presence.answer(neighbour, message, nowMs);
      return;
    case 'pong':
      parts.presence.answered(neighbour, message, nowMs);
      return;
    case 'subscribe':
      parts.relay.subscribe(neighbour, message, nowMs);
      return;
    case 'unsubscribe':
      parts.relay.unsubscribe(from, message.stripe);
      parts.roots.left(from, nowMs);
      return;
    case 'subscribed':
      parts.upstream.subscribed(from, message.stripe, nowMs);
      return;
    case 'refused':
      neighbour.status = { ...neighbour.status, free: message.free };
      parts.upstream.refused(from, message.stripe, message.instead, nowMs);
      return;
    case 'want':
      parts.relay.serve(neighbour, message.chunk, message.indices, nowMs);
      return;
    case 'begin':
      parts.relay.begin(neighbour, message.stripes, nowMs);
      return;
    case 'lack':
      if (message.indices.length === 0 && parts.headStart.declined(from)) parts.repair.forgo(from);
      else parts.repair.lacks(neighbour, message.chunk, message.indices, nowMs);
      return;
    case 'signal':
      if (neighbour.within('signal', MAX_SIGNALS_PER_SECOND, nowMs)) parts.membership.received(from, message, nowMs);
      return;
    case 'shun':
      neighbour.shun(message.peerId, nowMs);
      return;
    case 'census':
      parts.census.asked(from, message.round, nowMs);
      return;
    case 'report':
      parts.census.reported(neighbour, message, nowMs);
      return;
  }
}
