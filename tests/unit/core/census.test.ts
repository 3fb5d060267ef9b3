import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DATA_STRIPES, STRIPES } from '../../../src/core/chunk.ts';
import { Census } from '../../../src/core/mesh/census.ts';
import { Neighbour } from '../../../src/core/mesh/neighbour.ts';
import {
  type CensusRecord,
  MAX_CENSUS,
  MAX_MESSAGE_BYTES,
  MAX_REPORTED,
  type Message,
  type PeerId,
  shortOf,
} from '../../../src/core/messages.ts';
import { decodeMessage, encodeMessage } from '../../../src/core/wire.ts';
import { VirtualNetwork } from '../../support/virtual-network.ts';

const name = (number: number): PeerId => number.toString(16).padStart(8, '0').padEnd(16, '0');
const record = (number: number): CensusRecord => ({
  id: shortOf(name(number)),
  parents: Array<null>(STRIPES).fill(null),
  depths: Array<number>(STRIPES).fill(1),
  sentBps: 0,
});
const some = (first: number, count: number): CensusRecord[] =>
  Array.from({ length: count }, (_, at) => record(first + at));

const PARENT = name(1);
const CHILD = name(2);
const OTHER_CHILD = name(3);

function setUp(host: boolean) {
  const sent: { to: PeerId; message: Message }[] = [];
  const counters = { reportsSent: 0 };
  const outbox = { bytesSent: 0 };
  const children = [CHILD, OTHER_CHILD];
  const parents: (PeerId | null)[] = host ? [] : [PARENT, PARENT, null, PARENT];
  const census = new Census({
    peerId: name(9),
    host,
    upstream: { depths: [1, 1, 255, 2], parentOf: (stripe) => parents[stripe] ?? null },
    downstream: {
      of: (stripe) => (stripe === 0 ? children : []),
      stripesOf: (peerId) => (children.includes(peerId) ? [0] : []),
    },
    uplink: { rateBps: 5_000 },
    outbox,
    counters,
    send: (to, message) => sent.push({ to, message }),
  });
  const neighbours = new Map(
    [PARENT, CHILD, OTHER_CHILD, name(4)].map((id) => [id, new Neighbour(id, false, true, 0)]),
  );
  const report = (from: PeerId, round: number, records: readonly CensusRecord[], nowMs: number): void => {
    const neighbour = neighbours.get(from);
    if (neighbour) census.reported(neighbour, { type: 'report', round, records }, nowMs);
  };
  const told = (): CensusRecord[] =>
    sent.splice(0).flatMap(({ message }) => (message.type === 'report' ? message.records : []));
  const known = (): CensusRecord[] => census.records.filter(({ id }) => id !== shortOf(name(9)));
  return { census, sent, counters, outbox, parents, report, told, known };
}

describe('a host', () => {
  test('asks nobody until it looks, every two seconds while it does, and nobody afterwards', () => {
    const { census, sent } = setUp(true);
    census.tend(0);
    expect(sent).toEqual([]);
    census.look(true);
    for (let nowMs = 0; nowMs <= 4_000; nowMs += 250) census.tend(nowMs);
    expect(sent.filter(({ to }) => to === CHILD).map(({ message }) => message)).toEqual(
      [1, 2, 3].map((round) => ({ type: 'census', round })),
    );
    census.look(false);
    sent.length = 0;
    for (let nowMs = 4_250; nowMs <= 20_000; nowMs += 250) census.tend(nowMs);
    expect(sent).toEqual([]);
  });

  test('sees itself, and what it sends', () => {
    const { census, outbox } = setUp(true);
    census.look(true);
    census.tend(0);
    outbox.bytesSent = 1_000_000;
    census.tend(2_000);
    expect(census.records).toMatchObject([{ id: shortOf(name(9)), sentBps: 4_000_000 }]);
  });

  test('keeps what its children tell in this round, and forgets whom it hears of no longer', () => {
    const { census, report, known } = setUp(true);
    census.look(true);
    census.tend(0);
    report(CHILD, 1, some(10, 3), 100);
    report(CHILD, 2, some(20, 3), 100);
    report(name(4), 1, some(30, 3), 100); // feeds it, or nobody's child: not from below
    expect(known()).toEqual(some(10, 3));
    census.tend(2_000);
    report(CHILD, 2, some(10, 1), 2_100);
    const { changes } = census;
    census.tend(5_200);
    expect(known()).toEqual(some(10, 1));
    expect(census.changes).toBeGreaterThan(changes);
  });

  test('keeps nothing while it does not look', () => {
    const { census, report } = setUp(true);
    census.look(true);
    census.tend(0);
    report(CHILD, 1, some(10, 3), 100);
    census.look(false);
    report(CHILD, 1, some(10, 3), 200);
    expect(census.records).toEqual([]);
  });

  test('leaves room for what others tell when one child tells of too many', () => {
    const { census, report, known } = setUp(true);
    census.look(true);
    census.tend(0);
    for (let at = 0; at < 30; at++) report(CHILD, 1, some(1_000 + at * MAX_REPORTED, MAX_REPORTED), 100);
    expect(census.records).toHaveLength(MAX_CENSUS);
    report(OTHER_CHILD, 1, some(10, 50), 100);
    expect(census.records).toHaveLength(MAX_CENSUS);
    expect(known()).toEqual(expect.arrayContaining(some(10, 50)));
  });

  test('reads so many reports of one child in a second, and no more', () => {
    const { census, report, known } = setUp(true);
    census.look(true);
    census.tend(0);
    for (let at = 0; at < 100; at++) report(CHILD, 1, some(10 + at, 1), 100);
    expect(known()).toHaveLength(40);
  });
});

