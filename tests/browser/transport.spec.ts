import { expect, type Page, test } from '@playwright/test';
import express from 'express';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Broker } from '../../src/adapters/site-config.ts';
import { mountBroker } from '../../src/server/broker.ts';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';

const STREAM = 'csm7nbfrcayqev4fr65rx7we40';

/** Nobody listens there: connecting is refused at once. */
const DEAD: Broker = { host: '127.0.0.1', port: 9, path: '/peer/', secure: false, key: 'peerjs' };

/** The embedded broker alone. */
async function startBroker(port = 0): Promise<{ broker: Broker; stop: () => Promise<void> }> {
  const app = express();
  const server = createServer(app);
  const dropEveryone = mountBroker(app, server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    broker: { ...DEAD, port: (server.address() as AddressInfo).port },
    stop: async () => {
      dropEveryone();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

let fixtures: FixtureServer;
test.beforeAll(async () => {
  fixtures = await startFixtureServer(['peerjs', 'simple-peer/simplepeer.min.js']);
});
test.afterAll(() => fixtures.close());

/** Opens the fixture; anything thrown and not caught in the page fails the test. */
async function openFixture(page: Page): Promise<void> {
  page.on('pageerror', (error) => expect.soft(error, 'thrown in the page').toBeUndefined());
  await page.goto(`${fixtures.url}transport.html`);
  await page.waitForFunction(() => 'transport' in globalThis);
}

/** Holds the door in this page, and waits until a broker has it. */
async function hold(page: Page, brokers: readonly Broker[]): Promise<void> {
  await page.evaluate(
    async ([brokers, stream]) => {
      globalThis.held = transport.holdEcho(transport.createDoors({ brokers, iceServers: [] }), stream);
      await transport.until(() => held.states.some((state) => state === 'open' || state === 'fallback'));
    },
    [brokers, STREAM] as const,
  );
}

/** Knocks in this page until it is clear whether the door answers; reports what the listener heard. */
function knock(page: Page, brokers: readonly Broker[], stream = STREAM) {
  return page.evaluate(
    async ([brokers, stream]) => {
      const startedMs = performance.now();
      globalThis.knocked = transport.knock(transport.createDoors({ brokers, iceServers: [] }), stream);
      await transport.until(() => knocked.events.opened + knocked.events.closed > 0);
      const { opened, closed } = knocked.events;
      return { opened, closed, states: knocked.states, tookMs: performance.now() - startedMs };
    },
    [brokers, stream] as const,
  );
}

/** True when the door that the last knock found echoes a message. */
function echoes(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const before = knocked.events.messages.length;
    if (!knocked.channel.send(new Uint8Array([1, 2, 3]))) return false;
    await transport.until(() => knocked.events.messages.length > before);
    return knocked.events.messages.at(-1)?.join() === '1,2,3';
  });
}

test.describe('a link', () => {
  test('opens both ways and carries messages both ways', async ({ page }) => {
    await openFixture(page);
    const result = await page.evaluate(async () => {
      const startedMs = performance.now();
      const { here, there, hereEvents, thereEvents } = transport.linkPair();
      const early = here.send(new Uint8Array(1));
      await transport.until(() => hereEvents.opened === 1 && thereEvents.opened === 1);
      const openMs = performance.now() - startedMs;
      here.send(new Uint8Array([1, 2]));
      there.send(new Uint8Array([3]));
      await transport.until(() => hereEvents.messages.length === 1 && thereEvents.messages.length === 1);
      const plain = [...hereEvents.messages, ...thereEvents.messages].map(
        (bytes) => [Object.getPrototypeOf(bytes) === Uint8Array.prototype, bytes.join()] as const,
      );
      return { early, openMs, plain, signalChars: Math.max(...hereEvents.signals.map((signal) => signal.length), 0) };
    });
    test.info().annotations.push({ type: 'measured', description: `link open after ${result.openMs.toFixed(0)} ms` });
    expect(result.early).toBe(false);
    expect(result.plain).toEqual([
      [true, '3'],
      [true, '1,2'],
    ]);
  });

  test('carries 16 KiB messages at speed, shows its queue and says when it has drained', async ({ page }) => {
    await openFixture(page);
    const result = await page.evaluate(async () => {
      const { here, hereEvents, thereEvents } = transport.linkPair();
      await transport.until(() => hereEvents.opened === 1);
      const message = new Uint8Array(16 * 1024).map((_, index) => index);
      const total = 8 * 1024 * 1024;
      let sentBytes = 0;
      let mostQueued = 0;
      const fill = (): void => {
        while (sentBytes < total && here.queuedBytes < 128 * 1024 && here.send(message)) sentBytes += message.length;
        mostQueued = Math.max(mostQueued, here.queuedBytes);
      };
      hereEvents.onDrained = () => {
        hereEvents.drained++;
        fill();
      };
      const startedMs = performance.now();
      fill();
      await transport.until(() => thereEvents.receivedBytes === total);
      const megabits = (total * 8) / 1000 / (performance.now() - startedMs);
      const intact = thereEvents.messages.every((bytes) => bytes.length === 16384 && bytes[300] === 44);
      return { megabits, mostQueued, drained: hereEvents.drained, intact, queued: here.queuedBytes };
    });
    test.info().annotations.push({ type: 'measured', description: `${result.megabits.toFixed(0)} Mbit/s` });
    expect(result.intact).toBe(true);
    expect(result.mostQueued).toBeGreaterThan(64 * 1024);
    expect(result.drained).toBeGreaterThan(10);
    expect(result.queued).toBe(0);
    expect(result.megabits).toBeGreaterThan(3); // about 110 on a machine with nothing else to do
  });

  test('refuses to queue without end, and what it refuses is not sent', async ({ page }) => {
    await openFixture(page);
    const result = await page.evaluate(async () => {
      const { here, hereEvents, thereEvents } = transport.linkPair();
      await transport.until(() => hereEvents.opened === 1);
      const tooLong = here.send(new Uint8Array(256 * 1024 + 1));
      let accepted = 0;
      while (here.send(new Uint8Array(256 * 1024))) accepted++;
      await transport.until(() => thereEvents.messages.length === accepted);
      return { tooLong, accepted, closed: hereEvents.closed };
    });
    expect(result.tooLong).toBe(false);
    expect(result.accepted).toBeGreaterThanOrEqual(3);
    expect(result.accepted).toBeLessThan(100);
    expect(result.closed).toBe(0);
  });

  test('delivers what was sent before it is closed; both sides hear of it once and nothing after', async ({ page }) => {
    await openFixture(page);
    const events = await page.evaluate(async () => {
      const { here, there, hereEvents, thereEvents } = transport.linkPair();
      await transport.until(() => hereEvents.opened === 1 && thereEvents.opened === 1);
      for (let count = 0; count < 30; count++) here.send(new Uint8Array(16 * 1024));
      here.close();
      here.close();
      const during = hereEvents.closed;
      await transport.until(() => hereEvents.closed > 0 && thereEvents.closed > 0);
      const sendable = here.send(new Uint8Array(1)) || there.send(new Uint8Array(1));
      there.close();
      here.signal('{}');
      await new Promise((resolve) => setTimeout(resolve)); // a late second call would come by now
      return { during, sendable, delivered: thereEvents.messages.length, hereEvents, thereEvents };
    });
    expect(events.during).toBe(0);
    expect(events.sendable).toBe(false);
    expect(events.delivered).toBe(30);
    expect(events.hereEvents).toMatchObject({ closed: 1, calledAfterClose: 0 });
    expect(events.thereEvents).toMatchObject({ closed: 1, calledAfterClose: 0 });
  });

  const sdp = (media: string): string => `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n${media}`;
  const badSignals: readonly (readonly [string, string])[] = [
    ['no JSON', 'offer'],
    ['an empty object', '{}'],
    ['null', 'null'],
    ['too long', JSON.stringify({ type: 'offer', sdp: sdp(`m=application 9 x\r\n${'a=x\r\n'.repeat(4000)}`) })],
    ['an answer to nobody', JSON.stringify({ type: 'answer', sdp: sdp('m=application 9 x\r\n') })],
    ['no session description', JSON.stringify({ type: 'offer', sdp: 'v=0 m=application' })],
    ['an offer that the browser refuses', JSON.stringify({ type: 'offer', sdp: sdp('m=application 9 x\r\n') })],
    ['video', JSON.stringify({ type: 'offer', sdp: sdp('m=application 9 x\r\nm=video 9 x\r\n') })],
    ['no candidate', JSON.stringify({ type: 'candidate', candidate: { candidate: 'rubbish', sdpMid: '0' } })],
    ['a candidate for nothing', JSON.stringify({ type: 'candidate', candidate: { candidate: '' } })],
    ['a request to renegotiate', JSON.stringify({ type: 'renegotiate', renegotiate: true })],
    [
      'a request for a transceiver',
      JSON.stringify({ type: 'transceiverRequest', transceiverRequest: { kind: 'video' } }),
    ],
  ];
  for (const [name, signal] of badSignals) {
    test(`is closed by a bad signal: ${name}`, async ({ page }) => {
      await openFixture(page);
      const events = await page.evaluate(async (signal) => {
        const events = new transport.Recorder();
        const link = transport.openLink([])(false, events);
        link.signal(signal);
        await transport.until(() => events.closed > 0);
        return events;
      }, signal);
      expect(events).toMatchObject({ opened: 0, closed: 1, calledAfterClose: 0 });
    });
  }

  test('is closed by more candidates than anyone has', async ({ page }) => {
    await openFixture(page);
    const sent = await page.evaluate(async () => {
      const events = new transport.Recorder();
      const link = transport.openLink([])(false, events);
      const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0 };
      for (let count = 0; count < 65; count++) link.signal(JSON.stringify({ type: 'candidate', candidate }));
      await transport.until(() => events.closed > 0);
      return events.closed;
    });
    expect(sent).toBe(1);
  });

  test('is closed by a neighbour that sends text', async ({ page }) => {
    await openFixture(page);
    const events = await page.evaluate(async () => {
      const events = new transport.Recorder();
      const link = transport.openLink([])(false, events);
      const hostile = new RTCPeerConnection();
      const channel = hostile.createDataChannel('');
      events.onSignal = (data) => {
        const signal = JSON.parse(data) as { sdp?: string; candidate?: RTCIceCandidateInit };
        if (signal.candidate) void hostile.addIceCandidate(signal.candidate);
        else void hostile.setRemoteDescription({ type: 'answer', sdp: signal.sdp ?? '' });
      };
      hostile.onicecandidate = ({ candidate }) => {
        if (candidate) link.signal(JSON.stringify({ type: 'candidate', candidate }));
      };
      await hostile.setLocalDescription();
      link.signal(JSON.stringify(hostile.localDescription));
      await transport.until(() => events.opened === 1 && channel.readyState === 'open');
      channel.send('hello');
      await transport.until(() => events.closed > 0 && channel.readyState === 'closed');
      hostile.close();
      return events;
    });
    expect(events).toMatchObject({ opened: 1, closed: 1, calledAfterClose: 0 });
    expect(events.messages).toHaveLength(0);
  });

  test('is closed by a message over its limit, and by silence instead of opening', async ({ page }) => {
    await openFixture(page);
    const result = await page.evaluate(async () => {
      const [here, there] = [new RTCPeerConnection(), new RTCPeerConnection()];
      here.onicecandidate = ({ candidate }) => void there.addIceCandidate(candidate ?? undefined);
      there.onicecandidate = ({ candidate }) => void here.addIceCandidate(candidate ?? undefined);
      const events = new transport.Recorder();
      // Chromium itself never sends more than 256 KiB, so the limit is a smaller one here.
      const limits = { openMs: 10_000, messageBytes: 1000, queuedBytes: 2000 };
      const freed: string[] = [];
      const bounded = new transport.BoundedChannel(limits, events, () => freed.push('bounded'));
      there.ondatachannel = ({ channel }) => bounded.carry(channel);
      const sender = here.createDataChannel('');
      await here.setLocalDescription();
      await there.setRemoteDescription(here.localDescription ?? { type: 'offer' });
      await there.setLocalDescription();
      await here.setRemoteDescription(there.localDescription ?? { type: 'answer' });
      await transport.until(() => sender.readyState === 'open' && events.opened === 1);
      sender.send(new Uint8Array(1000));
      await transport.until(() => events.messages.length === 1);
      sender.send(new Uint8Array(1001));
      await transport.until(() => events.closed === 1 && freed.length === 1);

      const silent = new transport.Recorder();
      new transport.BoundedChannel({ ...limits, openMs: 20 }, silent, () => freed.push('silent'));
      await transport.until(() => silent.closed === 1);
      return { events, silent, freed };
    });
    expect(result.events).toMatchObject({ opened: 1, closed: 1, receivedBytes: 1000, calledAfterClose: 0 });
    expect(result.silent).toMatchObject({ opened: 0, closed: 1 });
    expect(result.freed).toEqual(['bounded', 'silent']);
  });
});

