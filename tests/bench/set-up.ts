import type { Browser } from '@playwright/test';
import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { quantile } from '../support/show.ts';
import { type Figure, figure } from './figure.ts';

/** Where one end of a link is. */
interface Place {
  readonly address: string;
  readonly port: number;
}

/** When what happened, counted from the moment at which the caller has the answer, ms. */
interface SetUp {
  readonly callerOpenMs: number;
  readonly answererOpenMs: number;
  readonly callerHearsMs: number;
}

/** A way between two ends with a delay: each sends to a socket here, out of the other one it goes on. */
class SlowWay {
  readonly #ends: { caller: Place | null; answerer: Place | null } = { caller: null, answerer: null };

  private constructor(
    readonly toAnswerer: Socket,
    readonly toCaller: Socket,
    private readonly delayMs: number,
  ) {
    this.#carry(toAnswerer, toCaller, 'caller', 'answerer');
    this.#carry(toCaller, toAnswerer, 'answerer', 'caller');
  }

  static async open(address: string, delayMs: number): Promise<SlowWay> {
    const bound = async (): Promise<Socket> => {
      const socket = createSocket('udp4');
      await new Promise<void>((resolve) => socket.bind(0, address, resolve));
      return socket;
    };
    return new SlowWay(await bound(), await bound(), delayMs);
  }

  readonly learn = (end: 'caller' | 'answerer', address: string, port: number): void => {
    this.#ends[end] ??= { address, port };
  };

  close(): void {
    this.toAnswerer.close();
    this.toCaller.close();
  }

  #carry(from: Socket, onward: Socket, sender: 'caller' | 'answerer', receiver: 'caller' | 'answerer'): void {
    let closed = false;
    onward.on('close', () => (closed = true));
    from.on('message', (bytes, { address, port }) => {
      this.learn(sender, address, port);
      setTimeout(() => {
        const to = this.#ends[receiver];
        if (to && !closed) onward.send(bytes, to.port, to.address);
      }, this.delayMs);
    });
  }
}

/** This machine as others see it: browsers make no candidates of the loopback address. */
export function ownAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null;
}

/**
 * How many round trips a link takes until it is open: what the simulator's model leans on. Two ends in one page, with a
 * way of so many milliseconds between them in each direction, for packets and for signals.
 */
export async function measureSetUp(
  browser: Browser,
  address: string,
  oneWayMs: number,
  times: number,
): Promise<Figure[]> {
  const seen: SetUp[] = [];
  for (let count = 0; count < times; count++) {
    const way = await SlowWay.open(address, oneWayMs);
    seen.push(await setUp(browser, address, oneWayMs, way));
    way.close();
  }
  const trips = (of: (one: SetUp) => number): number => quantile(seen.map(of), 0.5) / (2 * oneWayMs);
  return [
    figure(
      'open at the caller, after the answer',
      trips(({ callerOpenMs }) => callerOpenMs),
      'RTT',
      null,
    ),
    figure(
      'open at the other end',
      trips(({ answererOpenMs }) => answererOpenMs),
      'RTT',
      null,
    ),
    figure(
      'the caller reads the first words',
      trips(({ callerHearsMs }) => callerHearsMs),
      'RTT',
      5,
    ),
  ];
}

async function setUp(browser: Browser, address: string, oneWayMs: number, way: SlowWay): Promise<SetUp> {
  const page = await browser.newPage();
  await page.exposeFunction('learn', way.learn);
  // tsx wraps functions in a helper that a page does not have.
  await page.evaluate('globalThis.__name = (named) => named');
  const ports = { caller: way.toAnswerer.address().port, answerer: way.toCaller.address().port };
  try {
    return await page.evaluate(
      async ({ own, delayMs, via }) => {
        const { learn } = globalThis as unknown as {
          learn: (end: string, address: string, port: number) => Promise<void>;
        };
        const later = () => new Promise((resolve) => setTimeout(resolve, delayMs));
        const [caller, answerer] = [new RTCPeerConnection(), new RTCPeerConnection()];
        const options = { negotiated: true, id: 0 };
        const [ours, theirs] = [caller.createDataChannel('', options), answerer.createDataChannel('', options)];
        const bare = ({ type, sdp }: RTCSessionDescription) => ({
          type,
          sdp: sdp.replaceAll(/a=candidate.*\r\n/g, ''),
        });
        // Each learns of the other by the socket on the way, of one candidate only.
        const candidateOf = (from: RTCPeerConnection, end: string, port: number) =>
          new Promise<RTCIceCandidateInit>((resolve) => {
            from.onicecandidate = ({ candidate }) => {
              if (candidate?.address !== own || candidate.protocol !== 'udp' || candidate.port === null) return;
              from.onicecandidate = null;
              const parts = candidate.candidate.split(' ');
              parts[5] = String(port);
              void learn(end, own, candidate.port).then(() =>
                resolve({
                  candidate: parts.join(' '),
                  sdpMid: candidate.sdpMid,
                  sdpMLineIndex: candidate.sdpMLineIndex,
                }),
              );
            };
          });
        const [callers, answerers] = [
          candidateOf(caller, 'caller', via.answerer),
          candidateOf(answerer, 'answerer', via.caller),
        ];
        let answeredMs = 0;
        const since = () => performance.now() - answeredMs;
        const opened = new Promise<{ callerOpenMs: number; answererOpenMs: number; callerHearsMs: number }>(
          (resolve) => {
            let [callerOpenMs, answererOpenMs] = [0, 0];
            ours.onopen = () => (callerOpenMs = since());
            theirs.onopen = () => {
              answererOpenMs = since();
              theirs.send('hello');
            };
            ours.onmessage = () => resolve({ callerOpenMs, answererOpenMs, callerHearsMs: since() });
          },
        );
        const description = ({ localDescription }: RTCPeerConnection) => {
          if (!localDescription) throw new Error('nothing to say');
          return bare(localDescription);
        };
        await caller.setLocalDescription();
        const candidate = await callers;
        await later();
        await answerer.setRemoteDescription(description(caller));
        await answerer.addIceCandidate(candidate);
        await answerer.setLocalDescription();
        const answerersCandidate = await answerers;
        await later();
        await caller.setRemoteDescription(description(answerer));
        answeredMs = performance.now();
        await caller.addIceCandidate(answerersCandidate);
        return opened;
      },
      { own: address, delayMs: oneWayMs, via: ports },
    );
  } finally {
    await page.close();
  }
}
