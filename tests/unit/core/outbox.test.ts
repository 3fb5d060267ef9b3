import { expect, test } from 'vitest';
import { DESIGN } from '../../../src/core/mesh/design.ts';
import { Neighbour } from '../../../src/core/mesh/neighbour.ts';
import { Outbox } from '../../../src/core/mesh/outbox.ts';
import { Uplink } from '../../../src/core/mesh/uplink.ts';
import type { Message } from '../../../src/core/messages.ts';
import { HEADERS } from './wire-arbitraries.ts';

type Piece = Extract<Message, { type: 'piece' }>;
const [header] = HEADERS;

/** About 10 kB of a chunk; `index` tells them apart. */
function piece(index: number): Piece {
  if (!header) throw new Error('no header');
  return { type: 'piece', path: [], header, index, bytes: new Uint8Array(10_000) };
}

function setUp(limitBps = 4_000_000) {
  const uplink = new Uplink(false, 0);
  uplink.limit(limitBps);
  const sent: string[] = [];
  const outbox = new Outbox(uplink, DESIGN.linkQueueBytes, (to, { index }) => sent.push(`${to}${index}`));
  const neighbours = new Map(['a', 'b'].map((name) => [name, new Neighbour(name, false, true, 0)]));
  const at = (name: string): Neighbour => {
    const neighbour = neighbours.get(name);
    if (!neighbour) throw new Error(`no ${name}`);
    return neighbour;
  };
  /** Spends what the uplink has now, so that what follows has to wait. */
  const fill = (): void => {
    while (uplink.take(1_000, false, 0));
  };
  /** Lets time pass as the mesh does: it flushes whenever something is due. */
  const pass = (fromMs: number, toMs: number): void => {
    for (let nowMs = fromMs; nowMs <= toMs; nowMs += 5) outbox.flush(neighbours, nowMs);
  };
  return { uplink, outbox, sent, neighbours, at, fill, pass };
}

test('with room on the uplink a piece goes at once', () => {
  const { outbox, sent, at } = setUp();
  outbox.post(at('a'), piece(0), 'copy', 0);
  expect(sent).toEqual(['a0']);
  expect(outbox.waitingBytes).toBe(0);
  expect(at('a').queuedBytes).toBe(outbox.bytesSent);
});

test('first copies go before further ones, those before pulls, history last', () => {
  const { outbox, sent, at, fill, pass } = setUp();
  fill();
  outbox.post(at('a'), piece(3), 'history', 0);
  outbox.post(at('a'), piece(2), 'pull', 0);
  outbox.post(at('b'), piece(0), 'copy', 0);
  outbox.spread([at('a')], piece(0), 0);
  expect(sent).toEqual([]);
  expect(outbox.readyMs).toBeGreaterThan(0);
  pass(0, 900);
  expect(sent).toEqual(['a0', 'b0', 'a2', 'a3']);
});

test('a later post does not overtake what waits in its class or before it', () => {
  const { outbox, sent, at, fill, pass } = setUp();
  fill();
  outbox.spread([at('a')], piece(0), 0);
  outbox.post(at('b'), piece(1), 'copy', 50);
  pass(50, 400);
  expect(sent).toEqual(['a0', 'b1']);
});

test('a further copy is dropped soon, a first one late', () => {
  const { outbox, sent, at, fill, pass } = setUp(1_000_000);
  fill();
  for (let index = 0; index < 3; index++) outbox.spread([at('a')], piece(index), 0);
  outbox.post(at('b'), piece(0), 'copy', 0);
  pass(0, 900);
  expect(sent).toEqual(['a0', 'a1', 'a2']);
  expect(outbox.dropped).toBe(1);
  expect(outbox.waitingBytes).toBe(0);
});

test('after a second even a first copy is of no use', () => {
  const { outbox, sent, at, fill, neighbours } = setUp();
  fill();
  outbox.spread([at('a')], piece(0), 0);
  outbox.flush(neighbours, 1_001);
  expect(sent).toEqual([]);
  expect(outbox.dropped).toBe(1);
});

test('nothing goes into a full link, and the others do not wait for it', () => {
  const { outbox, sent, at, pass } = setUp();
  at('a').queuedBytes = DESIGN.linkQueueBytes;
  outbox.spread([at('a')], piece(0), 0);
  outbox.spread([at('b')], piece(0), 0);
  pass(0, 200);
  expect(sent).toEqual(['b0']);
  at('a').queuedBytes = 0;
  pass(200, 300);
  expect(sent).toEqual(['b0', 'a0']);
});

test('a piece that waits for a neighbour is not queued for it again', () => {
  const { outbox, sent, at, fill, pass } = setUp();
  fill();
  outbox.spread([at('a')], piece(0), 0);
  outbox.post(at('a'), piece(0), 'pull', 0);
  outbox.post(at('a'), piece(0), 'history', 0);
  pass(0, 900);
  expect(sent).toEqual(['a0']);
});

test('what waits for one neighbour is bounded, whatever it asks for', () => {
  const { outbox, at, fill } = setUp();
  fill();
  for (let index = 0; index < 1_000; index++) outbox.post(at('a'), piece(index), 'pull', 0);
  expect(outbox.dropped).toBe(1_000 - 160);
});

test('what waits for somebody who left or unsubscribed is forgotten', () => {
  const { outbox, sent, at, fill, pass, neighbours } = setUp();
  fill();
  outbox.spread([at('a')], piece(0), 0);
  outbox.spread([at('a')], piece(1), 0);
  outbox.spread([at('b')], piece(2), 0);
  outbox.cancel('a', (index) => index === 1);
  neighbours.delete('b');
  pass(0, 400);
  expect(sent).toEqual(['a1']);
});

test('a first copy goes to whoever has room, and to the others after it', () => {
  const { outbox, sent, at, pass } = setUp();
  at('a').queuedBytes = DESIGN.linkQueueBytes;
  outbox.spread([at('a'), at('b')], piece(0), 0);
  expect(sent).toEqual(['b0']);
  at('a').queuedBytes = 0;
  pass(5, 50);
  expect(sent).toEqual(['b0', 'a0']);
});

test('one that waits for the line goes to another child when its link has filled meanwhile', () => {
  const { outbox, sent, at, fill, pass } = setUp();
  fill();
  outbox.spread([at('a'), at('b')], piece(0), 0);
  at('a').queuedBytes = DESIGN.linkQueueBytes;
  pass(5, 100);
  expect(sent).toEqual(['b0']);
  at('a').queuedBytes = 0;
  pass(100, 140);
  expect(sent).toEqual(['b0', 'a0']);
});

test('others get what waits for a child that leaves', () => {
  const { outbox, sent, at, fill, pass } = setUp();
  fill();
  outbox.spread([at('a'), at('b')], piece(0), 0);
  outbox.cancel('a', () => false);
  pass(5, 300);
  expect(sent).toEqual(['b0']);
});

test('who asks for a piece that it is to have anyway gets it once', () => {
  const { outbox, sent, at, fill, pass } = setUp();
  fill();
  outbox.spread([at('a'), at('b')], piece(0), 0);
  outbox.post(at('b'), piece(0), 'pull', 0);
  pass(5, 140);
  expect(sent).toEqual(['a0', 'b0']);
});
