import type { Doors } from '../app/transport.ts';
import { BrokerPeer } from './door/broker-peer.ts';
import { HeldDoor } from './door/held-door.ts';
import { Knocking } from './door/knocking.ts';
import type { SiteConfig } from './site-config.ts';

/** The name of a stream's door at a broker. */
const doorId = (streamId: string): string => `passaparola-${streamId}`;

/** 128 random bits in hexadecimal: nobody else has this id, and nobody guesses this token. */
function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Doors at the site's PeerJS brokers.
 * @param random from 0 up to 1, spreads retries over time
 */
export function createDoors(
  { brokers, iceServers }: Pick<SiteConfig, 'brokers' | 'iceServers'>,
  random: () => number = Math.random,
): Doors {
  /** Registrations for knocking, by broker, shared by all knocks until `rest`. */
  const knockers = new Map<number, Promise<BrokerPeer | null>>();

  async function register(index: number): Promise<BrokerPeer | null> {
    const broker = brokers[index];
    if (!broker) return null;
    // An id of our own saves asking the broker for one.
    const registration = { id: randomName(), token: randomName(), iceServers, onKnock: null };
    const answer = await BrokerPeer.open(broker, registration);
    return answer.state === 'open' ? answer.peer : null;
  }

  function knockerAt(index: number): Promise<BrokerPeer | null> {
    const known = knockers.get(index);
    if (known) return known;
    const knocker = register(index);
    knockers.set(index, knocker);
    void knocker
      .then((peer) => peer?.lost)
      .then(() => {
        if (knockers.get(index) === knocker) knockers.delete(index);
      });
    return knocker;
  }

  return {
    hold: (streamId, onKnock, onState) =>
      new HeldDoor(brokers, { id: doorId(streamId), token: randomName(), iceServers, onKnock }, onState, random),
    knock: (streamId, listener, onState) =>
      new Knocking(brokers.length, knockerAt, doorId(streamId), listener, onState),
    rest: () => {
      for (const knocker of knockers.values()) void knocker.then((peer) => peer?.retire());
      knockers.clear();
    },
  };
}
