import type {
  Channel,
  ChannelListener,
  Door,
  DoorOwner,
  Doors,
  Link,
  LinkListener,
  OpenLink,
} from '../../src/app/transport.ts';

/** One end of a pipe in memory: what it sends arrives in order, in a later task, and is never queued. */
class End implements Channel {
  readonly queuedBytes = 0;
  listener: ChannelListener | null = null;
  other: End | null = null;
  #closed = false;

  send(bytes: Uint8Array): boolean {
    if (this.#closed || !this.other) return false;
    const copy = bytes.slice();
    const { other } = this;
    setImmediate(() => {
      if (!other.#closed) other.listener?.onMessage(copy);
    });
    return true;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    setImmediate(() => {
      this.listener?.onClose();
      this.other?.close();
    });
  }
}

function join(one: End, other: End): void {
  [one.other, other.other] = [other, one];
}

/**
 * Doors and links of pages in one process. Unlike a broker's and WebRTC's they open at once, lose nothing, have no limit and
 * no address in between: what is tested over them is what pages say to each other.
 */
export class MemoryTransport {
  readonly #doors = new Map<Door, Parameters<Doors['hold']>[0]>();
  readonly #ends = new Map<string, { readonly end: End; readonly listener: LinkListener }>();

  readonly openDoors = ({ peerId, host }: DoorOwner): Doors => ({
    lettersDropped: 0,
    hold: (onVisitor, onState) => {
      this.#doors.set(host ? null : peerId, onVisitor);
      onState('open');
      return { close: () => this.#doors.delete(host ? null : peerId) };
    },
    keep: (onVisitor, onState) => {
      if (!this.#doors.has('keeper')) this.#doors.set('keeper', onVisitor);
      onState('open');
      return { close: () => this.#doors.delete('keeper') };
    },
    knock: (door, listener, onState) => {
      const [visitor, keeper] = [new End(), new End()];
      visitor.listener = listener;
      join(visitor, keeper);
      setImmediate(() => {
        onState('open');
        const welcome = this.#doors.get(door);
        if (!welcome) {
          visitor.close();
          return;
        }
        keeper.listener = welcome(keeper, peerId);
        listener.onOpen();
      });
      return visitor;
    },
    rest: () => undefined,
    close: () => undefined,
  });

  readonly openLink: OpenLink = (initiator, listener): Link => {
    const end = new End();
    end.listener = listener;
    const name = String(this.#ends.size);
    this.#ends.set(name, { end, listener });
    const say = (): NodeJS.Immediate =>
      setImmediate(() => listener.onSignal(`${initiator ? 'offer' : 'answer'} ${name}`));
    if (initiator) say();
    return Object.assign(end, {
      signal: (data: string) => {
        const from = this.#ends.get(data.slice(data.indexOf(' ') + 1));
        if (!from || end.other) return;
        if (!initiator) {
          say();
          return;
        }
        join(end, from.end);
        for (const one of [from.listener, listener]) setImmediate(() => one.onOpen());
      },
    });
  };
}
