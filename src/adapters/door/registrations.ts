import type { Broker } from '../site-config.ts';
import { type BrokerAnswer, BrokerPeer } from './broker-peer.ts';

/** 128 random bits in hexadecimal: nobody else has this name, and nobody guesses this token. */
function randomName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Registrations that nobody needs are left after this, ms (chosen: a viewer who has just been let in is often asked to
 * hold a door itself, and registering again takes several round trips).
 */
const REST_MS = 3_000;

/** This page's registrations at the site's brokers: one for each, shared by knocking and by holding a door. */
export class Registrations {
  /** Letters that were thrown away unread. */
  dropped = 0;
  private readonly known = new Map<string, Promise<BrokerAnswer>>();
  private readonly token = randomName();
  private readonly spareName = randomName();
  private closed = false;

  /** @param ownName under which this page's door is found */
  constructor(
    private readonly brokers: readonly Broker[],
    private readonly ownName: string,
  ) {}

  get count(): number {
    return this.brokers.length;
  }

  /** The registration under the own name at that broker, by its index: what there is, or a new one. */
  own(index: number): Promise<BrokerAnswer> {
    return this.at(index, this.ownName);
  }

  /** A registration to knock from. Who took the own name before this page could does not keep it out. */
  async any(index: number): Promise<BrokerPeer | null> {
    const own = await this.own(index);
    const answer = own.state === 'taken' ? await this.at(index, this.spareName) : own;
    return answer.state === 'open' ? answer.peer : null;
  }

  /** Lets go of what nobody needs, in a moment. */
  rest(): void {
    setTimeout(() => {
      this.leave(({ isIdle }) => isIdle);
    }, REST_MS);
  }

  /** Leaves all brokers at once, for good. */
  close(): void {
    this.closed = true;
    this.leave(() => true);
  }

  private leave(which: (peer: BrokerPeer) => boolean): void {
    for (const registration of this.known.values()) {
      void registration.then((answer) => {
        if (answer.state === 'open' && which(answer.peer)) answer.peer.retire();
      });
    }
  }

  private at(index: number, id: string): Promise<BrokerAnswer> {
    const broker = this.brokers[index];
    if (!broker || this.closed) return Promise.resolve({ state: 'unreachable' });
    const key = `${String(index)} ${id}`;
    const known = this.known.get(key);
    if (known) return known;
    const onDropped = (): void => {
      this.dropped += 1;
    };
    const registration = BrokerPeer.open(broker, { id, token: this.token, onDropped });
    this.known.set(key, registration);
    void registration
      .then((answer) => (answer.state === 'open' ? answer.peer.lost : undefined))
      .then(() => this.known.delete(key));
    return registration;
  }
}
