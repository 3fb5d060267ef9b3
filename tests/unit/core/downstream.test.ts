import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DATA_STRIPES, STRIPES } from '../../../src/core/chunk.ts';
import { Downstream } from '../../../src/core/mesh/downstream.ts';

const LONG_AFTER_MS = 10_000;

/** A peer that mainly passes on stripe 3, or a host. */
function withSlots(slots: number, host = false): Downstream {
  const downstream = new Downstream(host ? null : 3);
  downstream.slots = slots;
  return downstream;
}

const nobody = (): boolean => false;
const about = { shuns: nobody, isQuiet: nobody, isBarren: nobody };

const ask = (downstream: Downstream, peerId: string, stripe: number, spare = 0, nowMs = 0, urgent = true) =>
  downstream.admit({ peerId, stripe, spare, urgent, ...about }, nowMs);

test('a relay never feeds more than its slots, whoever asks for what', () => {
  const request = fc.record({
    peerId: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    stripe: fc.nat(STRIPES - 1),
    spare: fc.nat(2),
    urgent: fc.boolean(),
    leave: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.nat(10), fc.array(request, { maxLength: 80 }), (slots, requests) => {
      const downstream = withSlots(slots);
      for (const [at, { leave, ...applicant }] of requests.entries()) {
        if (leave) downstream.remove(applicant.peerId, applicant.stripe);
        else downstream.admit({ ...applicant, ...about }, at * 500);
        expect(downstream.used).toBeLessThanOrEqual(slots);
        expect(downstream.free).toBeLessThanOrEqual(slots - downstream.used);
      }
    }),
  );
});

test('a host shares its slots out evenly over the stripes', () => {
  const downstream = withSlots(10, true);
  for (const peerId of ['a', 'b', 'c'])
    for (let stripe = 0; stripe < STRIPES; stripe++) ask(downstream, peerId, stripe);
  for (let stripe = 0; stripe < STRIPES; stripe++) expect([...downstream.of(stripe)]).toEqual(['a', 'b']);
});

test('a host lets one child into each stripe, however small its uplink', () => {
  const downstream = withSlots(1, true);
  expect(downstream.free).toBe(DATA_STRIPES);
  for (let stripe = 0; stripe < DATA_STRIPES; stripe++) expect(ask(downstream, 'a', stripe).type).toBe('admitted');
  // Parity can be made by those who have the others.
  expect(ask(downstream, 'a', DATA_STRIPES).type).toBe('full');
  expect(downstream.free).toBe(0);
  expect(ask(downstream, 'b', 0).type).toBe('full');
  expect(downstream.excess()).toBeNull();
});

test('one who can pass on takes the place of one who cannot, who is told', () => {
  const downstream = withSlots(2);
  ask(downstream, 'useful', 0, 3);
  ask(downstream, 'free rider', 0);
  expect(ask(downstream, 'new', 0, 4, LONG_AFTER_MS)).toEqual({ type: 'replaced', child: 'free rider', stripe: 0 });
  expect(downstream.used).toBe(2);
  expect(ask(downstream, 'newer', 0, 4, LONG_AFTER_MS)).toEqual({ type: 'full' });
});

test('one who makes room is fed for a while yet, and does not count any longer', () => {
  const downstream = withSlots(1);
  ask(downstream, 'leaf', 0);
  ask(downstream, 'inner', 0, 4, LONG_AFTER_MS);
  expect([...downstream.of(0)]).toEqual(['leaf', 'inner']);
  expect(downstream.overdue(LONG_AFTER_MS)).toEqual([]);
  expect(downstream.overdue(LONG_AFTER_MS + 2_000)).toMatchObject([{ peerId: 'leaf', stripe: 0 }]);
});

test('the stripe that a peer mainly passes on comes before the others', () => {
  const downstream = withSlots(1);
  ask(downstream, 'other', 0);
  expect(ask(downstream, 'main', 3, 0, LONG_AFTER_MS)).toEqual({ type: 'replaced', child: 'other', stripe: 0 });
  expect(ask(downstream, 'another', 0, 0, 2 * LONG_AFTER_MS).type).toBe('full');
});

