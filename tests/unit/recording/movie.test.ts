import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import { expect, test } from 'vitest';
import { moviePart } from '../../../src/core/recording/movie-part.ts';
import { type MovieOptions, planMovie } from '../../../src/core/recording/movie-plan.ts';
import { madeUpShow } from '../../support/made-up-show.ts';
import { convertInMemory, type Recorded, recorded } from '../../support/memory-recordings.ts';

const NOTHING: MovieOptions = { title: '', chapters: [], damaged: new Set<number>() };

function written({ entries, group, inits }: Recorded, options = NOTHING, sound: Uint8Array = new Uint8Array(0)) {
  const plan = planMovie(entries, inits, options);
  const parts = plan.parts.flatMap((part) => {
    const made = part.sounds.kind === 'made' ? sound.subarray(part.sounds.from, part.sounds.to) : null;
    const bytes = moviePart(part, group(part.number) ?? [], made);
    if (!bytes) throw new Error(`group ${part.number} does not fit`);
    return bytes;
  });
  const file = Buffer.concat([plan.head, ...parts]);
  expect(file.length).toBe(plan.totalBytes);
  return { file, plan };
}

async function read(file: Buffer) {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(file) });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  if (!video || !audio) throw new TypeError('both tracks are listed');
  const packets = async (track: typeof video | typeof audio) => {
    const found: { timestamp: number; duration: number; type: string; data: Uint8Array }[] = [];
    for await (const packet of new EncodedPacketSink(track).packets()) found.push(packet);
    return found;
  };
  return { video, pictures: await packets(video), sounds: await packets(audio) };
}

test('a show becomes one file, its index first, every sample in its place', async () => {
  const { file, plan } = written(recorded(await madeUpShow({ seconds: 5 })));
  expect(file.indexOf('moov')).toBeLessThan(file.indexOf('mdat'));
  const { pictures, sounds } = await read(file);
  expect(pictures).toHaveLength(125);
  expect(plan.durationMs).toBeCloseTo(5_000, 0);
  pictures.forEach(({ timestamp, data, type }, at) => {
    expect(timestamp).toBeCloseTo(at * 0.04, 4);
    expect([data[5], data[6]]).toEqual([at >>> 8, at & 0xff]);
    expect(type).toBe(at % 25 === 0 ? 'key' : 'delta');
  });
  sounds.forEach(({ timestamp }, at) => expect(timestamp).toBeCloseTo(at * 0.02, 4));
  expect((sounds.at(-1)?.timestamp ?? 0) + 0.02).toBeCloseTo(5, 1);
});

test('a show that came back and changed its size goes on without a hole, picture and sound together', async () => {
  const before = await madeUpShow({ seconds: 2 });
  const after = await madeUpShow({ seconds: 2, epochS: 1_500, fromMs: 777.7, width: 480 });
  const { file } = written(recorded([...before, ...after]));
  const { pictures, sounds } = await read(file);
  expect(pictures).toHaveLength(100);
  const steps = pictures.slice(1).map(({ timestamp }, at) => timestamp - (pictures[at]?.timestamp ?? 0));
  expect(Math.max(...steps)).toBeLessThan(0.06);
  expect(Math.min(...steps)).toBeGreaterThan(0.02);
  // The sounds of the second part say which picture they were made with.
  const again = sounds.findIndex(({ data }, at) => at > 60 && data[1] === 1 && data[2] === 1);
  expect(Math.abs((sounds[again]?.timestamp ?? 0) - (pictures[50]?.timestamp ?? 0))).toBeLessThan(0.05);
  // Decoders that look at the first description only are told of the new one within the picture.
  expect(pictures[50]?.data.length).toBeGreaterThan(pictures[51]?.data.length ?? 0);
});

test('what is damaged is left out up to the next key picture, and everything else keeps its time', async () => {
  const show = recorded(await madeUpShow({ seconds: 4 }));
  const { file, plan } = written(show, { ...NOTHING, damaged: new Set([1]) });
  expect(plan.left).toEqual([1]);
  const { pictures } = await read(file);
  expect(pictures).toHaveLength(75);
  expect(pictures[24]?.duration).toBeCloseTo(1.04, 3);
  expect(pictures[25]?.timestamp).toBeCloseTo(2, 3);
});

test('a group that is not what the index says is noticed', async () => {
  const show = recorded(await madeUpShow({ seconds: 2 }));
  const plan = planMovie(show.entries, show.inits, NOTHING);
  const [part] = plan.parts;
  if (!part) throw new Error('no part');
  expect(moviePart(part, show.group(1)?.slice(1) ?? [])).toBeNull();
  expect(() => planMovie(show.entries, [{ bytes: new Uint8Array(3) }], NOTHING)).toThrow(RangeError);
});

test('a part of a show begins at its own 0, with the marks that lie in it', async () => {
  const show = recorded(await madeUpShow({ seconds: 5 }));
  const cut = { ...show, entries: show.entries.slice(2, 4) };
  const chapters = [
    { atMs: 500, title: 'before' },
    { atMs: 2_500, title: 'The blue bowl' },
  ];
  const { file, plan } = written(cut, { ...NOTHING, chapters, title: 'Tazze' });
  expect(plan.durationMs).toBeCloseTo(2_000, 0);
  const { pictures, sounds } = await read(file);
  expect(pictures[0]?.timestamp).toBe(0);
  expect(sounds[0]?.timestamp).toBe(0);
  expect(file.includes('The blue bowl')).toBe(true);
  expect(file.includes('before')).toBe(false);
});

test('sound that was encoded anew lies beside its pictures, and what leads it in is left out by players', async () => {
  const show = recorded(await madeUpShow({ seconds: 5 }));
  const conversion = await convertInMemory();
  await conversion.add(new Array<Uint8Array>(250).fill(new Uint8Array(3)));
  const sound = await conversion.finish();
  const whole = await sound.bytes(0, Number.POSITIVE_INFINITY);
  const { file, plan } = written(show, { ...NOTHING, sound }, whole);
  const { pictures, sounds } = await read(file);
  expect(pictures).toHaveLength(125);
  expect(sounds).toHaveLength(sound.sizes.length);
  sounds.forEach(({ timestamp, data }, at) => {
    expect(timestamp).toBeCloseTo(((at - 1) * 1024) / 48_000, 3);
    expect([data.length, data[0]]).toEqual([sound.sizes[at], at & 0xff]);
  });
  for (const { sounds: part } of plan.parts) {
    if (part.kind !== 'made') throw new Error('the recorded sound was kept');
    expect(part.to - part.from).toBeGreaterThan(40 * 4);
  }
});
