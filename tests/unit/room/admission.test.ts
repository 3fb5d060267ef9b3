import { expect, it } from 'vitest';
import { decodeYjsUpdate } from '../../../src/adapters/room/yjs-update.ts';
import { Admission } from '../../../src/app/admission.ts';
import type { Clock } from '../../../src/app/clock.ts';
import type { Entry } from '../../../src/core/room/entry.ts';
import { Ledger } from '../../../src/core/room/ledger.ts';
import { encodeUpdate } from '../../../src/core/room/update-wire.ts';
import { STREAM, verification, Writer } from './people.ts';

const T = 1_700_000_000_000;
const clock: Clock = {
  nowMs: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

function gate() {
  const admitted: Entry[] = [];
  const hostile: string[] = [];
  const missed: string[] = [];
  const forked: string[] = [];
  let rejected = 0;
  const ledger = new Ledger();
  const admission = new Admission({
    streamId: STREAM,
    verification,
    clock,
    ledger,
    hostMs: () => T + 60_000,
    onAdmitted: (entries) => void admitted.push(...entries),
    onRejected: () => (rejected += 1),
    onForked: (one, other) => void forked.push(`${one.id} ${other.id}`),
    onMissed: (from) => void missed.push(from),
    onHostile: (from) => void hostile.push(from),
  });
  const take = (from: string, entries: readonly Entry[], asked = false): void => {
    const update = decodeYjsUpdate(encodeUpdate(entries));
    if (update) admission.take(from, update, asked);
  };
  return { admission, take, ledger, admitted, hostile, missed, forked, rejected: () => rejected };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

it('lets entries in once, from whomever they come first', async () => {
  const { take, admitted, hostile } = gate();
  const anna = new Writer();
  const entries = [await anna.say('1', T), await anna.say('2', T + 1)];
  for (const from of ['a', 'b', 'c']) for (const entry of entries) take(from, [entry]);
  await settled();
  expect(admitted.map(({ id }) => id)).toEqual(entries.map(({ id }) => id));
  expect(hostile).toEqual([]);
});

it('waits for what is missing without a reproach, and takes it when it comes whole', async () => {
  const { take, admitted, hostile, rejected } = gate();
  const anna = new Writer();
  const entries = [await anna.say('1', T), await anna.say('2', T + 1)];
  take('a', entries.slice(1));
  await settled();
  expect(admitted).toEqual([]);
  expect(rejected()).toBe(1);
  take('a', entries, true);
  await settled();
  expect(admitted).toHaveLength(2);
  expect(hostile).toEqual([]);
});

it('turns away who brings a forgery, with everything behind it, and nobody else', async () => {
  const { take, admitted, hostile } = gate();
  const [anna, bruno] = [new Writer(), new Writer()];
  const good = await anna.say('good', T);
  const other = await bruno.say('other', T);
  const forged = other.encoded.slice();
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
  take('troll', [{ ...other, encoded: forged }]);
  take('troll', [good]);
  take('friend', [other]);
  await settled();
  expect(hostile).toEqual(['troll']);
  expect(admitted.map(({ id }) => id)).toEqual([other.id]);
});

it('takes nothing more from a client whose author breaks the rules, and blames nobody who carries it', async () => {
  const { take, admitted, hostile, rejected } = gate();
  const [anna, bruno] = [new Writer(), new Writer()];
  const first = await anna.say('now', T + 10);
  const before = await anna.say('before', T);
  const after = await anna.say('after', T + 20);
  const other = await bruno.say('other', T);
  take('relay', [first, before, after]);
  take('relay', [other]);
  await settled();
  take('relay', [before, after]);
  await settled();
  expect(hostile).toEqual([]);
  expect(rejected()).toBe(2);
  expect(admitted.map(({ id }) => id)).toEqual([first.id, other.id]);
});

it('sees who signs two entries for one place, also when the first one broke a rule, and blames nobody who carries them', async () => {
  const { take, hostile, forked, admitted } = gate();
  const [anna, bruno] = [new Writer(), new Writer()];
  const [one, other] = await anna.fork('yes', 'no', T);
  take('a', [one]);
  await settled();
  take('b', [other]);
  const first = await bruno.say('now', T + 10);
  const [backwards, forwards] = [await bruno.fork('before', 'and before', T), await bruno.say('after', T + 20)];
  take('a', [first, backwards[0]]);
  await settled();
  take('b', [backwards[1], forwards]);
  await settled();
  expect(hostile).toEqual([]);
  expect(admitted.map(({ id }) => id)).toEqual([one.id, first.id]);
  expect(forked).toEqual([`${one.id} ${other.id}`, `${backwards[0].id} ${backwards[1].id}`]);
});

it('drops a flood, however well it is signed, and goes on serving others; the flooder may be an honest relay', async () => {
  const { take, admitted, hostile, missed } = gate();
  const floods: Entry[] = [];
  for (let at = 0; at < 110; at++) {
    const writer = new Writer();
    for (let n = 0; n < 10; n++) floods.push(await writer.say('x', T + n));
  }
  const honest = await new Writer().say('me too', T);
  for (let at = 0; at < floods.length; at += 10) take('flooder', floods.slice(at, at + 10));
  take('friend', [honest]);
  expect(missed).toContain('flooder');
  expect(hostile).toEqual([]);
  await settled();
  expect(admitted.map(({ id }) => id)).toContain(honest.id);
  expect(admitted.length).toBeLessThan(300);
});
