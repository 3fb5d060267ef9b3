import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GroupGatherer, packGroup, unpackGroup } from '../../../src/core/recording/chunk-group.ts';
import { placeGroup, takesOf } from '../../../src/core/recording/entry.ts';
import { decodeTable, encodeTable, endTicksOf, tableOf } from '../../../src/core/recording/sample-table.ts';
import { madeUpShow } from '../../support/made-up-show.ts';

function gather(chunks: Awaited<ReturnType<typeof madeUpShow>>) {
  const gatherer = new GroupGatherer();
  return [...chunks.map((chunk) => gatherer.take(chunk)), gatherer.flush()].filter((group) => group !== null);
}

test('a group begins with each key chunk, and nothing is left over', async () => {
  const chunks = await madeUpShow({ seconds: 4 });
  const groups = gather(chunks);
  expect(groups.map(([first]) => first?.header.kind)).toEqual(['key', 'key', 'key', 'key']);
  expect(groups.flat()).toEqual(chunks);
});

test('without key chunks a group is closed all the same, after a second and a half', async () => {
  const chunks = await madeUpShow({ seconds: 6 });
  const deltas = chunks.filter(({ header }) => header.kind === 'delta');
  const lengths = gather(deltas).map(
    (group) => (group.at(-1)?.header.captureMs ?? 0) - (group[0]?.header.captureMs ?? 0),
  );
  expect(lengths.length).toBeGreaterThan(3);
  expect(Math.max(...lengths)).toBeLessThan(1_500);
});

test('what is packed is read back to the byte, and damage anywhere is noticed or harmless, never thrown', async () => {
  const [group] = gather(await madeUpShow({ seconds: 1, fromMs: 346 }));
  const packed = packGroup(group ?? []);
  expect(unpackGroup(packed)).toEqual(group);
  fc.assert(
    fc.property(fc.nat(packed.length - 1), fc.nat(255), fc.nat(packed.length), (at, value, cut) => {
      const damaged = packed.slice();
      damaged[at] = value;
      const read = unpackGroup(damaged.subarray(0, cut));
      expect(read === null || read.length > 0).toBe(true);
    }),
  );
  expect(unpackGroup(packed.subarray(0, packed.length - 1))).toBeNull();
  expect(unpackGroup(new Uint8Array(0))).toBeNull();
});

test('a table says when each sample begins, and fits in few bytes', async () => {
  const chunks = await madeUpShow({ seconds: 1 });
  const table = tableOf(chunks);
  expect(table.pictures.sizes).toHaveLength(25);
  expect(table.pictures.durations.every((ticks) => ticks === 3_600)).toBe(true);
  expect(table.sounds.durations.every((ticks) => ticks === 960)).toBe(true);
  expect(endTicksOf(table.pictures) - table.pictures.startTicks).toBe(90_000);
  const bytes = encodeTable(table);
  expect(decodeTable(bytes)).toEqual(table);
  expect(bytes.length).toBeLessThan(400);
  for (let cut = 0; cut < bytes.length; cut++) expect(decodeTable(bytes.subarray(0, cut))).toBeNull();
});

test('a recording begins at 0; a show that comes back goes on at its end, on a timeline of its own', async () => {
  const first = placeGroup(await madeUpShow({ seconds: 2 }), null);
  expect(first?.entry.startMs).toBeGreaterThanOrEqual(0);
  expect(first?.entry.startMs).toBeLessThan(1);
  expect(first?.map.endMs).toBeCloseTo(2_000, -1);
  const again = placeGroup(await madeUpShow({ seconds: 1, epochS: 1_060 }), first?.map ?? null);
  expect((again?.entry.startMs ?? 0) - (first?.map.endMs ?? 0)).toBeLessThan(1);
  expect(again?.entry.startMs).toBeGreaterThanOrEqual(first?.map.endMs ?? 0);
  const entries = [first, again].flatMap((placed, number) =>
    placed ? [{ ...placed.entry, number, init: 0, bytes: 1 }] : [],
  );
  expect(takesOf(entries).map(({ epochS }) => epochS)).toEqual([1_000, 1_060]);
});
