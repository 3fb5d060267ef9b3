/**
 * The self-contained build of simple-peer, as far as `simple-peer-link.ts` uses it. The published types describe the
 * Node entry and pull Node's globals into the page's code.
 */
declare module 'simple-peer/simplepeer.min.js' {
  /** What travels between the two sides of a link without media: nothing else is ever emitted. */
  export type SimplePeerSignal =
    | { readonly type: 'offer' | 'answer'; readonly sdp: string }
    | { readonly type: 'candidate'; readonly candidate: RTCIceCandidateInit };

  export default class SimplePeer {
    /** @throws Error without WebRTC */
    constructor(options: {
      initiator: boolean;
      trickle: boolean;
      objectMode: boolean;
      channelConfig: RTCDataChannelInit;
      config: RTCConfiguration;
    });
    /** Undocumented; null once destroyed. */
    readonly _pc: RTCPeerConnection | null;
    /** Undocumented; the initiator has it from the start, the other side when `ondatachannel` is called. */
    readonly _channel: RTCDataChannel | null;
    /** @throws Error on a destroyed peer, TypeError on an impossible candidate */
    signal(data: SimplePeerSignal): void;
    destroy(): void;
    on(event: 'signal', listener: (data: SimplePeerSignal) => void): this;
    on(event: 'error' | 'close', listener: () => void): this;
  }
}
