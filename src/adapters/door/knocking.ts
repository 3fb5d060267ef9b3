import type { Channel, ChannelListener, DoorState } from '../../app/transport.ts';
import { MAX_LETTER_BYTES } from './letter.ts';
import { pause } from './pause.ts';
import type { Registrations } from './registrations.ts';

/** Chosen: for all brokers together. PeerServer says after 5 to 6 s that nobody is there, unless set otherwise. */
const KNOCK_TIMEOUT_MS = 8000;

/**
 * Chosen: the host may sit at a later broker than the first that answers, so the next one is asked as well when a door
 * stays shut for longer than a slow answer takes.
 */
const NEXT_BROKER_MS = 2000;

/** Messages kept until a door answers (chosen: the offer of one link and its candidates, and a hello). */
const MAX_KEPT = 64;

/** A door that says nothing for so long is left (chosen: a host speaks to each visitor once a second). */
const SILENT_MS = 6000;

type BrokerState = 'asking' | 'reached' | 'unreachable';

/** What the brokers' states amount to. */
function doorState(brokers: readonly BrokerState[]): DoorState {
  const first = brokers.findIndex((state) => state !== 'unreachable');
  if (first === -1) return 'unreachable';
  if (brokers[first] === 'asking') return 'opening';
  return first === 0 ? 'open' : 'fallback';
}

/**
 * One knock, at one broker after the other; the first door that answers is the channel, the others are left. What is
 * sent before goes to each door at which is knocked.
 */
export class Knocking implements Channel {
  readonly queuedBytes = 0;
  private readonly over = new AbortController();
  private readonly tries = new Set<Channel>();
  private readonly kept: Uint8Array[] = [];
  private readonly brokers: BrokerState[];
  private told: DoorState | null = null;
  private answered: Channel | null = null;
  private closed = false;
  private silence: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly registrations: Registrations,
    private readonly doorName: string,
    private readonly listener: ChannelListener,
    private readonly onState: (state: DoorState) => void,
  ) {
    this.brokers = Array.from({ length: registrations.count }, () => 'asking');
    // Nothing is said before the owner has this object in hand.
    queueMicrotask(() => void this.knockEverywhere());
  }

  send(bytes: Uint8Array): boolean {
    if (this.answered) return this.answered.send(bytes);
    if (this.closed || this.kept.length >= MAX_KEPT || bytes.length > MAX_LETTER_BYTES) return false;
    this.kept.push(bytes);
    for (const door of this.tries) door.send(bytes);
    return true;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.silence);
    this.over.abort();
    for (const door of this.tries) door.close();
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
    const peer = await this.registrations.any(index);
    if (this.over.signal.aborted) return;
    this.brokers[index] = peer ? 'reached' : 'unreachable';
    this.tellState();
    if (!peer) return;
    await new Promise<void>((resolve) => {
      const door: Channel = peer.call(this.doorName, {
        onOpen: () => {
          this.take(door);
          resolve();
        },
        onMessage: (bytes) => {
          if (this.closed || this.answered !== door) return;
          this.waitForWords();
          this.listener.onMessage(bytes);
        },
        onDrained: () => undefined, // letters never queue
        onClose: () => {
          this.tries.delete(door);
          if (this.answered === door) this.close();
          resolve();
        },
      });
      this.tries.add(door);
      for (const bytes of this.kept) door.send(bytes);
    });
  }

  private take(door: Channel): void {
    if (this.closed || this.answered) {
      door.close();
      return;
    }
    this.answered = door;
    this.kept.length = 0;
    this.over.abort();
    for (const other of this.tries) if (other !== door) other.close();
    this.waitForWords();
    this.listener.onOpen();
  }

  private waitForWords(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.close(), SILENT_MS);
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
