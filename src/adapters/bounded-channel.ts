import type { Channel, ChannelListener } from '../app/transport.ts';

/** What a channel takes at most. */
export interface ChannelLimits {
  /** Milliseconds until it must be open, else it closes. */
  readonly openMs: number;
  /** Bytes. A longer message from the other side closes the channel; a longer one of ours isn't sent. */
  readonly messageBytes: number;
  /** Bytes. `send` refuses while this much waits: a bound on memory, well above what a well-behaved sender queues. */
  readonly queuedBytes: number;
}

/**
 * Below this the owner hears `onDrained`. Chosen: one full piece still under way while the next is prepared; Chrome
 * collapses on deep queues, not on shallow ones (measured).
 */
const LOW_QUEUE_BYTES = 16 * 1024;

/** Chosen: how long a closing channel may take to deliver what `send` has accepted. */
const LINGER_MS = 1000;

/**
 * An RTCDataChannel as a `Channel`: binary messages only, everything bounded, nothing thrown, `onClose` exactly once
 * and always from a fresh microtask, so that closing never re-enters its caller.
 *
 * What was sent before `close` still arrives: the data channel's own closing procedure delivers the queue, and the
 * connection below is freed after that or after `LINGER_MS`.
 */
export class BoundedChannel implements Channel {
  private state: 'opening' | 'open' | 'closed' = 'opening';
  private dataChannel: RTCDataChannel | null = null;
  private readonly listening = new AbortController();
  private readonly openTimer: ReturnType<typeof setTimeout>;

  /** @param free releases the connection below; called once, after the channel has closed */
  constructor(
    private readonly limits: ChannelLimits,
    private readonly listener: ChannelListener,
    private readonly free: () => void,
  ) {
    this.openTimer = setTimeout(() => this.close(), limits.openMs);
  }

  get isClosed(): boolean {
    return this.state === 'closed';
  }

  get queuedBytes(): number {
    return this.state === 'open' ? (this.dataChannel?.bufferedAmount ?? 0) : 0;
  }

  /** Begins to use a data channel, open or still opening. A second one closes the lot: there is one a connection. */
  carry(dataChannel: RTCDataChannel): void {
    if (this.dataChannel || this.state !== 'opening') {
      this.close();
      return;
    }
    this.dataChannel = dataChannel;
    dataChannel.binaryType = 'arraybuffer';
    dataChannel.bufferedAmountLowThreshold = LOW_QUEUE_BYTES;
    const { signal } = this.listening;
    dataChannel.addEventListener('message', (event: MessageEvent<unknown>) => this.receive(event.data), { signal });
    dataChannel.addEventListener('bufferedamountlow', () => this.listener.onDrained(), { signal });
    dataChannel.addEventListener('close', () => this.close(), { signal });
    dataChannel.addEventListener('error', () => this.close(), { signal });
    if (dataChannel.readyState === 'open') this.opened();
    else dataChannel.addEventListener('open', () => this.opened(), { signal });
  }

  send(bytes: Uint8Array): boolean {
    if (this.state !== 'open' || !this.dataChannel) return false;
    if (bytes.length > this.limits.messageBytes) return false;
    if (this.dataChannel.bufferedAmount + bytes.length > this.limits.queuedBytes) return false;
    try {
      // Nothing here is made of shared memory, which is all that the type leaves open.
      this.dataChannel.send(bytes as Uint8Array<ArrayBuffer>);
      return true;
    } catch {
      // The browser's state may run ahead of its events: the `close` event follows.
      return false;
    }
  }

  close(): void {
    if (this.state === 'closed') return;
    this.state = 'closed';
    clearTimeout(this.openTimer);
    this.listening.abort();
    queueMicrotask(() => this.listener.onClose());
    this.linger();
  }

  private opened(): void {
    this.state = 'open';
    clearTimeout(this.openTimer);
    this.listener.onOpen();
  }

  private receive(data: unknown): void {
    if (!(data instanceof ArrayBuffer) || data.byteLength > this.limits.messageBytes) {
      this.close();
      return;
    }
    this.listener.onMessage(new Uint8Array(data));
  }

  private linger(): void {
    const dataChannel = this.dataChannel;
    if (dataChannel?.readyState !== 'open') {
      this.free();
      return;
    }
    const done = new AbortController();
    const release = (): void => {
      clearTimeout(timer);
      done.abort();
      this.free();
    };
    const timer = setTimeout(release, LINGER_MS);
    dataChannel.addEventListener('close', release, { signal: done.signal });
    dataChannel.close();
  }
}
