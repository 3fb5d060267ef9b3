import type { DoorState } from '../../app/transport.ts';
import type { BrokerPeer, OnVisitor } from './broker-peer.ts';
import { pause } from './pause.ts';
import type { Registrations } from './registrations.ts';

/**
 * Chosen: tries at one broker while somebody else has the id. A reload frees it within 0.1 s (measured); a frozen page,
 * or a squatter, keeps it, and then the next broker serves.
 */
const TRIES_WHILE_TAKEN = 5;
const TAKEN_PAUSE_MS = { least: 500, most: 2000 };

/** Chosen: between rounds over all brokers, doubled up to the longest. */
const FIRST_PAUSE_MS = 1000;

/** Chosen: everybody at a broker that restarts comes back within this time, not at once. */
const RETURN_SPREAD_MS = 500;

/** Chosen: newcomers knock at the first broker first, so a door at a later one looks for the way back. */
const GO_HOME_MS = 60_000;

/** A registration and the broker that has it, as an index in the list. */
interface Post {
  readonly index: number;
  readonly peer: BrokerPeer;
}

/** Keeps a door registered at the best broker there is, until closed. */
export class HeldDoor {
  private readonly closing = new AbortController();
  private post: Post | null = null;

  constructor(
    private readonly registrations: Registrations,
    private readonly onVisitor: OnVisitor,
    private readonly onState: (state: DoorState) => void,
    private readonly longestPauseMs: number,
    private readonly random: () => number,
  ) {
    void this.run();
  }

  /** Shows everybody out; the registration stays for knocking. */
  close(): void {
    this.closing.abort();
    this.post?.peer.shut();
  }

  private isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  private async run(): Promise<void> {
    for (let failures = 0; !this.isClosed();) {
      if (failures === 0) this.onState('opening');
      this.post = await this.findPost(this.registrations.count);
      if (this.isClosed()) return;
      if (this.post) {
        failures = 0;
        await this.serve(this.post);
        await this.pause(this.random() * RETURN_SPREAD_MS);
      } else {
        this.onState('unreachable');
        const longest = Math.min(FIRST_PAUSE_MS * 2 ** failures++, this.longestPauseMs);
        await this.pause(longest * (0.5 + this.random() / 2));
      }
    }
  }

  /** Stays until the broker is lost, moving to a better one when there is one. */
  private async serve({ index, peer }: Post): Promise<void> {
    this.onState(index === 0 ? 'open' : 'fallback');
    if (index === 0) return peer.lost;
    for (;;) {
      const lost = await Promise.race([peer.lost.then(() => true), this.pause(GO_HOME_MS).then(() => false)]);
      if (lost || this.isClosed()) return;
      const better = await this.findPost(index);
      if (better) {
        this.post = better;
        peer.retire();
        return this.serve(better);
      }
    }
  }

  /** Registers at the first broker, of so many, that takes us. */
  private async findPost(count: number): Promise<Post | null> {
    for (let index = 0; index < count; index++) {
      for (let tries = 0; tries < TRIES_WHILE_TAKEN; tries++) {
        const answer = await this.registrations.own(index);
        if (this.isClosed()) return null;
        if (answer.state === 'open') {
          answer.peer.onVisitor = this.onVisitor;
          return { index, peer: answer.peer };
        }
        if (answer.state === 'unreachable') break;
        await this.pause(TAKEN_PAUSE_MS.least + this.random() * (TAKEN_PAUSE_MS.most - TAKEN_PAUSE_MS.least));
      }
    }
    return null;
  }

  private pause(milliseconds: number): Promise<void> {
    return pause(milliseconds, this.closing.signal);
  }
}
