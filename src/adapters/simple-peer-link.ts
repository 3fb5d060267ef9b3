import SimplePeer from 'simple-peer/simplepeer.min.js';
import type { Link, LinkListener, OpenLink } from '../app/transport.ts';
import { BoundedChannel } from './bounded-channel.ts';
import { MAX_CANDIDATES, readSignals } from './link-signal.ts';
import { SignalWriter } from './signal-writer.ts';

/**
 * 256 KiB is the largest message that every browser's data channel takes. Chosen: 1 MiB of queue, eight times what the
 * mesh ever lets wait; 15 s to open, as ICE itself takes longer to say that there is no path.
 */
const LIMITS = { openMs: 15_000, messageBytes: 256 * 1024, queuedBytes: 1024 * 1024 };

/** simple-peer negotiates and tears down; the messages go through our own bounded channel. */
class SimplePeerLink implements Link {
  private readonly peer: SimplePeer | null;
  private readonly channel: BoundedChannel;
  private described = false;
  private candidates = 0;

  constructor(
    private readonly initiator: boolean,
    listener: LinkListener,
    iceServers: readonly RTCIceServer[],
    ownAddresses: readonly string[],
    openMs: number,
  ) {
    this.channel = new BoundedChannel({ ...LIMITS, openMs }, listener, () => this.peer?.destroy());
    this.peer = this.connect(iceServers, new SignalWriter(ownAddresses, (data) => this.say(listener, data)));
    if (this.peer) this.carryDataChannel(this.peer);
    else this.channel.close();
  }

  get queuedBytes(): number {
    return this.channel.queuedBytes;
  }

  send(bytes: Uint8Array): boolean {
    return this.channel.send(bytes);
  }

  close(): void {
    this.channel.close();
  }

  signal(data: string): void {
    if (this.channel.isClosed || !this.peer) return;
    const signals = readSignals(data);
    if (!signals?.every(({ type }) => this.isDue(type))) {
      this.close();
      return;
    }
    try {
      for (const signal of signals) this.peer.signal(signal);
    } catch {
      this.close();
    }
  }

  private say(listener: LinkListener, data: string): void {
    if (!this.channel.isClosed) listener.onSignal(data);
  }

  /** Each side describes itself once: the initiator is answered, the other side gets an offer. */
  private isDue(type: 'offer' | 'answer' | 'candidate'): boolean {
    if (type === 'candidate') return ++this.candidates <= MAX_CANDIDATES;
    const due = !this.described && type === (this.initiator ? 'answer' : 'offer');
    this.described = true;
    return due;
  }

  private connect(iceServers: readonly RTCIceServer[], writer: SignalWriter): SimplePeer | null {
    try {
      const peer = new SimplePeer({
        initiator: this.initiator,
        trickle: true,
        objectMode: true,
        channelConfig: { ordered: false },
        config: { iceServers: [...iceServers] },
      });
      peer.on('signal', (signal) => writer.write(signal));
      peer.on('error', () => this.close());
      peer.on('close', () => this.close());
      return peer;
    } catch {
      return null;
    }
  }

  /**
   * The one place that reaches below simple-peer. Its stream knows neither the queue's length nor message bounds, opens
   * only after polling statistics, and would let the other side replace the channel by a second one.
   */
  private carryDataChannel({ _pc, _channel }: SimplePeer): void {
    // The stream would keep every message for a reader that it doesn't have: hence `onmessage = null`, twice.
    if (_channel) {
      _channel.onmessage = null;
      this.channel.carry(_channel);
      return;
    }
    const setUp = _pc?.ondatachannel;
    if (!_pc || !setUp) {
      this.close();
      return;
    }
    let carried = false;
    _pc.ondatachannel = (event) => {
      if (carried) {
        this.close();
        return;
      }
      carried = true;
      setUp.call(_pc, event);
      event.channel.onmessage = null;
      this.channel.carry(event.channel);
    };
  }
}

/**
 * Makes links with these ICE servers; none is right on a local network.
 * @param ownAddresses of this device, as its site's server sees them
 */
export function openLink(iceServers: readonly RTCIceServer[], ownAddresses: readonly string[] = []): OpenLink {
  return (initiator, listener, openMs = LIMITS.openMs) =>
    new SimplePeerLink(initiator, listener, iceServers, ownAddresses, openMs);
}
