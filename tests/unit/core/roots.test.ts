import { expect, test } from 'vitest';
import { DATA_STRIPES } from '../../../src/core/chunk.ts';
import { ChunkStore } from '../../../src/core/mesh/chunk-store.ts';
import { Downstream } from '../../../src/core/mesh/downstream.ts';
import { HeadCount } from '../../../src/core/mesh/head-count.ts';
import { Neighbour } from '../../../src/core/mesh/neighbour.ts';
import { Roots } from '../../../src/core/mesh/roots.ts';
import type { Message, PeerId } from '../../../src/core/messages.ts';

const TURN_MS = 250;

/** Peers whose main stripe is 3, 4, and so on: none of those that are looked at. */
const peer = (at: number): PeerId => `${(3 + at).toString(16).padStart(4, '0')}00000000000${at}`;

/** A host with so many slots and neighbours, of whom the first have the free slots given. */
function hostWith(slots: number, free: readonly number[]) {
  const neighbours = new Map<PeerId, Neighbour>();
  const downstream = new Downstream(null);
  downstream.slots = slots;
  const heads = new HeadCount({ host: true, neighbours, store: new ChunkStore(), downstream });
  const sent: { to: PeerId; message: Message }[] = [];
  const send = (to: PeerId, message: Message): void => void sent.push({ to, message });
  const roots = new Roots({ host: true, neighbours, downstream, heads, send });
  for (const [at, slotsOfIt] of free.entries()) {
    const neighbour = new Neighbour(peer(at), false, true, 0);
    neighbour.status = { ...neighbour.status, free: slotsOfIt };
    neighbours.set(peer(at), neighbour);
    heads.arrived(peer(at));
  }
  /** Says how many hang on a child in a stripe, itself included. */
  function bears(at: number, stripe: number, below: number): void {
    const neighbour = neighbours.get(peer(at));
    if (neighbour) neighbour.status = { ...neighbour.status, below: neighbour.status.below.with(stripe, below) };
  }
  /** Everybody is heard of, and the host decides, for so long. */
  function until(fromMs: number, toMs: number): void {
    for (let nowMs = fromMs; nowMs <= toMs; nowMs += TURN_MS) {
      for (const neighbour of neighbours.values()) neighbour.heardMs = nowMs;
      roots.tend(nowMs);
    }
  }
  /** Some neighbour says that it has a stripe by that child. */
  function credit(at: number, stripe: number, atMs: number): void {
    const neighbour = neighbours.get(peer(at));
    if (neighbour) neighbour.creditMs[stripe] = atMs;
  }
  return { roots, neighbours, downstream, sent, bears, credit, until };
}

test('a stripe that nobody takes is given at once to whoever can pass it on', () => {
  const { downstream, sent, until } = hostWith(DATA_STRIPES, [0, 0, 1, 12, 0]);
  until(0, 0);
  // Whoever was given one is not given the next at the same moment.
  expect([...downstream.of(0)]).toEqual([peer(3)]);
  expect(sent).toEqual([{ to: peer(3), message: { type: 'subscribed', stripe: 0 } }]);
});

test('a child on which nobody hangs any more makes room after a while for one who can pass on, and is sent to it', () => {
  // The other stripes, which nobody takes, go to the first four.
  const { downstream, sent, bears, until } = hostWith(1, [0, 12, 12, 12, 12]);
  downstream.take(peer(0), 0, 0, 0);
  bears(0, 0, 2);
  until(0, 0);
  bears(0, 0, 1);
  until(250, 1_250);
  expect(sent.filter(({ message }) => message.type === 'refused')).toEqual([]);
  until(1_500, 1_750);
  const [refused] = sent.filter(({ message }) => message.type === 'refused');
  expect(refused).toMatchObject({ to: peer(0), message: { stripe: 0, free: 0 } });
  const heir = refused?.message.type === 'refused' ? refused.message.instead : null;
  expect([...downstream.of(0)]).toEqual([peer(0), heir]);
  // It is fed until it had time to change over.
  expect(downstream.overdue(3_500).map(({ peerId }) => peerId)).toEqual([peer(0)]);
});

test('a child that bears others stays, however strong the others are', () => {
  const { downstream, bears, sent, until } = hostWith(1, [1, 12]);
  downstream.take(peer(0), 0, 1, 0);
  bears(0, 0, 2);
  until(0, 10_000);
  expect([...downstream.of(0)]).toEqual([peer(0)]);
  expect(sent.filter(({ to }) => to === peer(0))).toEqual([]);
});

