import { expect, test } from 'vitest';
import { Download, type DownloadState } from '../../../src/app/recordings/download.ts';
import type { Recording } from '../../../src/app/recordings/recording.ts';
import type { RecordedChunk } from '../../../src/core/recording/chunk-group.ts';
import { madeUpShow, STREAM_ID } from '../../support/made-up-show.ts';
import { MemoryFile, type Recorded, recorded } from '../../support/memory-recordings.ts';

function downloadOf(
  show: Recorded,
  read: (number: number) => Promise<RecordedChunk[] | null>,
  file: MemoryFile | null,
) {
  const states: DownloadState[] = [];
  const recording: Recording = {
    ...{ id: 'a', streamId: STREAM_ID, publicKey: new Uint8Array(32), title: '', startedMs: 0, state: 'ended' },
    ...{ durationMs: 0, bytes: 0, peakViewers: 0, groups: show.entries.length, inits: show.inits },
  };
  const sinks = { open: async () => file, give: () => undefined };
  const options = { recording, entries: show.entries, title: '', chapters: [], fileName: 'a.mp4' };
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
  expect(states.at(-1)).toEqual({ state: 'done', leftOut: 0 });
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
  expect(states.at(-1)).toEqual({ state: 'done', leftOut: 1 });
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
