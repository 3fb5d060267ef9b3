import { expect, type Page, test } from '@playwright/test';
import type { Broker } from '../../src/adapters/site-config.ts';
import { DEAD_BROKER, registerStranger, type RunningBroker, startBroker } from '../support/broker.ts';
import { type FixtureServer, startFixtureServer } from '../support/fixture-server.ts';

const STREAM = 'csm7nbfrcayqev4fr65rx7we40';
const HOST_DOOR = `passaparola-${STREAM}`;
const MEMBER = '00112233445566aa';

let fixtures: FixtureServer;
let running: RunningBroker;
test.beforeAll(async () => {
  fixtures = await startFixtureServer(['peerjs', 'simple-peer/simplepeer.min.js']);
});
test.afterAll(() => fixtures.close());
test.beforeEach(async () => {
  running = await startBroker();
});
test.afterEach(() => running.stop());

/** Opens the fixture; anything thrown and not caught in the page fails the test. */
async function openFixture(page: Page): Promise<Page> {
  page.on('pageerror', (error) => expect.soft(error, 'thrown in the page').toBeUndefined());
  await page.goto(`${fixtures.url}transport.html`);
  await page.waitForFunction(() => 'transport' in globalThis);
  return page;
}

/** Holds a door in this page, the host's unless a member is named, and waits until a broker has it. */
async function hold(page: Page, brokers: readonly Broker[], member: string | null = null): Promise<void> {
  await page.evaluate(
    async ([brokers, stream, member]) => {
      globalThis.held = transport.holdEcho(brokers, stream, member);
      await transport.until(() => held.states.some((state) => state === 'open' || state === 'fallback'));
    },
    [brokers, STREAM, member] as const,
  );
}

/** Knocks in this page until it is clear whether the door answers; reports what the listener heard. */
function knock(page: Page, brokers: readonly Broker[], door: string | null = null) {
  return page.evaluate(
    async ([brokers, stream, door]) => {
      const startedMs = performance.now();
      globalThis.knocked = transport.knock(transport.doorsOf(brokers, stream, '00000000000000f1'), door);
      await transport.until(() => knocked.events.opened + knocked.events.closed > 0);
      const { opened, closed } = knocked.events;
      return { opened, closed, states: knocked.states, tookMs: performance.now() - startedMs };
    },
    [brokers, STREAM, door] as const,
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

test('answers a knock, and both sides hear when the other closes', async ({ page, context }) => {
  const { broker } = running;
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker]);
  const { states, opened, tookMs } = await knock(newcomer, [broker]);
  test.info().annotations.push({ type: 'measured', description: `door answered after ${tookMs.toFixed(0)} ms` });
  expect({ states, opened }).toEqual({ states: ['opening', 'open'], opened: 1 });
  expect(await echoes(newcomer)).toBe(true);
  const seen = await page.evaluate(() => [held.states, held.knocks.map(({ registeredAs }) => registeredAs)]);
  expect(seen).toEqual([['opening', 'open'], ['00000000000000f1']]);

  const closed = newcomer.evaluate(() => transport.until(() => knocked.events.closed === 1));
  await page.evaluate(() => held.knocks[0]?.channel.close());
  await closed;
  await page.evaluate(() => transport.until(() => held.knocks[0]?.events.closed === 1));
  const events = await Promise.all([
    newcomer.evaluate(() => knocked.events),
    page.evaluate(() => held.knocks[0]?.events),
  ]);
  for (const one of events) expect(one).toMatchObject({ closed: 1, calledAfterClose: 0 });
});

test("a member's door answers although nobody holds the host's", async ({ page, context }) => {
  const { broker } = running;
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker], MEMBER);
  expect(await knock(newcomer, [broker], MEMBER)).toMatchObject({ opened: 1, closed: 0 });
  expect(await echoes(newcomer)).toBe(true);
});

test('a knock waits at the broker for a door that opens a moment later', async ({ page, context }) => {
  const { broker } = running;
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  const knocking = newcomer.waitForEvent('websocket').then((socket) => socket.waitForEvent('framesent'));
  const answer = knock(newcomer, [broker]);
  expect((await knocking).payload).toContain('"knock"');
  await hold(page, [broker]);
  expect(await answer).toMatchObject({ opened: 1, closed: 0 });
  expect(await newcomer.evaluate(() => knocked.events.messages[0]?.join())).toBe('7');
});

test('a page that knocks and holds a door registers once', async ({ page, context }) => {
  const { broker } = running;
  const member = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker]);
  let sockets = 0;
  member.on('websocket', () => (sockets += 1));
  await member.evaluate(
    async ([broker, stream, name]) => {
      globalThis.held = transport.holdEcho([broker], stream, name);
      globalThis.knocked = transport.knock(held.doors, null);
      await transport.until(() => held.states.at(-1) === 'open' && knocked.events.opened === 1);
    },
    [broker, STREAM, MEMBER] as const,
  );
  expect(await echoes(member)).toBe(true);
  expect(sockets).toBe(1);
});

