import { Peer, type DataConnection, type PeerError, type PeerErrorType, type PeerJSOption } from 'peerjs';
import type { Channel, ChannelListener } from '../../app/transport.ts';
import { BoundedChannel } from '../bounded-channel.ts';
import type { Broker } from '../site-config.ts';

/** Who registers at a broker. */
export interface Registration {
  readonly id: string;
  /** The same token takes an id over from a connection of ours that is dead but not yet noticed. */
  readonly token: string;
  readonly iceServers: readonly RTCIceServer[];
  /** Takes in newcomers; null turns everybody away. */
  readonly onKnock: ((channel: Channel) => ChannelListener) | null;
}

/** How a broker answered; `taken`: somebody else has the id. */
export type BrokerAnswer = { state: 'open'; peer: BrokerPeer } | { state: 'taken' } | { state: 'unreachable' };

/** Chosen: a broker on a mobile network answers well within a second, and the next one is waiting. */
const BROKER_TIMEOUT_MS = 3000;

/** Chosen: doors carry introductions, a few kilobytes each. */
const DOOR_LIMITS = { openMs: 10_000, messageBytes: 64 * 1024, queuedBytes: 256 * 1024 };

/** Chosen: most channels at a door at once. A knock lasts about a second, so some sixty newcomers a second get in. */
const MAX_CHANNELS = 64;

/** PeerJS' class by the part of its constructor that is documented. */
const OpenPeer: new (id: string, options: PeerJSOption) => Peer = Peer;

function newPeer(broker: Broker, { id, token, iceServers }: Registration): Peer | null {
  try {
    // An explicit `config` keeps PeerJS from adding servers of its own, which a local network can't reach.
    return new OpenPeer(id, { ...broker, token, config: { iceServers: [...iceServers] } });
  } catch {
    return null; // ws:// from an https page, for one
  }
}

/**
 * One registration at one broker, and the channels made through it. It is never reconnected: whoever needs the broker
 * again opens a new one, while this one lives on until its last channel has closed.
 */
export class BrokerPeer {
  /** Fulfilled when the connection to the broker is over, whoever ended it. */
  readonly lost: Promise<void>;
  private readonly channels = new Map<BoundedChannel, DataConnection>();
  private retired = false;

  private constructor(
    private readonly peer: Peer,
    private readonly onKnock: Registration['onKnock'],
  ) {
    this.lost = new Promise((resolve) => {
      peer.once('disconnected', () => {
        this.retire();
        resolve();
      });
    });
    peer.on('error', (error) => this.hearError(error));
    peer.on('call', (call) => call.close());
    peer.on('connection', (connection) => this.admit(connection));
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
        resolve({ state: 'open', peer: new BrokerPeer(peer, registration.onKnock) });
      });
    });
  }

  /** Knocks at the door of another registration. Closes when nobody answers. */
  knock(id: string, listener: ChannelListener): Channel {
    if (this.retired) return closedChannel(listener);
    const connection = this.peer.connect(id, { serialization: 'raw', reliable: true });
    const channel = this.track(connection, listener);
    channel.carry(connection.dataChannel);
    return channel;
  }

  /** Leaves the broker. Open channels live on; the last of them takes everything with it. */
  retire(): void {
    if (this.retired) return;
    this.retired = true;
    this.peer.disconnect();
    for (const channel of this.channels.keys()) if (channel.isOpening) channel.close();
    this.freeIfIdle();
  }

  private admit(connection: DataConnection): void {
    // Any serialization but `raw` would decode on our side what a stranger sent.
    if (!this.onKnock || connection.serialization !== 'raw' || this.channels.size >= MAX_CHANNELS) {
      connection.close();
      return;
    }
    const { onKnock } = this;
    const channel = this.track(connection, null);
    connection.once('open', () => {
      connection.peerConnection.ondatachannel = null; // one data channel a knock
      channel.carry(connection.dataChannel);
      channel.listen(onKnock(channel));
    });
  }

  private track(connection: DataConnection, listener: ChannelListener | null): BoundedChannel {
    const channel = new BoundedChannel(DOOR_LIMITS, listener, () => {
      connection.close();
      this.channels.delete(channel);
      this.freeIfIdle();
    });
    this.channels.set(channel, connection);
    connection.on('close', () => channel.close());
    connection.on('error', () => channel.close());
    return channel;
  }

  private hearError({ type, message }: PeerError<`${PeerErrorType}`>): void {
    if (type !== 'peer-unavailable') return; // the others lead to `disconnected`, or concern one stranger's bad offer
    for (const [channel, { peer }] of this.channels) {
      if (channel.isOpening && message.endsWith(` ${peer}`)) channel.close();
    }
  }

  private freeIfIdle(): void {
    if (this.retired && this.channels.size === 0) this.peer.destroy();
  }
}

function closedChannel(listener: ChannelListener): Channel {
  const channel = new BoundedChannel(DOOR_LIMITS, listener, () => undefined);
  channel.close();
  return channel;
}
