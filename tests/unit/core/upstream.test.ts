import { expect, test } from 'vitest';
import { DATA_STRIPES, STRIPES } from '../../../src/core/chunk.ts';
import { DESIGN } from '../../../src/core/mesh/design.ts';
import { Neighbour } from '../../../src/core/mesh/neighbour.ts';
import { Upstream } from '../../../src/core/mesh/upstream.ts';
import { markOf, type Message, type PeerId } from '../../../src/core/messages.ts';

const [SELF, FULL, ROOMY] = ['0123', '1111', '2222'].map((part) => part.repeat(4)) as [PeerId, PeerId, PeerId];

/** A viewer that has just met somebody without room. */
function setUp(isHost: boolean) {
  const neighbours = new Map<PeerId, Neighbour>();
  const sent: { to: PeerId; message: Message }[] = [];
  const upstream = new Upstream({
    design: DESIGN,
    mark: markOf(SELF),
    main: 0,
    neighbours,
    random: () => 0.5,
    newest: () => 10,
    isChild: () => false,
    release: () => undefined,
    moved: () => undefined,
    spare: () => 0,
    meet: () => undefined,
    send: (to, message) => sent.push({ to, message }),
  });
  const meet = (peerId: PeerId, free: number, host: boolean): void => {
    const neighbour = new Neighbour(peerId, host, true, 1_000);
    const newest = { epochS: 1, sequence: 10, sinceKey: 0 };
    neighbour.status = { ...neighbour.status, depths: Array<number>(STRIPES).fill(1), free, newest };
    neighbours.set(peerId, neighbour);
  };
  meet(FULL, 0, isHost);
  upstream.tend(1_000);
  const said = (type: Message['type'], to: PeerId) => sent.filter((one) => one.message.type === type && one.to === to);
  return { upstream, neighbours, meet, said };
}

test.each([false, true])(
  'one without room is asked for want of others, until somebody has some (host: %s)',
  (isHost) => {
    const { upstream, meet, said } = setUp(isHost);
    expect(said('subscribe', FULL).length).toBeGreaterThanOrEqual(4);
    upstream.tend(1_020);
    expect(said('subscribe', ROOMY)).toEqual([]);
    meet(ROOMY, 10, false);
    upstream.tend(1_040);
    expect(said('subscribe', ROOMY)).toHaveLength(DATA_STRIPES); // parity from there would be of no use
    expect(said('unsubscribe', FULL)).toHaveLength(isHost ? 0 : DATA_STRIPES);
  },
);

test('a host that agrees after all becomes the parent', () => {
  const { upstream, meet, said } = setUp(true);
  meet(ROOMY, 10, false);
  upstream.tend(1_040);
  upstream.subscribed(FULL, 0, 1_060);
  expect(upstream.parentOf(0)).toBe(FULL);
  expect(said('unsubscribe', ROOMY).map(({ message }) => message)).toEqual([{ type: 'unsubscribe', stripe: 0 }]);
});

test('one with room is left alone while it thinks', () => {
  const { upstream, meet, said } = setUp(false);
  meet(ROOMY, 10, false);
  upstream.tend(1_040);
  meet('3'.repeat(16), 20, false);
  upstream.tend(1_060);
  expect(said('unsubscribe', ROOMY)).toEqual([]);
});

test('one that never sent a piece that was asked of it is not asked for a stripe while somebody else has some', () => {
  const { upstream, neighbours, meet, said } = setUp(false);
  upstream.lost(FULL, 1_010);
  neighbours.delete(FULL);
  const [liar, honest] = ['4'.repeat(16), '5'.repeat(16)] as [PeerId, PeerId];
  meet(liar, 50, false);
  meet(honest, 10, false);
  for (const [peerId, newestSent] of [
    [liar, -1],
    [honest, 9],
  ] as const) {
    const neighbour = neighbours.get(peerId);
    if (!neighbour) throw new Error('not met');
    neighbour.newestSent = newestSent;
    for (let count = 0; count < 6; count++) neighbour.owe();
  }
  upstream.tend(1_020);
  expect(said('subscribe', honest).length).toBeGreaterThanOrEqual(DATA_STRIPES - 1);
  expect(said('subscribe', liar).length).toBeLessThanOrEqual(2);
});

test('one that may have vanished is asked only if nobody else is there, however near it is', () => {
  const { upstream, neighbours, meet, said } = setUp(false);
  meet(ROOMY, 10, false);
  const near = neighbours.get(FULL);
  const far = neighbours.get(ROOMY);
  if (!near || !far) throw new Error('not met');
  near.status = { ...near.status, free: 10 };
  far.status = { ...far.status, depths: Array<number>(STRIPES).fill(9) };
  near.heardMs = 1_400;
  far.heardMs = 1_900;
  upstream.subscribed(FULL, 0, 1_010);
  upstream.lost(FULL, 2_000);
  expect(said('subscribe', ROOMY).length).toBeGreaterThan(0);
});