test('a child that says so itself, and of whom nobody else does, makes room', () => {
  const { downstream, bears, credit, sent, until } = hostWith(1, [50, ...Array<number>(20).fill(12)]);
  downstream.take(peer(0), 0, 50, 0);
  bears(0, 0, 30);
  for (let atMs = 0; atMs < 5_000; atMs += 500) {
    credit(0, 0, atMs);
    until(atMs, atMs + 250);
  }
  until(5_000, 7_500);
  const toLiar = (): unknown[] =>
    sent.filter(({ to, message }) => to === peer(0) && message.type === 'refused' && message.stripe === 0);
  expect(toLiar()).toEqual([]);
  until(7_750, 9_000);
  expect(toLiar()).toHaveLength(1);
  expect([...downstream.of(0)]).toHaveLength(2);
});

test('with only as many viewers as children nothing is changed', () => {
  const { downstream, sent, until } = hostWith(DATA_STRIPES, [12]);
  for (let stripe = 0; stripe < DATA_STRIPES; stripe++) downstream.take(peer(0), stripe, 12, 0);
  until(0, 10_000);
  expect(sent).toEqual([]);
});

test('those by whom others get a stripe are fed first, those who had time to show it and did not last', () => {
  const { roots, downstream, credit } = hostWith(20, [12, 12, 12, 12]);
  downstream.take(peer(0), 0, 12, 0); // says nothing, and nobody speaks for it
  downstream.take(peer(1), 0, 12, 3_500); // has just come
  downstream.take(peer(2), 0, 12, 0);
  credit(2, 0, 3_800);
  expect([...roots.inOrder(0, 4_000)]).toEqual([peer(2), peer(1), peer(0)]);
  // Where hardly anybody is there to speak for them nothing is read out of silence.
  const few = hostWith(20, [12, 12]);
  few.downstream.take(peer(0), 0, 12, 0);
  few.downstream.take(peer(1), 0, 12, 3_500);
  expect([...few.roots.inOrder(0, 4_000)]).toEqual([peer(0), peer(1)]);
});

test('who came first and took everything keeps two stripes, unless somebody gets one by it', () => {
  const crowd = Array<number>(9).fill(0);
  const { downstream, sent, until } = hostWith(20, crowd);
  for (let stripe = 0; stripe < DATA_STRIPES; stripe++) {
    downstream.take(peer(0), stripe, 50, 0);
    downstream.take(peer(1), stripe, 12, 0);
  }
  until(0, 2_750);
  expect(sent).toEqual([]);
  until(3_000, 10_000);
  const told = sent.filter(({ to, message }) => to === peer(0) && message.type === 'refused');
  expect(told.length).toBeGreaterThanOrEqual(DATA_STRIPES - 2);
  for (const { peerId, stripe } of downstream.overdue(20_000)) downstream.remove(peerId, stripe);
  expect(downstream.stripesOf(peer(0))).toHaveLength(2);
});

test('one of whom others speak keeps all that it has', () => {
  const { downstream, sent, credit, until } = hostWith(20, Array<number>(9).fill(0));
  for (let stripe = 0; stripe < DATA_STRIPES; stripe++) {
    downstream.take(peer(0), stripe, 50, 0);
    downstream.take(peer(1), stripe, 12, 0);
  }
  for (let atMs = 0; atMs < 8_000; atMs += 500) {
    credit(0, 1, atMs);
    until(atMs, atMs + 250);
  }
  expect(sent.filter(({ to }) => to === peer(0))).toEqual([]);
});

test('a stripe all of whose children have vanished goes to somebody else as soon as they are silent, not when they are given up', () => {
  const { roots, neighbours, downstream } = hostWith(1, [12, 12, 12, 12]);
  downstream.take(peer(0), 0, 12, 0);
  for (const [peerId, neighbour] of neighbours) neighbour.heardMs = peerId === peer(0) ? 0 : 500;
  roots.succeed(400);
  expect([...downstream.of(0)]).toEqual([peer(0)]);
  roots.succeed(500);
  expect([...downstream.of(0)]).toHaveLength(2);
  roots.succeed(510);
  expect([...downstream.of(0)]).toHaveLength(2);
});
