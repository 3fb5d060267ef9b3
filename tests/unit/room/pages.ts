import type { Clock } from '../../../src/app/clock.ts';
import type { MeshNode } from '../../../src/app/mesh-node.ts';
import { Room } from '../../../src/app/room.ts';
import type { Carrier, CarrierListener } from '../../../src/app/room-carrier.ts';
import type { PeopleList } from '../../../src/app/room-view.ts';
import type { PeerId } from '../../../src/core/messages.ts';
import type { EntryPlace, PersonId } from '../../../src/core/room/entry.ts';
import type { RawUpdate } from '../../../src/core/room/filter.ts';
import { listOf } from '../../../src/core/room/filter.ts';
import { encodeRoomMessage, type RoomMessage } from '../../../src/core/room/room-wire.ts';
import type { PlacedEntry } from '../../../src/core/room/update-wire.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { hash, STREAM, Writer } from './people.ts';

/** Entries in a part of an answer: about what 48 KiB hold. */
const PART = 200;

/** A decoded update with these entries, as the filter wants it. */
export function rawUpdate(entries: readonly PlacedEntry[]): RawUpdate {
  const structs = entries.map(({ client, clock, encoded }) => {
    const origin: EntryPlace | null = clock === 0 ? null : { client, clock: clock - 1 };
    const list = clock === 0 ? listOf(client) : null;
    return { client, clock, binary: encoded, origin, hasRightOrigin: false, list, hasKey: false };
  });
  return { structs, deletes: false };
}

/** A list of people that lasts as long as the test, unlike the one of a device. */
class Remembered implements PeopleList {
  readonly #people = new Set<PersonId>();
  has = (person: PersonId): boolean => this.#people.has(person);
  all = (): readonly PersonId[] => [...this.#people];
  set(person: PersonId, on: boolean): void {
    if (on) this.#people.add(person);
    else this.#people.delete(person);
  }
}

/**
 * Rooms of several pages in virtual time. Unlike in browsers, connections open at once, every message arrives and every
 * signature holds; what the filter, the gate and the plan of links do is the real thing.
 */
export class Pages {
  readonly clock = new VirtualClock(1_700_000_000_000);
  readonly rooms = new Map<PeerId, Room>();
  /** Who cut off whom. */
  readonly cutOff: string[] = [];
  readonly people = new Map<PeerId, Writer>();
  /** What pages that are opened from now on take the host's clock for, beyond what it is. */
  readonly offsetsMs = new Map<PeerId, number>();
  /** What each page counts in the mesh. */
  viewers = 2;
  readonly #listeners = new Map<PeerId, CarrierListener>();
  readonly #entries = new Map<PeerId, PlacedEntry[]>();
  readonly #links = new Map<PeerId, Set<PeerId>>();
  readonly #neighbours = new Map<PeerId, Map<PeerId, object>>();

  constructor(readonly host: Writer) {}