test('the last slots are for those who would have nothing otherwise', () => {
  const downstream = withSlots(4);
  for (const peerId of ['a', 'b', 'c']) expect(ask(downstream, peerId, 0, 0, 0, false).type).toBe('admitted');
  expect(downstream.free).toBe(0);
  expect(ask(downstream, 'fed', 0, 0, 0, false).type).toBe('full');
  expect(ask(downstream, 'hungry', 0).type).toBe('admitted');
});

test('nobody is replaced for a free rider, by a leaf, or just after coming', () => {
  const downstream = withSlots(1);
  ask(downstream, 'free rider', 0);
  expect(ask(downstream, 'other', 0, 0, LONG_AFTER_MS).type).toBe('full');
  expect(ask(downstream, 'other', 0, 1, LONG_AFTER_MS, false).type).toBe('full');
  expect(ask(downstream, 'other', 0, 4, 1_000).type).toBe('full');
  expect(ask(downstream, 'other', 0, 4, LONG_AFTER_MS).type).toBe('replaced');
});

test('a host gives the place of a child that is of no use to others to one who promises to be, in time', () => {
  const downstream = withSlots(4, true);
  for (let stripe = 0; stripe < DATA_STRIPES; stripe++) ask(downstream, 'rider', stripe, 50);
  const applicant = { ...about, peerId: 'relay', stripe: 0, spare: 4, urgent: false };
  const isBarren = (child: string): boolean => child === 'rider';
  expect(downstream.admit({ ...applicant, isBarren }, 1_000).type).toBe('full');
  expect(downstream.admit({ ...applicant, isBarren, spare: 0 }, LONG_AFTER_MS).type).toBe('full');
  expect(downstream.admit({ ...applicant, isBarren }, LONG_AFTER_MS).type).toBe('replaced');
  // One after the other.
  expect(downstream.admit({ ...applicant, isBarren, stripe: 1 }, LONG_AFTER_MS + 500).type).toBe('full');
});

test('when the uplink shrinks, the youngest free rider goes first', () => {
  const downstream = withSlots(3);
  ask(downstream, 'useful', 0, 3, 500);
  ask(downstream, 'old rider', 1, 0, 0);
  ask(downstream, 'young rider', 2, 0, 100);
  expect(downstream.excess()).toBeNull();
  downstream.slots = 1;
  const order: string[] = [];
  for (let excess = downstream.excess(); excess; excess = downstream.excess()) {
    order.push(excess.peerId);
    downstream.remove(excess.peerId, excess.stripe);
  }
  expect(order).toEqual(['young rider', 'old rider']);
});

test('asking again keeps the place, and costs none', () => {
  const downstream = withSlots(1);
  expect(ask(downstream, 'a', 2).type).toBe('admitted');
  expect(ask(downstream, 'a', 2).type).toBe('admitted');
  expect(downstream.used).toBe(1);
});

test('one who leaves is gone from all stripes', () => {
  const downstream = withSlots(9);
  for (const stripe of [0, 1, 3]) ask(downstream, 'a', stripe);
  ask(downstream, 'b', 1);
  expect(downstream.stripesOf('a')).toEqual([0, 1, 3]);
  expect(downstream.peers).toBe(2);
  downstream.removeAll('a');
  expect(downstream.stripesOf('a')).toEqual([]);
  expect(downstream.peers).toBe(1);
});

test('a stripe that does not exist has no room', () => {
  expect(ask(withSlots(9), 'a', STRIPES).type).toBe('full');
});

test.each([
  { what: 'that it has cut off', shuns: (child: string) => child === 'bad', isQuiet: nobody },
  { what: 'that may be gone', shuns: nobody, isQuiet: (child: string) => child === 'bad' },
])('an applicant without another source takes the place of a child $what', ({ shuns, isQuiet }) => {
  const downstream = withSlots(1);
  ask(downstream, 'bad', 0, 5);
  const applicant = { ...about, peerId: 'viewer', stripe: 0, spare: 0, shuns, isQuiet };
  expect(downstream.admit({ ...applicant, urgent: false }, 0)).toEqual({ type: 'full' });
  expect(downstream.admit({ ...applicant, urgent: true }, 0)).toEqual({ type: 'replaced', child: 'bad', stripe: 0 });
  expect([...downstream.of(0)]).toEqual(['viewer']);
});
