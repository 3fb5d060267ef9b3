import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DIGEST_SPAN_MS,
  Ledger,
  MAX_AHEAD_MS,
  MAX_CLIENTS,
  MAX_RATE,
  RATE_MS,
  MAX_ENTRIES,
} from '../../../src/core/room/ledger.ts';
import { Writer } from './people.ts';

const T = 1_700_000_000_000;

describe('the ledger', () => {
  it('takes the entries of a client one behind the other, once', async () => {
    const ledger = new Ledger();
    const anna = new Writer();
    const [first, second] = [await anna.say('1', T), await anna.say('2', T + 1)];
    expect(ledger.judge(second, T + 2)).toBe('early');
    expect(ledger.judge(first, T + 2)).toBe('next');
    ledger.add(first);
    expect(ledger.judge(first, T + 2)).toBe('known');
    expect(ledger.judge(second, T + 2)).toBe('next');
  });

  it('keeps back what is dated in the future until its time has come', async () => {
    const entry = await new Writer().say('tomorrow', T + 86_400_000);
    expect(new Ledger().judge(entry, T)).toBe('early');
    expect(new Ledger().judge(entry, T + 86_400_000 - MAX_AHEAD_MS)).toBe('next');
  });

  it('knows who breaks the rules: time that runs backwards, more than the pace allows', async () => {
    const ledger = new Ledger();
    const anna = new Writer();
    ledger.add(await anna.say('now', T));
    expect(ledger.judge(await anna.say('before', T - 1), T)).toBe('bad');

    const quick = new Ledger();
    const bruno = new Writer();
    for (let at = 0; at < MAX_RATE; at++) {
      const entry = await bruno.say(String(at), T + at);
      expect(quick.judge(entry, T + RATE_MS)).toBe('next');
      quick.add(entry);
    }
    expect(quick.earliestMs(bruno.client)).toBe(T + RATE_MS);
    expect(quick.judge(await bruno.say('too quick', T + RATE_MS - 1), T + RATE_MS)).toBe('bad');
  });

  it('lets a person open only so many pages', async () => {
    const ledger = new Ledger();
    const anna = new Writer();
    const standings: string[] = [];
    for (let at = 0; at < 65; at++) {
      const entry = await anna.say('again', T);
      standings.push(ledger.judge(entry, T));
      if (standings.at(-1) === 'next') ledger.add(entry);
      anna.reload();
    }
    expect(new Set(standings.slice(0, 64))).toEqual(new Set(['next']));
    expect(standings.at(-1)).toBe('full');
  });

  it('has room for the host and for moderators when others have filled it', async () => {
    const ledger = new Ledger();
    const [host, moderator] = [new Writer(), new Writer()];
    const like = await new Writer().say('full', T);
    for (let at = 0; at < MAX_ENTRIES; at++) {
      const client = at % (MAX_CLIENTS / 2);
      ledger.add({ ...like, client, clock: Math.floor(at / (MAX_CLIENTS / 2)), author: String(client) });
    }
    const entries = await Promise.all([host, moderator, new Writer()].map((writer) => writer.say('order', T)));
    const standings = () => entries.map((entry) => ledger.judge(entry, T));
    expect(standings()).toEqual(['full', 'full', 'full']);
    ledger.keepRoomFor(host.id, new Set([moderator.id]));
    expect(standings()).toEqual(['next', 'next', 'full']);
  });

  it('takes no more pages than what one has of each fits a message, but for those who keep order', async () => {
    const ledger = new Ledger();
    const [host, moderator] = [new Writer(), new Writer()];
    const like = await new Writer().say('me too', T);
    for (let client = 0; client < MAX_CLIENTS; client++) ledger.add({ ...like, client, author: String(client) });
    ledger.keepRoomFor(host.id, new Set([moderator.id]));
    const entries = await Promise.all([host, moderator, new Writer()].map((writer) => writer.say('order', T)));
    expect(entries.map((entry) => ledger.judge(entry, T))).toEqual(['next', 'next', 'full']);
  });

  it('takes out who signed two entries for one place, whichever came first, and is as if that author had never been', async () => {
    const [anna, other] = [new Writer(), new Writer()];
    const [one, two] = await anna.fork('yes', 'no', T);
    const later = await anna.say('later', T + 1);
    const honest = await other.say('hello', T);
    const digests = [[one, two] as const, [two, one] as const].map(([first, second]) => {
      const ledger = new Ledger();
      for (const entry of [honest, first, later]) ledger.add(entry);
      expect(ledger.rivalOf(first)).toBeNull();
      expect(ledger.rivalOf(second)).toBe(first);
      expect(ledger.wants(second)).toBe(true);
      ledger.expel(anna.id);
      for (const entry of [first, second, later]) expect(ledger.wants(entry)).toBe(false);
      expect([...ledger.entries()]).toEqual([honest]);
      expect(ledger.size).toBe(1);
      return ledger.digest(T + DIGEST_SPAN_MS * 2);
    });
    const alone = new Ledger();
    alone.add(honest);
    for (const digest of digests) expect(digest).toEqual(alone.digest(T + DIGEST_SPAN_MS * 2));
  });

  it('has the same digest exactly for the same entries before a time, in whatever order they came', async () => {
    const writers = [new Writer(), new Writer(), new Writer()];
    const entries = await Promise.all(
      writers.flatMap((writer, at) => [0, 1].map((n) => writer.say('x', T + at * 5_000 + n))),
    );
    const whole = new Ledger();
    for (const entry of entries) whole.add(entry);
    const end = Math.ceil((T + 20_000) / DIGEST_SPAN_MS) * DIGEST_SPAN_MS;
    fc.assert(
      fc.property(fc.shuffledSubarray(writers, { minLength: 3 }), fc.nat(5), (order, missing) => {
        const other = new Ledger();
        const sorted = order.flatMap(({ client }) => entries.filter((entry) => entry.client === client));
        for (const entry of sorted) if (entry !== entries[missing]) other.add(entry);
        expect(other.digest(end)).not.toEqual(whole.digest(end));
        const late = entries[missing];
        if (late) other.add(late);
        expect(other.digest(end)).toEqual(whole.digest(end));
        expect(other.digest(T - (T % DIGEST_SPAN_MS))).toEqual(new Uint8Array(8));
      }),
    );
  });
});
