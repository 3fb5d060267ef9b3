import type { ChunkHeader } from '../core/chunk.ts';
import type { Input } from '../core/mesh/mesh-io.ts';
import { ANYONE, type Message, type PeerId } from '../core/messages.ts';
import { Callers } from './callers.ts';
import type { Clock } from './clock.ts';
import type { Hello, PeerChannel, PeerChannelEvents } from './peer-channel.ts';
import { type Channel, type ChannelListener, type Door, type Doors, type DoorState, KEEPER } from './transport.ts';

export interface DoorDeskContext {
  readonly doors: Doors;
  readonly clock: Clock;
  readonly host: boolean;
  channel(on: PeerChannelEvents): PeerChannel;
  /** Whether the host has signed it; null while the host's key is not known. */
  isSigned(header: ChunkHeader): Promise<boolean | null>;
  take(input: Input): void;
  /** How the broker is doing, as far as it concerns the person: for a host its own door, for a viewer the host's. */
  onState(state: DoorState): void;
  /** Nobody answered at the host's door. */
  onNobody(): void;
}

/** So often in vain at the host's door, the next time also at that of whoever has kept the show (chosen: a host that reloads is back). */
const IN_VAIN = 2;

/** Somebody at this page's door, or a door at which this page stands. */
interface Visit {
  readonly channel: PeerChannel;
  readonly visitor: boolean;
}

/** All that happens at doors: this page's own, and those at which it knocks. The mesh decides when. */
export class DoorDesk {
  readonly #visits = new Map<PeerId, Visit>();
  readonly #callers: Callers;
  /** Knocks that the mesh has not let go of. */
  readonly #knocks = new Set<PeerChannel>();
  /** The latest knocks at doors whose holder is not known: what is for `ANYONE` goes along with them. */
  readonly #open = new Map<Door, PeerChannel>();
  /** Knocks at the host's door, one after the other, to which nobody answered. */
  #inVain = 0;
  #door: { close(): void } | null = null;
  #kept: { close(): void } | null = null;
  #held = false;

  constructor(private readonly context: DoorDeskContext) {
    this.#callers = new Callers(context.clock);
  }

  /** Holds this page's own door from now on. */
  hold(): void {
    this.#door ??= this.context.doors.hold(
      (channel, registeredAs) => this.#welcome(channel, registeredAs),
      (state) => {
        if (this.context.host) this.context.onState(state);
        else this.#hold(state === 'open' || state === 'fallback');
      },
    );
  }

  /** Lets people into a show that is over, from now on, unless somebody else does. */
  keep(): void {
    this.#kept ??= this.context.doors.keep(
      (channel, registeredAs) => this.#welcome(channel, registeredAs),
      (state) => this.context.take({ type: 'door-kept', kept: state === 'open' || state === 'fallback' }),
    );
  }

  /** Asks to be let in: at that member's door, or the host's (null). What is sent to the member goes out at once. */
  knock(door: PeerId | null): void {
    this.#knockAt(door);
    if (door === null && this.#inVain >= IN_VAIN) this.#knockAt(KEEPER);
  }

  #knockAt(door: Door): void {
    const member = door === KEEPER ? null : door;
    let letIn = false;
    const channel: PeerChannel = this.context.channel({
      onHello: ({ peerId }) => {
        // Whoever answers in the host's place takes nobody's name.
        if (member === null ? this.#visits.has(peerId) : member !== peerId) return false;
        letIn = true;
        this.#inVain = 0;
        this.#enter(peerId, { channel, visitor: false });
        this.context.take({ type: 'door-open', peerId, visitor: false });
        return true;
      },
      onMessage: (message) => void this.#heard(channel, message),
      onRubbish: () => undefined, // anyone may call himself anything here: no neighbour answers for it
      onDrained: () => undefined,
      onClose: () => {
        this.#knocks.delete(channel);
        this.#leave(channel, letIn, member ?? channel.peerId);
        if (letIn || door !== null) return;
        this.#inVain += 1;
        this.context.take({ type: 'door-failed' });
        this.context.onNobody();
      },
    });
    const onState = (state: DoorState): void => {
      if (door === null) this.context.onState(state);
    };
    channel.carry(this.context.doors.knock(door, channel.listener, onState));
    this.#knocks.add(channel);
    if (member === null) this.#open.set(door, channel);
    else this.#enter(member, { channel, visitor: false });
    channel.greet();
  }

  /** Knocking is over for now. */
  rest(): void {
    for (const channel of this.#knocks) channel.close();
    this.context.doors.rest();
  }

  showOut(peerId: PeerId): void {
    this.#visits.get(peerId)?.channel.close();
  }

  send(to: PeerId, message: Message): void {
    if (to !== ANYONE) this.#visits.get(to)?.channel.send(message);
    else for (const channel of this.#open.values()) channel.send(message);
  }

  close(): void {
    this.#door?.close();
    this.#kept?.close();
    for (const channel of this.#knocks) channel.close();
    this.context.doors.close();
  }

  #hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.context.take({ type: 'door-held', held });
  }

  /** Lets a newcomer in. */
  #welcome(carrier: Channel, registeredAs: PeerId | null): ChannelListener {
    let letIn = false;
    const channel: PeerChannel = this.context.channel({
      onHello: ({ peerId }) => {
        if (!this.#mayCallItself(peerId, registeredAs)) return false;
        letIn = true;
        this.#enter(peerId, { channel, visitor: true });
        this.context.take({ type: 'door-open', peerId, visitor: true });
        return true;
      },
      onMessage: (message) => void this.#heard(channel, message),
      onRubbish: () => undefined,
      onDrained: () => undefined,
      onClose: () => {
        this.#leave(channel, letIn, channel.peerId);
      },
    });
    channel.carry(carrier);
    this.#callers.admit(channel);
    channel.greet();
    return channel.listener;
  }

  /** The broker gives a name to one page only. Without that word for it, nobody takes a name that is in use here. */
  #mayCallItself(peerId: Hello['peerId'], registeredAs: PeerId | null): boolean {
    return registeredAs === null ? !this.#visits.has(peerId) : registeredAs === peerId;
  }

  #enter(peerId: PeerId, visit: Visit): void {
    const former = this.#visits.get(peerId);
    this.#visits.set(peerId, visit);
    // Two may stand at each other's doors: closing the call would be a goodbye to a visit that has just begun.
    if (former && former.channel !== visit.channel && former.visitor === visit.visitor) former.channel.close();
  }

  #leave(channel: PeerChannel, wasIn: boolean, peerId: PeerId | null): void {
    if (peerId === null || this.#visits.get(peerId)?.channel !== channel) return;
    this.#visits.delete(peerId);
    if (wasIn) this.context.take({ type: 'door-closed', peerId });
  }

  async #heard(channel: PeerChannel, message: Message): Promise<void> {
    const { peerId } = channel;
    if (peerId === null) return;
    if (message.type === 'end' && (await this.context.isSigned(message.header)) !== true) channel.close();
    else this.context.take({ type: 'door-message', from: peerId, message });
  }
}
