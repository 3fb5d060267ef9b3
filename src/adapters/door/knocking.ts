import type { Channel, ChannelListener, DoorState } from '../../app/transport.ts';
import type { BrokerPeer } from './broker-peer.ts';
import { pause } from './pause.ts';

/** Chosen: for all brokers together. PeerServer says after 5 to 6 s that nobody is there, unless set otherwise. */
const KNOCK_TIMEOUT_MS = 8000;

/**
 * Chosen: the host may sit at a later broker than the first that answers, so the next one is asked as well when a door
 * stays shut for longer than a slow answer takes.
 */
const NEXT_BROKER_MS = 2000;

type BrokerState = 'asking' | 'reached' | 'unreachable';

/** What the brokers' states amount to. */
function doorState(brokers: readonly BrokerState[]): DoorState {
  const first = brokers.findIndex((state) => state !== 'unreachable');
  if (first === -1) return 'unreachable';
  if (brokers[first] === 'asking') return 'opening';
  return first === 0 ? 'open' : 'fallback';
}

/** One knock, at one broker after the other; the first door that answers is the channel, the others are left. */
export class Knocking implements Channel {
  private readonly over = new AbortController();
  private readonly tries = new Set<Channel>();
  private readonly brokers: BrokerState[];
  private told: DoorState | null = null;
  private answered: Channel | null = null;
  private closed = false;

  /** @param peerAt registers at a broker, by its index; null when it can't be reached */
  constructor(
    brokerCount: number,
    private readonly peerAt: (index: number) => Promise<BrokerPeer | null>,
    private readonly doorId: string,
    private readonly listener: ChannelListener,
    private readonly onState: (state: DoorState) => void,
  ) {
    this.brokers = Array.from({ length: brokerCount }, () => 'asking');
    // Nothing is said before the owner has this object in hand.
    queueMicrotask(() => void this.knockEverywhere());
  }

  get queuedBytes(): number {
    return this.answered?.queuedBytes ?? 0;
  }

  send(bytes: Uint8Array): boolean {
    return this.answered?.send(bytes) ?? false;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.over.abort();
    for (const channel of this.tries) channel.close();
    queueMicrotask(() => this.listener.onClose());
  }

  private async knockEverywhere(): Promise<void> {
    const timer = setTimeout(() => this.giveUp(), KNOCK_TIMEOUT_MS);
    this.over.signal.addEventListener('abort', () => clearTimeout(timer));
    this.tellState();
    const attempts: Promise<void>[] = [];
    for (const index of this.brokers.keys()) {
      if (this.over.signal.aborted) break;
      const attempt = this.knockAt(index);
      attempts.push(attempt);
      await Promise.race([attempt, pause(NEXT_BROKER_MS, this.over.signal)]);
    }
    await Promise.all(attempts);
    this.giveUp();
  }

  /** Ends when the door has answered or it is clear that it won't. */
  private async knockAt(index: number): Promise<void> {
    const peer = await this.peerAt(index);
    if (this.over.signal.aborted) return;
    this.brokers[index] = peer ? 'reached' : 'unreachable';
    this.tellState();
    if (!peer) return;
    await new Promise<void>((resolve) => {
      const channel: Channel = peer.knock(this.doorId, {
        onOpen: () => {
          this.take(channel);
          resolve();
        },
        onMessage: (bytes) => {
          if (!this.closed) this.listener.onMessage(bytes);
        },
        onDrained: () => {
          if (!this.closed) this.listener.onDrained();
        },
        onClose: () => {
          this.tries.delete(channel);
          if (this.answered === channel) this.close();
          resolve();
        },
      });
      this.tries.add(channel);
    });
  }

  private take(channel: Channel): void {
    if (this.closed || this.answered) {
      channel.close();
      return;
    }
    this.answered = channel;
    this.over.abort();
    for (const other of this.tries) if (other !== channel) other.close();
    this.listener.onOpen();
  }

  private giveUp(): void {
    if (this.answered || this.closed) return;
    if (!this.brokers.includes('reached')) this.brokers.fill('unreachable');
    this.tellState();
    this.close();
  }

  private tellState(): void {
    const state = doorState(this.brokers);
    if (this.closed || state === this.told) return;
    this.told = state;
    this.onState(state);
  }
}
