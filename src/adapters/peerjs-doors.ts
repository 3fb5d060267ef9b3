import type { Door, Doors, OpenDoors } from '../app/transport.ts';
import { isPeerId, type PeerId } from '../core/messages.ts';
import { HeldDoor } from './door/held-door.ts';
import { Knocking } from './door/knocking.ts';
import { Registrations } from './door/registrations.ts';
import type { Broker } from './site-config.ts';

/** A door's name at the brokers: the host's goes by the stream alone. */
const doorName = (streamId: string, door: Door): string =>
  door === null ? `passaparola-${streamId}` : `passaparola-${streamId}-${door}`;

/** Whose door goes by that name; null when it is nobody's. */
function holderOf(name: string, streamId: string): PeerId | null {
  const peerId = name.slice(-16);
  return isPeerId(peerId) && name === doorName(streamId, peerId) ? peerId : null;
}

/** Chosen: newcomers stand before the host's door while its broker is away. A viewer's door is one of many. */
const LONGEST_PAUSE_MS = { host: 5_000, viewer: 30_000 };

/**
 * Doors at the site's PeerJS brokers.
 * @param random from 0 up to 1, spreads retries over time
 */
export function openDoors(brokers: readonly Broker[], random: () => number = Math.random): OpenDoors {
  return ({ streamId, peerId, host }): Doors => {
    const registrations = new Registrations(brokers, doorName(streamId, host ? null : peerId));
    const keeping = new Registrations(brokers, doorName(streamId, 'keeper'));
    return {
      get lettersDropped() {
        return registrations.dropped + keeping.dropped;
      },
      hold: (onVisitor, onState) =>
        new HeldDoor(
          registrations,
          (visit, from) => onVisitor(visit, holderOf(from, streamId)),
          onState,
          LONGEST_PAUSE_MS[host ? 'host' : 'viewer'],
          random,
        ),
      keep: (onVisitor, onState) =>
        new HeldDoor(
          keeping,
          (visit, from) => onVisitor(visit, holderOf(from, streamId)),
          onState,
          LONGEST_PAUSE_MS.viewer,
          random,
        ),
      knock: (door, listener, onState) => new Knocking(registrations, doorName(streamId, door), listener, onState),
      rest: () => registrations.rest(),
      close: () => {
        registrations.close();
        keeping.close();
      },
    };
  };
}
