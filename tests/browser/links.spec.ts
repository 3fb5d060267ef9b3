import { expect, type Page, test } from '@playwright/test';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';

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

test.describe('a link', () => {
  test('opens both ways and carries messages both ways', async ({ page }) => {
    await openFixture(page);
    const result = await page.evaluate(async () => {
      const startedMs = performance.now();
      const { here, there, hereEvents, thereEvents, signalChars } = transport.linkPair();
      const early = here.send(new Uint8Array(1));
      await transport.until(() => hereEvents.opened === 1 && thereEvents.opened === 1);
      const openMs = performance.now() - startedMs;
      here.send(new Uint8Array([1, 2]));
      there.send(new Uint8Array([3]));
      await transport.until(() => hereEvents.messages.length === 1 && thereEvents.messages.length === 1);
      const plain = [...hereEvents.messages, ...thereEvents.messages].map(
        (bytes) => [Object.getPrototypeOf(bytes) === Uint8Array.prototype, bytes.join()] as const,
      );
      return { early, openMs, plain, signalChars };
    });
    const measured = `link open after ${result.openMs.toFixed(0)} ms, signals of ${result.signalChars.join(', ')} characters`;
    test.info().annotations.push({ type: 'measured', description: measured });
    expect(Math.max(...result.signalChars)).toBeLessThan(500);
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

  const description = (type: string): string => `${type} abcd ${'p'.repeat(24)} ${'f'.repeat(42)}A 0`;
  const candidate = 'candidate:1 1 udp 1 127.0.0.1 9 typ host';
  const badSignals: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['JSON', '{"type":"offer","sdp":"v=0"}'],
    ['too long', Array<string>(300).fill(candidate).join('\n')],
    ['an answer to nobody', description('answer')],
    ['no fingerprint', description('offer').replace(/f+A/, 'f')],
    ['two lines in one', `${candidate}\r\nm=video 9 x`],
    ['no candidate', 'candidate:rubbish'],
    ['a second offer', `${description('offer')}\n${description('offer')}`],
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
      for (let count = 0; count < 65; count++) link.signal('candidate:1 1 udp 1 127.0.0.1 9 typ host');
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
        for (const signal of transport.readSignals(data) ?? []) {
          if (signal.type === 'candidate') void hostile.addIceCandidate(signal.candidate);
          else void hostile.setRemoteDescription(signal);
        }
      };
      hostile.onicecandidate = ({ candidate }) => {
        const line = candidate && transport.writeSignal({ type: 'candidate', candidate });
        if (line) link.signal(line);
      };
      await hostile.setLocalDescription();
      link.signal(transport.writeSignal({ type: 'offer', sdp: hostile.localDescription?.sdp ?? '' }) ?? '');
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