test('tells quickly that nobody is there', async ({ page }) => {
  await openFixture(page);
  const { opened, closed, states, tookMs } = await knock(page, [running.broker]);
  test.info().annotations.push({ type: 'measured', description: `nobody there after ${tookMs.toFixed(0)} ms` });
  expect({ opened, closed, states }).toEqual({ opened: 0, closed: 1, states: ['opening', 'open'] });
  expect(tookMs).toBeLessThan(8500);
});

test('turns a knock away at once where somebody is registered who holds no door', async ({ page, context }) => {
  const { broker } = running;
  const member = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(member, [broker], MEMBER);
  await member.evaluate(() => held.door.close());
  const { opened, closed, tookMs } = await knock(page, [broker], MEMBER);
  expect({ opened, closed }).toEqual({ opened: 0, closed: 1 });
  expect(tookMs).toBeLessThan(1800); // the broker itself says it after two seconds at the earliest
});

test('tells when no broker can be reached', async ({ page }) => {
  await openFixture(page);
  const result = await knock(page, [DEAD_BROKER, { ...DEAD_BROKER, host: 'broker.invalid' }]);
  expect(result).toMatchObject({ opened: 0, closed: 1, states: ['opening', 'unreachable'] });
  expect(result.tookMs).toBeLessThan(7000);
});

test('is reclaimed after a reload', async ({ page, context }) => {
  const { broker } = running;
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker]);
  await page.reload();
  await page.waitForFunction(() => 'transport' in globalThis);
  await hold(page, [broker]);
  expect(await knock(newcomer, [broker])).toMatchObject({ opened: 1 });
});

test('a visit ends when the door is held by a page that knows nothing of it', async ({ page, context }) => {
  const { broker } = running;
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker]);
  await knock(newcomer, [broker]);
  await page.reload();
  await page.waitForFunction(() => 'transport' in globalThis);
  await hold(page, [broker]);
  await newcomer.evaluate(async () => {
    knocked.channel.send(new Uint8Array([1]));
    await transport.until(() => knocked.events.closed === 1);
  });
});

test('is waited for while somebody else has its name', async ({ page, context }) => {
  const { broker } = running;
  const frozen = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(frozen, [broker]);
  const refused = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
  const reclaimed = hold(page, [broker]);
  expect((await refused).payload).toContain('ID-TAKEN');
  await frozen.close();
  await reclaimed;
});

test('moves to the next broker when the first is dead, says so, and is found there', async ({ page, context }) => {
  const brokers = [DEAD_BROKER, running.broker];
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, brokers);
  expect(await page.evaluate(() => held.states)).toEqual(['opening', 'fallback']);
  expect(await knock(newcomer, brokers)).toMatchObject({ opened: 1, states: ['opening', 'fallback'] });
  expect(await echoes(newcomer)).toBe(true);
});

test('is found at the second broker although the first one works', async ({ page, context }) => {
  const second = await startBroker();
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [DEAD_BROKER, second.broker]);
  expect(await knock(newcomer, [running.broker, second.broker])).toMatchObject({ opened: 1, closed: 0 });
  expect(await echoes(newcomer)).toBe(true);
  await second.stop();
});

test('comes back by itself when the broker does; visits end with the broker', async ({ page, context }) => {
  const before = await startBroker();
  const { broker } = before;
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker]);
  await knock(newcomer, [broker]);
  await before.stop();
  await newcomer.evaluate(() => transport.until(() => knocked.events.closed === 1));
  await page.evaluate(() => transport.until(() => held.states.at(-1) === 'unreachable'));
  expect(await page.evaluate(() => held.knocks[0]?.events.closed)).toBe(1);

  const after = await startBroker(broker.port);
  await page.evaluate(() => transport.until(() => held.states.at(-1) === 'open'));
  expect(await knock(newcomer, [broker])).toMatchObject({ opened: 1 });
  expect(await echoes(newcomer)).toBe(true);
  await after.stop();
});

test('rests: the broker is left, and the next knock registers again', async ({ page, context }) => {
  const { broker } = running;
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker]);
  const socket = newcomer.waitForEvent('websocket');
  await knock(newcomer, [broker]);
  await newcomer.evaluate(() => {
    knocked.channel.close();
    knocked.doors.rest();
  });
  const left = await socket;
  await expect.poll(() => left.isClosed()).toBe(true);
  await newcomer.evaluate(async () => {
    globalThis.knocked = transport.knock(knocked.doors, null);
    await transport.until(() => knocked.events.opened === 1);
  });
  expect(await echoes(newcomer)).toBe(true);
});

