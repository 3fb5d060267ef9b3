import type { Channel, ChannelListener } from '../../app/transport.ts';
import { type Letter, MAX_LETTER_BYTES } from './letter.ts';

/** How a visit reaches the broker. */
interface Post {
  /** False when the broker is lost. */
  send(to: string, letter: Letter): boolean;
  /** The visit is over. */
  free(visit: Visit): void;
}

/** One end of a visit at a door: a channel made of letters. In order, since brokers pass them on in order. */
export class Visit implements Channel {
  /** Letters leave at once, or not at all: a WebSocket's queue is the browser's. */
  readonly queuedBytes = 0;
  private state: 'knocking' | 'unanswered' | 'open' | 'closed';

  /**
   * @param other the broker's name for who is at the other end
   * @param listener null at the end of the door's holder, until `listen`
   */
  constructor(
    private readonly post: Post,
    readonly other: string,
    readonly number: number,
    private listener: ChannelListener | null,
  ) {
    this.state = listener ? 'knocking' : 'open';
  }

  listen(listener: ChannelListener): void {
    this.listener = listener;
  }

  send(bytes: Uint8Array): boolean {
    if (this.state === 'closed' || bytes.length > MAX_LETTER_BYTES) return false;
    const kind = this.state === 'knocking' ? 'knock' : 'say';
    if (this.state === 'knocking') this.state = 'unanswered';
    return this.post.send(this.other, { kind, visit: this.number, bytes });
  }

  hear(bytes: Uint8Array): void {
    if (this.state === 'unanswered') {
      this.state = 'open';
      this.listener?.onOpen();
    }
    if (this.state === 'open') this.listener?.onMessage(bytes);
  }

  /** Says goodbye. */
  close(): void {
    if (this.state === 'closed') return;
    if (this.state !== 'knocking') this.post.send(this.other, { kind: 'bye', visit: this.number });
    this.end();
  }

  /** The other end is gone, or the broker is. */
  end(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    this.post.free(this);
    queueMicrotask(() => this.listener?.onClose());
  }
}
