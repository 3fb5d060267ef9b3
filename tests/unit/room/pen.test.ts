import { expect, it } from 'vitest';
import { Pen } from '../../../src/app/pen.ts';
import { MAX_PARTS, Witness } from '../../../src/app/witness.ts';
import { type Content, MAX_WITNESSED } from '../../../src/core/room/content.ts';
import type { Entry } from '../../../src/core/room/entry.ts';
import { Ledger } from '../../../src/core/room/ledger.ts';
import { STREAM, verification, Writer } from './people.ts';

const T = 1_700_000_000_000;

/** A pen in a time of its own, in which only waiting takes time, and a reader who judges what it writes. */
function desk() {
  let nowMs = T;
  const [ledger, reader] = [new Ledger(), new Ledger()];
  const standings: string[] = [];
  let read: (entry: Entry) => void = () => undefined;
  const pen = new Pen({
    streamId: STREAM,
    signer: new Writer().signer,
    session: 1,
    verification,
    ledger,
    clock: {
      nowMs: () => nowMs,
      after: (ms, callback) => {
        nowMs += ms;
        queueMicrotask(callback);
        return () => undefined;
      },
    },
    hostMs: () => nowMs,
    onWritten: (entries) => {
      for (const entry of entries) {
        standings.push(reader.judge(entry, nowMs));
        reader.add(entry);
        read(entry);
      }
    },
  });
  const written = async (count: number): Promise<Entry[]> => {
    await new Promise<void>((resolve) => {
      if (standings.length >= count) resolve();
      read = () => standings.length >= count && resolve();
    });
    return [...reader.entries()];
  };
  return { pen, ledger, written, standings };
}

const tap: Content = { type: 'react', reaction: 'heart', count: 1 };

it('keeps the pace for each of several contents', async () => {
  const { pen, written, standings } = desk();
  for (let at = 0; at < 29; at++) pen.write(tap);
  pen.write({ type: 'name', name: 'Anna' }, { type: 'chat', text: 'hello', replyTo: null });
  const entries = await written(31);
  expect(new Set(standings)).toEqual(new Set(['next']));
  expect(entries.slice(28).map(({ timeMs }) => timeMs - T)).toEqual([0, 0, 10_000]);
});

/** Entries of so many pages as far as a witness looks at them. */
async function crowd(ledger: Ledger, clients: number): Promise<Writer> {
  const one = new Writer();
  const like = await one.say('hello', T);
  for (let client = 1; client < clients; client++) ledger.add({ ...like, client, author: String(client) });
  ledger.add(like);
  return one;
}

it('says in rounds what the host has seen of a crowd, nothing twice, and the most urgent first', async () => {
  const { pen, ledger, written, standings } = desk();
  const one = await crowd(ledger, 3_700);
  const witness = new Witness(ledger, pen.client, 0);
  const rounds = Array.from({ length: 4 }, () => witness.take(one.id));
  for (const round of rounds) expect(round.length).toBeLessThanOrEqual(MAX_PARTS);
  const seen = rounds.map((round) => round.flatMap((part) => (part.type === 'witness' ? part.seen : [])));
  expect(seen[0]?.[0]?.client).toBe(one.client);
  expect(new Set(seen.flat().map(({ client }) => client)).size).toBe(3_700);
  expect(seen.flat()).toHaveLength(3_700);
  expect(witness.take()).toEqual([]);
  for (const round of rounds) pen.write(...round);
  await written(Math.ceil(3_700 / MAX_WITNESSED));
  expect(new Set(standings)).toEqual(new Set(['next']));
});
