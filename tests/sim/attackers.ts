import type { Message, PeerId } from '../../src/core/messages.ts';
import type { AttackKind } from './scenario.ts';
import { later } from './model/event-wheel.ts';
import { forge } from './model/forgery.ts';
import type { SimPeer } from './model/sim-peer.ts';

/** A flooder sends so many messages at once, so often, ms: a thousand a second to each neighbour. */
const FLOOD_MESSAGES = 50;
const FLOOD_MS = 50;
/** What a liar says that it has. */
const BOAST = 50;

/**
 * Turns an honest peer into an attacker. It keeps to the protocol but for one thing:
 * `pollute` passes on other bytes than it got; `freeride` takes and gives nothing; `lie` promises everything and sends
 * no piece; `flood` talks without end; `eclipse` lies as well and names only its accomplices.
 */
export function corrupt(peer: SimPeer, kind: AttackKind, accomplices: ReadonlySet<SimPeer>): void {
  switch (kind) {
    case 'pollute':
      peer.tamper = (message) => (message.type === 'piece' ? forge(message) : message);
      return;
    case 'freeride':
      // To others it looks like one that relays, and is always full.
      peer.saysItRelays = true;
      peer.take({ type: 'limits', uplinkBps: null, relays: false });
      return;
    case 'lie':
      peer.tamper = boast;
      return;
    case 'flood':
      peer.world.wheel.at(
        peer.world.nowMs + FLOOD_MS,
        later(() => {
          flood(peer);
        }),
        0,
        null,
      );
      return;
    case 'eclipse':
      peer.tamper = (message) =>
        message.type === 'members' ? { ...message, members: praise(accomplices, peer) } : boast(message);
      return;
  }
}

function boast(message: Message): Message | null {
  if (message.type === 'piece' || message.type === 'lack') return null;
  if (message.type === 'refused') return { type: 'subscribed', stripe: message.stripe };
  if (message.type === 'subscribe') return { ...message, spare: BOAST };
  return message.type === 'status' ? { ...message, depths: [1, 1, 1, 1], free: BOAST } : message;
}

function praise(accomplices: ReadonlySet<SimPeer>, self: SimPeer) {
  const others = [...accomplices].filter((peer) => peer !== self && peer.alive).slice(0, 8);
  return others.map(({ peerId }) => ({ peerId, free: BOAST, depth: 1, door: true }));
}

function flood(peer: SimPeer): void {
  if (!peer.alive) return;
  const said: Message = { type: 'members', members: [] };
  const to: PeerId[] = [...peer.mesh.neighbours.keys()];
  for (let count = 0; count < FLOOD_MESSAGES; count++) for (const peerId of to) peer.send(peerId, said);
  peer.world.wheel.at(
    peer.world.nowMs + FLOOD_MS,
    later(() => {
      flood(peer);
    }),
    0,
    null,
  );
}