test('who has taken the name of a newcomer does not keep it out', async ({ page, context }) => {
  const { broker } = running;
  const squatter = await registerStranger(broker, `${HOST_DOOR}-00000000000000f1`);
  const newcomer = await openFixture(await context.newPage());
  await openFixture(page);
  await hold(page, [broker]);
  expect(await knock(newcomer, [broker])).toMatchObject({ opened: 1 });
  expect(await page.evaluate(() => held.knocks[0]?.registeredAs)).toBeNull();
  squatter.leave();
});

test.describe('a hostile letter', () => {
  const sealed = (letter: object) => ({ passaparola: 1, kind: 'knock', visit: 1, text: btoa('x'), ...letter });
  const rubbish: readonly (readonly [string, object])[] = [
    ['nothing at all', {}],
    ['no payload', { type: 'CANDIDATE' }],
    ['noise', { type: 'CANDIDATE', payload: 'x'.repeat(1000) }],
    ['no base64', { type: 'CANDIDATE', payload: sealed({ text: '!' }) }],
    ['too long a letter', { type: 'CANDIDATE', payload: sealed({ text: 'A'.repeat(40_000) }) }],
    ['another version', { type: 'CANDIDATE', payload: sealed({ passaparola: 2 }) }],
    ['what PeerJS would keep', { type: 'CANDIDATE', payload: { connectionId: 'dc_1' } }],
    ['an offer that PeerJS would choke on', { type: 'OFFER', payload: { type: 'data', serialization: 'x' } }],
    ['an offer that PeerJS would take', { type: 'OFFER', payload: { type: 'data', serialization: 'raw', sdp: {} } }],
  ];
  test('is dropped and counted, and the next visitor is let in', async ({ page, context }) => {
    const { broker } = running;
    const newcomer = await openFixture(await context.newPage());
    await openFixture(page);
    await hold(page, [broker]);
    const stranger = await registerStranger(broker, 'stranger');
    for (const [, message] of rubbish) stranger.send({ ...message, dst: HOST_DOOR });
    const typed = rubbish.filter(([, message]) => 'type' in message).length; // the broker drops what has no type
    await page.evaluate((count) => transport.until(() => held.doors.lettersDropped === count), typed);
    expect(await page.evaluate(() => held.knocks.length)).toBe(0);
    expect(await knock(newcomer, [broker])).toMatchObject({ opened: 1 });
    expect(await echoes(newcomer)).toBe(true);
    stranger.leave();
  });

  test('from somebody else is not taken for one of a visit', async ({ page, context }) => {
    const { broker } = running;
    const newcomer = await openFixture(await context.newPage());
    await openFixture(page);
    await hold(page, [broker]);
    const sent = newcomer.waitForEvent('websocket').then((socket) => socket.waitForEvent('framesent'));
    await knock(newcomer, [broker]);
    const { visit } = (JSON.parse(String((await sent).payload)) as { payload: { visit: number } }).payload;
    const stranger = await registerStranger(broker, 'stranger');
    for (const dst of [HOST_DOOR, `${HOST_DOOR}-00000000000000f1`]) {
      stranger.send({ type: 'CANDIDATE', dst, payload: sealed({ kind: 'say', visit }) });
      stranger.send({ type: 'CANDIDATE', dst, payload: sealed({ kind: 'bye', visit, text: '' }) });
      for (const type of ['LEAVE', 'EXPIRE']) stranger.send({ type, dst });
    }
    await expect.poll(() => stranger.heard.length).toBe(2); // a goodbye for each word of a visit that it hasn't
    expect(await echoes(newcomer)).toBe(true);
    expect(await page.evaluate(() => held.knocks.map(({ events }) => events.messages.length))).toEqual([2]);
    stranger.leave();
  });

  test('in a flood costs the flooder only', async ({ page, context }) => {
    const { broker } = running;
    const newcomer = await openFixture(await context.newPage());
    await openFixture(page);
    await hold(page, [broker]);
    await knock(newcomer, [broker]);
    const stranger = await registerStranger(broker, 'stranger');
    for (let visit = 0; visit < 2000; visit++) {
      stranger.send({ type: 'CANDIDATE', dst: HOST_DOOR, payload: sealed({ visit }) });
    }
    expect(await echoes(newcomer)).toBe(true);
    await page.evaluate(() => transport.until(() => held.doors.lettersDropped + held.knocks.length === 2001));
    const open = await page.evaluate(() => held.knocks.filter(({ events }) => events.closed === 0).length);
    expect(open).toBe(2);
    expect(await page.evaluate(() => held.doors.lettersDropped)).toBeGreaterThan(500);
    expect(await echoes(newcomer)).toBe(true);
    stranger.leave();
  });
});