test.describe('a door', () => {
  test('answers a knock, and both sides hear when the other closes', async ({ page, context }) => {
    const { broker, stop } = await startBroker();
    const newcomer = await context.newPage();
    await Promise.all([openFixture(page), openFixture(newcomer)]);
    await hold(page, [broker]);
    const { states, opened, tookMs } = await knock(newcomer, [broker]);
    test.info().annotations.push({ type: 'measured', description: `door answered after ${tookMs.toFixed(0)} ms` });
    expect({ states, opened }).toEqual({ states: ['opening', 'open'], opened: 1 });
    expect(await echoes(newcomer)).toBe(true);
    expect(await page.evaluate(() => [held.states, held.knocks.length])).toEqual([['opening', 'open'], 1]);

    const closed = newcomer.evaluate(() => transport.until(() => knocked.events.closed === 1));
    await page.evaluate(() => held.knocks[0]?.channel.close());
    await closed;
    await page.evaluate(() => transport.until(() => held.knocks[0]?.events.closed === 1));
    await stop();
  });

  test('tells quickly that nobody is there', async ({ page }) => {
    const { broker, stop } = await startBroker();
    await openFixture(page);
    const { opened, closed, states, tookMs } = await knock(page, [broker]);
    test.info().annotations.push({ type: 'measured', description: `nobody there after ${tookMs.toFixed(0)} ms` });
    expect({ opened, closed, states }).toEqual({ opened: 0, closed: 1, states: ['opening', 'open'] });
    expect(tookMs).toBeLessThan(8500);
    await stop();
  });

  test('tells when no broker can be reached', async ({ page }) => {
    await openFixture(page);
    const result = await knock(page, [DEAD, { ...DEAD, host: 'broker.invalid' }]);
    expect(result).toMatchObject({ opened: 0, closed: 1, states: ['opening', 'unreachable'] });
    expect(result.tookMs).toBeLessThan(7000);
  });

  test('is reclaimed after a reload', async ({ page, context }) => {
    const { broker, stop } = await startBroker();
    const newcomer = await context.newPage();
    await Promise.all([openFixture(page), openFixture(newcomer)]);
    await hold(page, [broker]);
    await page.reload();
    await page.waitForFunction(() => 'transport' in globalThis);
    await hold(page, [broker]);
    expect(await knock(newcomer, [broker])).toMatchObject({ opened: 1 });
    await stop();
  });

  test('is waited for while somebody else has its id', async ({ page, context }) => {
    const { broker, stop } = await startBroker();
    const frozen = await context.newPage();
    await Promise.all([openFixture(page), openFixture(frozen)]);
    await hold(frozen, [broker]);
    const refused = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
    const reclaimed = hold(page, [broker]);
    expect((await refused).payload).toContain('ID-TAKEN');
    await frozen.close();
    await reclaimed;
    await stop();
  });

  test('moves to the next broker when the first is dead, says so, and is found there', async ({ page, context }) => {
    const { broker, stop } = await startBroker();
    const newcomer = await context.newPage();
    await Promise.all([openFixture(page), openFixture(newcomer)]);
    await hold(page, [DEAD, broker]);
    expect(await page.evaluate(() => held.states)).toEqual(['opening', 'fallback']);
    expect(await knock(newcomer, [DEAD, broker])).toMatchObject({ opened: 1, states: ['opening', 'fallback'] });
    expect(await echoes(newcomer)).toBe(true);
    await stop();
  });

  test('is found at the second broker although the first one works', async ({ page, context }) => {
    const [first, second] = await Promise.all([startBroker(), startBroker()]);
    const newcomer = await context.newPage();
    await Promise.all([openFixture(page), openFixture(newcomer)]);
    await hold(page, [DEAD, second.broker]);
    expect(await knock(newcomer, [first.broker, second.broker])).toMatchObject({ opened: 1, closed: 0 });
    expect(await echoes(newcomer)).toBe(true);
    await Promise.all([first.stop(), second.stop()]);
  });

  test('comes back by itself when the broker does, and open channels live on meanwhile', async ({ page, context }) => {
    const before = await startBroker();
    const { broker } = before;
    const [newcomer, latecomer] = [await context.newPage(), await context.newPage()];
    await Promise.all([openFixture(page), openFixture(newcomer), openFixture(latecomer)]);
    await hold(page, [broker]);
    await knock(newcomer, [broker]);
    await before.stop();
    await page.evaluate(() => transport.until(() => held.states.at(-1) === 'unreachable'));
    expect(await echoes(newcomer)).toBe(true);

    const after = await startBroker(broker.port);
    await page.evaluate(() => transport.until(() => held.states.at(-1) === 'open'));
    expect(await echoes(newcomer)).toBe(true);
    expect(await knock(latecomer, [broker])).toMatchObject({ opened: 1 });
    expect(await echoes(latecomer)).toBe(true);
    await after.stop();
  });

  test('lets a bounded crowd in, and the next one when somebody leaves', async ({ page, context }) => {
    const { broker, stop } = await startBroker();
    const crowd = await context.newPage();
    await Promise.all([openFixture(page), openFixture(crowd)]);
    await hold(page, [broker]);
    const counts = await crowd.evaluate(
      async ([broker, stream]) => {
        const doors = transport.createDoors({ brokers: [broker], iceServers: [] });
        const inside = Array.from({ length: 64 }, () => transport.knock(doors, stream));
        await transport.until(() => inside.every(({ events }) => events.opened === 1));
        const refused = transport.knock(doors, stream);
        await transport.until(() => refused.events.closed === 1);
        inside[0]?.channel.close();
        await transport.until(() => inside[0]?.events.closed === 1);
        const next = transport.knock(doors, stream);
        await transport.until(() => next.events.opened + next.events.closed > 0);
        return { refused: refused.events.opened, next: next.events.opened };
      },
      [broker, STREAM] as const,
    );
    expect(counts).toEqual({ refused: 0, next: 1 });
    await stop();
  });

  test('rests: the broker is left, an open channel is not, and the next knock registers again', async ({
    page,
    context,
  }) => {
    const { broker, stop } = await startBroker();
    const newcomer = await context.newPage();
    await Promise.all([openFixture(page), openFixture(newcomer)]);
    await hold(page, [broker]);
    const socket = newcomer.waitForEvent('websocket');
    await newcomer.evaluate(
      async ([broker, stream]) => {
        const doors = transport.createDoors({ brokers: [broker], iceServers: [] });
        globalThis.knocked = transport.knock(doors, stream);
        await transport.until(() => knocked.events.opened === 1);
        doors.rest();
        const again = transport.knock(doors, stream);
        await transport.until(() => again.events.opened === 1);
        doors.rest();
      },
      [broker, STREAM] as const,
    );
    const left = await socket;
    await expect.poll(() => left.isClosed()).toBe(true);
    expect(await echoes(newcomer)).toBe(true);
    await stop();
  });
});
