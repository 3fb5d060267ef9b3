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
    expects: () => false,
    patienceMs: () => 0,
    send: (_, message) => sent.push(message),
  });
  const liar = neighbours.get('liar');
  if (!liar) throw new Error('no liar');
  return { repair, store, liar, sent };
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
