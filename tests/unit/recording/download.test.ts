import { expect, test } from 'vitest';
import { Download, type DownloadState } from '../../../src/app/recordings/download.ts';
import { ProblemError } from '../../../src/app/problem.ts';
import type { Recording } from '../../../src/app/recordings/recording.ts';
import type { ConvertSound } from '../../../src/app/recordings/sound-conversion.ts';
import type { RecordedChunk } from '../../../src/core/recording/chunk-group.ts';
import { madeUpShow, STREAM_ID } from '../../support/made-up-show.ts';
import { convertInMemory, MemoryFile, type Recorded, recorded } from '../../support/memory-recordings.ts';

function downloadOf(
  show: Recorded,
  read: (number: number) => Promise<RecordedChunk[] | null>,
  file: MemoryFile | null,
  convertSound: ConvertSound | null = null,
) {
  const states: DownloadState[] = [];
  const recording: Recording = {
    ...{ id: 'a', streamId: STREAM_ID, publicKey: new Uint8Array(32), title: '', startedMs: 0, state: 'ended' },
    ...{ durationMs: 0, bytes: 0, peakViewers: 0, groups: show.entries.length, inits: show.inits },
  };
  const sinks = { open: async () => file, give: () => undefined };
  const options = { recording, entries: show.entries, title: '', chapters: [], fileName: 'a.mp4', convertSound };
  const onChange = (state: DownloadState): void => void states.push(state);
  return { download: new Download({ group: (_id, number) => read(number) }, sinks, { ...options, onChange }), states };
}

const readFrom = (show: Recorded) => async (number: number) => [...(show.group(number) ?? [])];

test('a file is written from front to back', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const file = new MemoryFile();
  const { download, states } = downloadOf(show, readFrom(show), file);
  expect(await download.start()).toBe(true);
  expect(file.bytes.length).toBe(download.totalBytes);
  expect(file.isFinished).toBe(true);
  expect(states.at(-1)).toEqual({ state: 'done', leftOut: 0, hasOpus: true });
  await download.cancel();
  expect(file.isDiscarded).toBe(false);
});

test('after a failure it goes on where it stopped, and the file is the same to the byte', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const whole = new MemoryFile();
  await downloadOf(show, readFrom(show), whole).download.start();
  for (const failsAfter of [0, 1]) {
    const file = Object.assign(new MemoryFile(), { failsAfter });
    const { download } = downloadOf(show, readFrom(show), file);
    await download.start();
    expect(download.state).toMatchObject({ state: 'failed', problem: 'download-failed' });
    const safe = file.written;
    file.failsAfter = Number.POSITIVE_INFINITY;
    await download.resume();
    expect(file.restarts).toBe(0);
    expect(file.bytes.length).toBeGreaterThan(safe);
    expect(file.bytes.equals(whole.bytes)).toBe(true);
  }
});

test('a damaged group is left out, and said', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const file = new MemoryFile();
  const read = async (number: number) => (number === 3 ? null : readFrom(show)(number));
  const { download, states } = downloadOf(show, read, file);
  await download.start();
  expect(states.at(-1)).toEqual({ state: 'done', leftOut: 1, hasOpus: true });
  expect(file.bytes.length).toBe(download.totalBytes);
});

test('a cancelled download leaves nothing and says nothing more', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const file = new MemoryFile();
  const { download, states } = downloadOf(
    show,
    async (number) => {
      if (number === 2) await download.cancel();
      return readFrom(show)(number);
    },
    file,
  );
  await download.start();
  expect(file).toMatchObject({ isDiscarded: true, isFinished: false });
  expect(states.at(-1)).toEqual({ state: 'cancelled' });
});

test('who thinks better of it has begun nothing', async () => {
  const show = recorded(await madeUpShow({ seconds: 2 }));
  const { download, states } = downloadOf(show, readFrom(show), null);
  expect(await download.start()).toBe(false);
  expect(states).toEqual([]);
});

test('sound is encoded anew before the first byte is written, and the file says so', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const file = new MemoryFile();
  const { download, states } = downloadOf(show, readFrom(show), file, convertInMemory);
  await download.start();
  expect(states.at(-1)).toEqual({ state: 'done', leftOut: 0, hasOpus: false });
  expect(file.bytes.length).toBe(download.totalBytes);
  expect(file.bytes.includes('mp4a')).toBe(true);
  expect(file.bytes.includes('Opus')).toBe(false);
  const shares = states.map((state) => (state.state === 'running' ? state.share : 1));
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test('a group found damaged while the sound is encoded is left out of both', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const file = new MemoryFile();
  const read = async (number: number) => (number === 3 ? null : readFrom(show)(number));
  const { download, states } = downloadOf(show, read, file, convertInMemory);
  await download.start();
  expect(states.at(-1)).toEqual({ state: 'done', leftOut: 1, hasOpus: false });
  expect(file.bytes.length).toBe(download.totalBytes);
});

test('sound that can’t be encoded anew is said, and nothing is written', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const file = new MemoryFile();
  const { download } = downloadOf(show, readFrom(show), file, async () => {
    throw new ProblemError('sound-not-converted');
  });
  await download.start();
  expect(download.state).toEqual({ state: 'failed', share: 0, problem: 'sound-not-converted' });
  expect(file.written).toBe(0);
});

test('cancelled while the sound is encoded, it ends there', async () => {
  const show = recorded(await madeUpShow({ seconds: 6 }));
  const file = new MemoryFile();
  const read: number[] = [];
  const { download, states } = downloadOf(
    show,
    async (number) => {
      read.push(number);
      if (number === 2) await download.cancel();
      return readFrom(show)(number);
    },
    file,
    convertInMemory,
  );
  await download.start();
  expect(states.at(-1)).toEqual({ state: 'cancelled' });
  expect(read).toEqual([0, 1, 2]);
  expect(file).toMatchObject({ isDiscarded: true, isFinished: false });
  expect(file.written).toBe(0);
});