  open(name: PeerId, writer = new Writer(), host = false, called = ''): Room {
    this.people.set(name, writer);
    this.#neighbours.set(name, new Map());
    this.#entries.set(name, []);
    this.#links.set(name, new Set());
    const node = {
      hostKey: this.host.signer.publicKey,
      mesh: {
        neighbours: this.#neighbours.get(name),
        clock: { offsetMs: this.offsetsMs.get(name) ?? 0 },
        viewers: this.viewers,
      },
      say: (to: PeerId, data: Uint8Array) => this.#later(() => this.rooms.get(to)?.heard(name, data)),
      cutOff: (peerId: PeerId) => {
        this.cutOff.push(`${name} ${peerId}`);
        this.part(name, peerId);
      },
    };
    const room = new Room(
      { verification: { verify: () => Promise.resolve(true), hash }, clock: this.#clock, random: Math.random },
      {
        streamId: STREAM,
        peerId: name,
        host,
        node: node as unknown as MeshNode,
        entrance: {
          person: { signer: writer.signer, name: called, rename: () => Promise.resolve() },
          openCarrier: (_, listener) => this.#carrier(name, listener),
          smallPicture: () => Promise.reject(new Error('no pictures here')),
          ignored: new Remembered(),
          known: this.known,
        },
        onBanned: () => this.banned.push(name),
      },
    );
    this.rooms.set(name, room);
    return room;
  }

  /** Who was told, and believed, to be banned. */
  readonly banned: PeerId[] = [];

  /** Whom the hosts' device remembers. */
  readonly known = new Remembered();

  /** Makes two pages neighbours in the mesh. */
  meet(a: PeerId, b: PeerId): void {
    this.#neighbours.get(a)?.set(b, {});
    this.#neighbours.get(b)?.set(a, {});
  }

  part(a: PeerId, b: PeerId): void {
    this.#neighbours.get(a)?.delete(b);
    this.#neighbours.get(b)?.delete(a);
  }

  /** A page says something over the mesh that its room would not. */
  say(from: PeerId, to: PeerId, message: RoomMessage): void {
    this.rooms.get(to)?.heard(from, encodeRoomMessage(message));
  }

  /** As if somebody had answered. */
  give(name: PeerId, entries: readonly PlacedEntry[]): void {
    for (let at = 0; at < entries.length; at += PART) {
      this.#listeners.get(name)?.onUpdate('elsewhere', rawUpdate(entries.slice(at, at + PART)), true);
    }
  }

  areLinked(a: PeerId, b: PeerId): boolean {
    return this.#links.get(a)?.has(b) === true && this.#links.get(b)?.has(a) === true;
  }

  entries(name: PeerId): number {
    return this.rooms.get(name)?.snapshot.entries ?? 0;
  }

  /** Lets time pass; promises are kept in between. */
  async run(ms: number): Promise<void> {
    for (const endMs = this.clock.nowMs + ms; this.clock.nowMs < endMs;) {
      this.clock.run(5);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  get #clock(): Clock {
    return {
      nowMs: () => this.clock.nowMs,
      after: (ms, callback) => {
        let stopped = false;
        this.clock.after(ms, () => {
          if (!stopped) callback();
        });
        return () => (stopped = true);
      },
    };
  }

  #later(deed: () => void): void {
    this.clock.after(1, deed);
  }

  #carrier(self: PeerId, listener: CarrierListener): Carrier {
    this.#listeners.set(self, listener);
    const links = this.#links.get(self) ?? new Set();
    const own = this.#entries.get(self) ?? [];
    const send = (to: PeerId, entries: readonly PlacedEntry[], asked: boolean): void =>
      this.#later(() => {
        if (this.areLinked(self, to)) this.#listeners.get(to)?.onUpdate(self, rawUpdate(entries), asked);
      });
    const ask = (to: PeerId, whole = false): void => {
      const known = new Set((whole ? [] : own).map(({ client, clock }) => `${String(client)}:${String(clock)}`));
      const missing = (this.#entries.get(to) ?? []).filter(
        (one) => !known.has(`${String(one.client)}:${String(one.clock)}`),
      );
      for (let at = 0; at < missing.length; at += PART) {
        const part = missing.slice(at, at + PART);
        this.#later(() => {
          if (this.areLinked(self, to)) listener.onUpdate(to, rawUpdate(part), true);
        });
      }
    };
    return {
      connect: (to, initiator) => {
        links.add(to);
        if (initiator) this.#later(() => listener.onSignal(to, '{}'));
        else {
          this.#later(() => {
            for (const [one, other] of [
              [self, to],
              [to, self],
            ] as const)
              this.#listeners.get(one)?.onOpen(other);
            ask(to);
            this.#askers.get(to)?.(self);
          });
        }
        this.#askers.set(self, ask);
      },
      signal: () => undefined,
      disconnect: (to) => {
        if (!links.delete(to)) return;
        this.#later(() => {
          if (this.#links.get(to)?.delete(self) === true) this.#listeners.get(to)?.onClose(self);
        });
      },
      ask,
      add: (entries) => {
        own.push(...entries);
        for (const to of links) send(to, entries, false);
      },
      close: () => links.clear(),
    };
  }

  readonly #askers = new Map<PeerId, (to: PeerId) => void>();
}
