import { expect, test } from 'vitest';
import { DESIGN } from '../../../src/core/mesh/design.ts';
import { ChunkStore } from '../../../src/core/mesh/chunk-store.ts';
import { Neighbour } from '../../../src/core/mesh/neighbour.ts';
import { Repair } from '../../../src/core/mesh/repair.ts';
import { Sources } from '../../../src/core/mesh/sources.ts';
import type { Message } from '../../../src/core/messages.ts';
import { HEADERS } from './wire-arbitraries.ts';

const [first] = HEADERS;
if (!first) throw new Error('no header');
const header = { ...first, sequence: 20, sinceKey: 0 };

function setUp() {
  const neighbours = new Map(['honest', 'liar'].map((name) => [name, new Neighbour(name, false, true, 1_000)]));
  const store = new ChunkStore();
  const sent: Message[] = [];
  const common = { neighbours, random: () => 0.5, parentOf: () => null };
  const repair = new Repair({
    ...common,
    design: DESIGN,
    store,
    sources: new Sources({ ...common, isChild: () => false }),
    begun: new Map(),
    expects: () => false,
    patienceMs: () => 0,
    send: (_, message) => sent.push(message),
  });
  const liar = neighbours.get('liar');
  if (!liar) throw new Error('no liar');
  /** Both say something. */
  const talk = (nowMs: number) => {
    for (const neighbour of neighbours.values()) neighbour.heardMs = nowMs;
  };
  return { repair, store, liar, sent, talk };
}

const asksForReal = (sent: readonly Message[]) =>
  sent.some((message) => message.type === 'want' && message.chunk.sequence === header.sequence);

test('a group that a liar invents before anything has come does not keep the real one from being mended', () => {
  const { repair, store, liar, sent } = setUp();
  repair.join(liar, { epochS: header.epochS, sequence: 1_000_000, sinceKey: 1 }, 1_000);
  store.add(header, 0, new Uint8Array(1), [], 1_100);
  repair.restart();
  sent.length = 0;
  repair.mend(1_200);
  expect(asksForReal(sent)).toBe(true);
});

test('a later session that a liar invents does not keep the present one from being mended', () => {
  const { repair, store, liar, sent } = setUp();
  store.add(header, 0, new Uint8Array(1), [], 1_000);
  repair.restart();
  repair.join(liar, { epochS: header.epochS + 9, sequence: 1_000_000, sinceKey: 1 }, 1_100);
  sent.length = 0;
  repair.mend(1_200);
  expect(asksForReal(sent)).toBe(true);
});

/** Chunks that are asked for, in order. */
const asked = (sent: readonly Message[]) => [
  ...new Set(sent.flatMap((message) => (message.type === 'want' ? [message.chunk.sequence] : []))),
];

/** The last chunk came at 1,000 ms, and had no holes; the network is back now. */
function away(nowMs: number) {
  const parts = setUp();
  for (let index = 0; index < header.pieces; index++) parts.store.add(header, index, new Uint8Array(1), [], 1_000);
  parts.repair.restart();
  parts.repair.mend(1_000);
  parts.talk(nowMs);
  parts.sent.length = 0;
  return parts;
}

const { epochS, durationMs } = header;
const missed = Math.round(5_000 / durationMs);

test('who was away for long fetches the group of pictures that is on air, and nothing before it', () => {
  const { repair, liar, sent } = away(6_000);
  repair.join(liar, { epochS, sequence: 20 + missed, sinceKey: 2 }, 6_000);
  expect(asked(sent)).toContain(20 + missed);
  expect(Math.min(...asked(sent))).toBe(20 + missed - 2);
});

test('where a chunk shows how long it was what may still be shown in time is fetched', () => {
  const { repair, store, sent } = away(6_000);
  store.add({ ...header, sequence: 20 + missed, sinceKey: 3 }, 0, new Uint8Array(1), [], 6_000);
  repair.mend(6_100);
  expect(Math.min(...asked(sent))).toBe(20 + missed - 12);
});

test('after a short gap everything is fetched', () => {
  const { repair, store, sent } = away(2_400);
  store.add({ ...header, sequence: 34, sinceKey: 3 }, 0, new Uint8Array(1), [], 2_400);
  repair.mend(2_500);
  expect(Math.min(...asked(sent))).toBe(21);
});

test('who claims more than can have been made meanwhile does not keep the rest from being mended', () => {
  const { repair, store, liar, sent } = away(1_200);
  repair.join(liar, { epochS, sequence: 1_000_000, sinceKey: 1 }, 1_200);
  store.add({ ...header, sequence: 22, sinceKey: 3 }, 0, new Uint8Array(1), [], 1_250);
  repair.mend(1_300);
  expect(asked(sent)).toEqual([21, 22]);
});
