/**
 * Gives Node what the adapters find in a page, so that the very links and doors of the page run in it: WebRTC from
 * `@roamhq/wrtc` (the same engine as Chromium's), WebSocket from `ws`. Import it before any adapter.
 *
 * It differs from a page: there is no media, addresses are never hidden behind *.local names, timers are never
 * throttled, all peers of a process share its threads, and a channel's queue is looked at every 40 ms.
 */
import wrtc from '@roamhq/wrtc';
import { WebSocket } from 'ws';

const { RTCDataChannel, RTCIceCandidate, RTCPeerConnection, RTCSessionDescription } = wrtc;

/** How long a queue's length is believed, ms: asking the engine takes two changes of thread (chosen). */
const QUEUE_MS = 40;

type Listener = (event: Event) => void;
interface Target {
  addEventListener: (this: object, type: string, listener: Listener) => void;
  removeEventListener: (this: object, type: string, listener: Listener) => void;
}
const target = Object.getPrototypeOf(RTCDataChannel.prototype) as Target;
const { addEventListener, removeEventListener } = target;

const queueLength = (channel: RTCDataChannel): number =>
  Reflect.get(RTCDataChannel.prototype, 'bufferedAmount', channel);

/** An empty queue stays empty until something is sent; between two looks, what is sent is added and nothing taken off. */
function believeQueueOf(channel: RTCDataChannel): void {
  if (Object.hasOwn(channel, 'bufferedAmount')) return;
  const send = channel.send.bind(channel);
  let bytes = 0;
  let readMs = Number.NEGATIVE_INFINITY;
  Object.defineProperty(channel, 'bufferedAmount', {
    get: () => {
      if (bytes > 0 && performance.now() - readMs > QUEUE_MS) {
        bytes = queueLength(channel);
        readMs = performance.now();
      }
      return bytes;
    },
  });
  channel.send = ((data: ArrayBufferView<ArrayBuffer>) => {
    send(data);
    bytes += data.byteLength;
  }) as RTCDataChannel['send'];
}

/** Its event targets don't know the `signal` that takes a listener away again. */
target.addEventListener = function (type, listener, options?: AddEventListenerOptions) {
  if (this instanceof RTCDataChannel) believeQueueOf(this);
  addEventListener.call(this, type, listener);
  options?.signal?.addEventListener('abort', () => {
    removeEventListener.call(this, type, listener);
  });
};

/** Closing it early is an error that nobody listens to here, and an event that nobody needs in a page. */
class QuietWebSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    this.on('error', () => undefined);
  }
}

Object.assign(globalThis, {
  RTCIceCandidate,
  RTCPeerConnection,
  RTCSessionDescription,
  WebSocket: QuietWebSocket,
  addEventListener: () => undefined, // `online` is never heard here
});
