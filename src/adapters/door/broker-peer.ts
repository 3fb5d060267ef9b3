import { Peer, type PeerJSOption } from 'peerjs';
import type { Channel, ChannelListener } from '../../app/transport.ts';
import type { Broker } from '../site-config.ts';
import { type Letter, openLetter, sealLetter } from './letter.ts';
import { Ration } from './ration.ts';
import { Visit } from './visit.ts';

/** Who registers at a broker. */
export interface Registration {
  readonly id: string;
  /**
   * With the same token an id is free at the second try, if a connection of ours still has it that is dead but not yet
   * noticed: the broker lets the first try take its place, without a word, and frees the id when that is given up.
   */
  readonly token: string;
  /** A letter was thrown away unread: too long, malformed, or one of a flood. */
  onDropped(): void;
}

/** Takes in a visitor. @param from the broker's name for it: nobody else has that there */
export type OnVisitor = (visit: Channel, from: string) => ChannelListener;

/** How a broker answered; `taken`: somebody else has the id. */
export type BrokerAnswer = { state: 'open'; peer: BrokerPeer } | { state: 'taken' } | { state: 'unreachable' };

/** Chosen: a broker on a mobile network answers well within a second, and the next one is waiting. */
const BROKER_TIMEOUT_MS = 3000;
/** Letters read from one sender in a second (chosen: setting up six links at once takes about 60). */
const MAX_LETTERS_PER_SECOND = 150;
/** Longest name at a broker that is taken note of (chosen: ours have 55 characters). */
const MAX_NAME_CHARS = 64;

/** PeerJS' class by the part of its constructor that is documented. */
const OpenPeer: new (id: string, options: PeerJSOption) => Peer = Peer;

function newPeer(broker: Broker, { id, token }: Registration): Peer | null {
  try {
    return new OpenPeer(id, { ...broker, token });
  } catch {
    return null; // ws:// from an https page, for one
  }
}

/**
 * One registration at one broker, and the visits that it carries. Of PeerJS only the way to the broker is used: a
 * PeerServer passes on what calls itself CANDIDATE, whatever its payload, keeps it for some seconds for somebody who
 * isn't there, and then says EXPIRE. It is never reconnected: whoever needs the broker again opens a new one.
 */
export class BrokerPeer {
  /** Fulfilled when the connection to the broker is over, whoever ended it. */
  readonly lost: Promise<void>;
  /** Null turns everybody away. */
  onVisitor: OnVisitor | null = null;
  /** Own visits at others' doors, by number. */
  private readonly calls = new Map<number, Visit>();
  /** Visitors at this door, by the broker's name: one visit each. */
  private readonly visitors = new Map<string, Visit>();
  private readonly ration = new Ration(MAX_LETTERS_PER_SECOND);

  private constructor(
    private readonly peer: Peer,
    private readonly onDropped: () => void,
  ) {
    this.lost = new Promise((resolve) => {
      peer.once('disconnected', () => {
        for (const visit of this.visits) visit.end();
        resolve();
      });
    });
    // PeerJS would set up a connection for every stranger's offer, and keep what doesn't belong to one for ever.
    peer.socket.removeAllListeners('message');
    peer.socket.on('message', (message: unknown) => this.receive(message));
  }

  /** Registers. Never rejects; everything is freed unless the answer is `open`. */
  static open(broker: Broker, registration: Registration): Promise<BrokerAnswer> {
    const peer = newPeer(broker, registration);
    if (!peer) return Promise.resolve({ state: 'unreachable' });
    return new Promise((resolve) => {
      const refuse = (state: 'taken' | 'unreachable'): void => {
        clearTimeout(timer);
        peer.removeAllListeners();
        peer.destroy();
        resolve({ state });
      };
      const timer = setTimeout(() => refuse('unreachable'), BROKER_TIMEOUT_MS);
      peer.on('error', ({ type }) => refuse(type === 'unavailable-id' ? 'taken' : 'unreachable'));
      peer.on('open', () => {
        clearTimeout(timer);
        peer.removeAllListeners();
        resolve({ state: 'open', peer: new BrokerPeer(peer, () => registration.onDropped()) });
      });
    });
  }

  /** Nobody is received here, and nobody is called from here. */
  get isIdle(): boolean {
    return !this.onVisitor && this.calls.size === 0;
  }

  /** Knocks, with the first message that is sent. Closes when nobody answers. */
  call(id: string, listener: ChannelListener): Visit {
    const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
    const free = (): void => void this.calls.delete(number);
    const visit = new Visit({ send: this.send, free }, id, number, listener);
    if (this.peer.open) this.calls.set(number, visit);
    else visit.end();
    return visit;
  }

  /** Turns everybody away from now on, and those who are here out. */
  shut(): void {
    this.onVisitor = null;
    for (const visit of [...this.visitors.values()]) visit.close();
  }

  /** Says goodbye to everyone and leaves the broker. */
  retire(): void {
    for (const visit of this.visits) visit.close();
    this.peer.destroy();
  }

  private get visits(): Visit[] {
    return [...this.calls.values(), ...this.visitors.values()];
  }

  private readonly send = (dst: string, letter: Letter): boolean => {
    if (!this.peer.open) return false;
    this.peer.socket.send({ type: 'CANDIDATE', dst, payload: sealLetter(letter) });
    return true;
  };

  private receive(message: unknown): void {
    const { type, src, payload } = (message ?? {}) as Readonly<Partial<Record<string, unknown>>>;
    if (typeof src !== 'string' || src.length > MAX_NAME_CHARS) return;
    if (type === 'EXPIRE' || type === 'LEAVE') {
      for (const visit of this.visits) if (visit.other === src) visit.end();
      return;
    }
    const read = type === 'CANDIDATE' && this.ration.allows(src, performance.now());
    const letter = read ? openLetter(payload) : null;
    if (letter) this.take(src, letter);
    else this.onDropped();
  }

  private take(from: string, letter: Letter): void {
    if (letter.kind === 'knock') {
      this.admit(from, letter);
      return;
    }
    const visit = [this.calls.get(letter.visit), this.visitors.get(from)].find(
      (known) => known?.other === from && known.number === letter.visit,
    );
    if (letter.kind === 'bye') visit?.end();
    else if (visit) visit.hear(letter.bytes);
    else this.send(from, { kind: 'bye', visit: letter.visit }); // of a visit before this page was loaded, say
  }

  private admit(from: string, { visit: number, bytes }: Extract<Letter, { bytes: Uint8Array }>): void {
    this.visitors.get(from)?.end();
    if (!this.onVisitor) {
      this.send(from, { kind: 'bye', visit: number });
      return;
    }
    const free = (ended: Visit): void => {
      if (this.visitors.get(from) === ended) this.visitors.delete(from);
    };
    const visit = new Visit({ send: this.send, free }, from, number, null);
    this.visitors.set(from, visit);
    visit.listen(this.onVisitor(visit, from));
    visit.hear(bytes);
  }
}