describe('a viewer', () => {
  test('says nothing until it is asked, then once of itself, and passes the question on', () => {
    const { census, sent, counters } = setUp(false);
    census.tend(0);
    expect(sent).toEqual([]);
    census.asked(PARENT, 7, 1_000);
    expect(sent).toEqual([CHILD, OTHER_CHILD].map((to) => ({ to, message: { type: 'census', round: 7 } })));
    sent.length = 0;
    for (let nowMs = 1_000; nowMs < 60_000; nowMs += 250) census.tend(nowMs);
    const short = shortOf(PARENT);
    const own = {
      id: shortOf(name(9)),
      parents: [short, short, null, short, null],
      depths: [1, 1, 255, 2, 255],
      sentBps: 5_000,
    };
    expect(sent).toEqual([{ to: PARENT, message: { type: 'report', round: 7, records: [own] } }]);
    expect(counters.reportsSent).toBe(1);
  });

  test('says what it passed on since the last question', () => {
    const { census, outbox, told } = setUp(false);
    census.asked(PARENT, 1, 0);
    outbox.bytesSent = 500_000;
    census.asked(PARENT, 2, 2_000);
    census.tend(2_000);
    expect(told()).toMatchObject([{ sentBps: 2_000_000 }]);
  });

  test('listens to its parent only, and not to old or hurried questions', () => {
    const { census, sent } = setUp(false);
    census.asked(CHILD, 1, 0);
    expect(sent).toEqual([]);
    census.asked(PARENT, 5, 1_000);
    sent.length = 0;
    census.asked(PARENT, 6, 1_500);
    census.asked(PARENT, 5, 3_000);
    census.asked(PARENT, 4, 3_000);
    expect(sent).toEqual([]);
    census.asked(PARENT, 1, 7_000); // the host came back, and counts anew
    expect(sent).toHaveLength(2);
  });

  test('passes on what its children say, once each: a circle of parents carries nothing around', () => {
    const { census, report, told } = setUp(false);
    census.asked(PARENT, 1, 0);
    report(CHILD, 1, [record(9), ...some(20, 3)], 10); // itself, as others may say
    report(OTHER_CHILD, 1, some(21, 3), 20);
    report(name(4), 1, some(50, 3), 20);
    census.tend(250);
    expect(told().map(({ id }) => id)).toEqual([9, 20, 21, 22, 23].map((number) => shortOf(name(number))));
    report(CHILD, 1, some(20, 4), 300);
    census.tend(500);
    expect(told()).toEqual([]);
  });

  test('turns to another parent when that of the first stripe is gone, and waits when there is none', () => {
    const { census, sent, parents } = setUp(false);
    census.asked(PARENT, 1, 0);
    sent.length = 0;
    parents.fill(null);
    census.tend(250);
    expect(sent).toEqual([]);
    parents[2] = OTHER_CHILD;
    census.tend(500);
    expect(sent).toMatchObject([{ to: OTHER_CHILD, message: { type: 'report' } }]);
  });

  test('never tells of more than the picture holds, whatever it hears, in messages that can be read', () => {
    const anyRecord = fc.record({ number: fc.nat(5_000), sentBps: fc.nat() });
    const anyReport = fc.record({
      round: fc.integer({ min: 1, max: 2 }),
      from: fc.constantFrom(PARENT, CHILD, OTHER_CHILD, name(4)),
      records: fc.array(anyRecord, { maxLength: MAX_REPORTED }),
    });
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 40 }), (reports) => {
        const { census, sent, report } = setUp(false);
        census.asked(PARENT, 1, 0);
        sent.length = 0;
        for (const { round, from, records } of reports) {
          const told = records.map(({ number, sentBps }) => ({ ...record(number), sentBps }));
          report(from, round, told, 10);
          census.tend(10);
        }
        const ids: string[] = [];
        for (const { message } of sent) {
          const bytes = encodeMessage(message);
          expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);
          expect(decodeMessage(bytes)).toEqual(message);
          if (message.type === 'report') ids.push(...message.records.map(({ id }) => id));
        }
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.length).toBeLessThanOrEqual(MAX_CENSUS);
      }),
      { numRuns: 50 },
    );
  });
});

test('a report with more records than one message may hold is refused', () => {
  const report = (count: number) => encodeMessage({ type: 'report', round: 1, records: some(1, count) });
  expect(decodeMessage(report(MAX_REPORTED))).not.toBeNull();
  expect(decodeMessage(report(MAX_REPORTED + 1))).toBeNull();
});

test('in a room, the host sees everyone while it looks, and nobody reports when it looks away', async () => {
  const network = new VirtualNetwork(3);
  const host = network.add({ host: true, limitBps: 2_500_000 });
  const viewers = Array.from({ length: 12 }, () => network.add());
  await network.publish(host, 60, 1_000_000);
  const reports = (): number => viewers.reduce((sum, { mesh }) => sum + mesh.counters.reportsSent, 0);
  expect(reports()).toBe(0);

  host.take({ type: 'look', on: true });
  await network.publish(host, 50, 1_000_000);
  const seen = new Map(host.mesh.census.records.map((told) => [told.id, told]));
  for (const { mesh } of viewers) {
    const parents = seen.get(shortOf(mesh.peerId))?.parents.filter((parent) => parent !== null);
    expect(parents?.length).toBeGreaterThanOrEqual(DATA_STRIPES);
  }
  expect(seen.size).toBe(viewers.length + 1);
  expect(host.mesh.census.records.some(({ sentBps }) => sentBps > 500_000)).toBe(true);

  host.take({ type: 'look', on: false });
  await network.publish(host, 10, 1_000_000);
  const before = reports();
  await network.publish(host, 50, 1_000_000);
  expect(reports()).toBe(before);
});
