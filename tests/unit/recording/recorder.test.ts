import { expect, test } from 'vitest';
import type { ProblemCode } from '../../../src/app/problem.ts';
import { ProblemError } from '../../../src/app/problem.ts';
import { Recorder } from '../../../src/app/recordings/recorder.ts';
import type { RecordingStore } from '../../../src/app/recordings/recording.ts';
import { madeUpShow, STREAM_ID } from '../../support/made-up-show.ts';
import { asPublished, MemoryRecording } from '../../support/memory-recordings.ts';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function recordInto(open: () => Promise<MemoryRecording>, freeBytes: number | null = null) {
  const problems: ProblemCode[] = [];
  // Only `record` is asked of it.
  const store = { record: open } as unknown as RecordingStore;
  const room = {
    askToStay: async () => true,
    measure: async () => ({ usedBytes: 0, freeBytes, isKept: true }),
  };
  const clock = { nowMs: () => 0, after: () => () => undefined };
  const recorder = new Recorder(
    { store, room, clock },
    {
      show: { streamId: STREAM_ID, publicKey: new Uint8Array(32) },
      bitsPerSecond: () => 2_000_000,
      peakViewers: () => 3,
      onChange: () => undefined,
      onProblem: (code, isThere) => {
        if (isThere) problems.push(code);
      },
    },
  );
  return { recorder, problems };
}

test('all that was published is written, in groups, and the recording is finished', async () => {
  const recording = new MemoryRecording();
  const { recorder, problems } = recordInto(async () => recording);
  const chunks = await madeUpShow({ seconds: 5 });
  // The first come before the database is open.
  for (const chunk of asPublished(chunks)) recorder.take(chunk);
  await recorder.end();
  expect(recording.groups).toHaveLength(5);
  expect(recorder.durationMs).toBeGreaterThan(4_990);
  expect(recording).toMatchObject({ isFinished: true, isReleased: true });
  expect(problems).toEqual([]);
});

test('what comes before the first key picture can never be shown, and is left out', async () => {
  const recording = new MemoryRecording();
  const { recorder, problems } = recordInto(async () => recording);
  const chunks = await madeUpShow({ seconds: 3 });
  for (const chunk of asPublished(chunks).slice(3)) recorder.take(chunk);
  await recorder.end();
  expect(problems).toEqual([]);
  expect(recording.groups.map(({ entry }) => entry.isKey)).toEqual([true, true]);
  expect(recording.groups[0]?.entry.startMs).toBeLessThan(1);
});

test('a page that goes lets go of the recording without finishing it', async () => {
  const recording = new MemoryRecording();
  const { recorder } = recordInto(async () => recording);
  for (const chunk of asPublished(await madeUpShow({ seconds: 2 }))) recorder.take(chunk);
  recorder.close();
  await settle();
  await settle();
  expect(recording.groups).toHaveLength(2);
  expect(recording).toMatchObject({ isFinished: false, isReleased: true });
});

test('a disk that never answers ends the recording before much waits for it', async () => {
  const recording = new MemoryRecording();
  const { recorder, problems } = recordInto(async () => recording);
  await settle();
  recording.disk = new Promise(() => undefined);
  const chunks = asPublished(await madeUpShow({ seconds: 2 }));
  const large = chunks.map(({ header, pieces }) => ({
    header: { ...header, byteLength: 600_000 },
    pieces: [Buffer.concat([pieces[0] ?? new Uint8Array(0), Buffer.alloc(600_000 - (pieces[0]?.length ?? 0))])],
  }));
  for (let round = 0; round < 4; round++) for (const chunk of large) recorder.take(chunk);
  expect(problems).toEqual(['recording-slow']);
  expect(recorder.isRunning).toBe(false);
});

test.each(['recording-full', 'recording-lost', 'recordings-newer'] as const)('%s is said once', async (code) => {
  const recording = new MemoryRecording();
  const { recorder, problems } = recordInto(async () => recording);
  await settle();
  recording.disk = Promise.reject(new ProblemError(code));
  for (const chunk of asPublished(await madeUpShow({ seconds: 3 }))) recorder.take(chunk);
  await recorder.end();
  expect(problems).toEqual([code]);
  expect(recording.isReleased).toBe(true);
});

test('a browser that keeps nothing is said, and so is little room', async () => {
  const blocked = recordInto(() => Promise.reject(new ProblemError('recordings-blocked')));
  const little = recordInto(async () => new MemoryRecording(), 100_000_000);
  await settle();
  await settle();
  expect(blocked.problems).toEqual(['recordings-blocked']);
  expect(little.problems).toEqual(['recording-low']);
  expect(little.recorder.hoursLeft).toBeCloseTo(0.105, 2);
  expect(little.recorder.isRunning).toBe(true);
});

test('a chunk that makes no sense ends the recording, and whoever publishes hears nothing of it', async () => {
  const { recorder, problems } = recordInto(async () => new MemoryRecording());
  await settle();
  const [chunk] = asPublished(await madeUpShow({ seconds: 1 }));
  if (!chunk) throw new Error('no chunk');
  recorder.take({ header: { ...chunk.header, byteLength: 1 }, pieces: chunk.pieces });
  expect(problems).toEqual(['recordings-blocked']);
  expect(recorder.isRunning).toBe(false);
});
