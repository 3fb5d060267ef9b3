import { expect, test } from '@playwright/test';
import type { JSHandle, Page } from '@playwright/test';
import { startFixtureServer } from '../support/fixture-server.ts';
import type { FixtureServer } from '../support/fixture-server.ts';
import type { CaptureFixture, ChunkRecord, Report } from './fixtures/capture.ts';
import { ALONE } from './show-test.ts';

const SMALL = { height: 360, framesPerSecond: 30, bitsPerSecond: 1_000_000 };

let server: FixtureServer;
test.beforeAll(async () => {
  server = await startFixtureServer(['mediabunny']);
});
test.afterAll(() => server.close());

async function open(page: Page): Promise<JSHandle<CaptureFixture>> {
  await page.goto(`${server.url}capture.html`);
  await page.waitForFunction(() => 'capture' in globalThis);
  return page.evaluateHandle(() => (globalThis as unknown as { capture: CaptureFixture }).capture);
}

const report = (desk: JSHandle<CaptureFixture>): Promise<Report> => desk.evaluate((capture) => capture.report());

async function live(page: Page): Promise<JSHandle<CaptureFixture>> {
  const desk = await open(page);
  expect(await desk.evaluate((capture) => capture.useSource({ kind: 'test' }))).toBeNull();
  await desk.evaluate((capture, wish) => capture.start(wish), SMALL);
  await chunksReach(desk, 20);
  return desk;
}

async function chunksReach(desk: JSHandle<CaptureFixture>, count: number): Promise<readonly ChunkRecord[]> {
  await expect.poll(async () => (await report(desk)).chunks.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(count);
  return (await report(desk)).chunks;
}

/** Playing on, in one piece. */
async function expectPlaying(desk: JSHandle<CaptureFixture>): Promise<void> {
  const before = (await report(desk)).player.frames;
  await expect.poll(async () => (await report(desk)).player.frames).toBeGreaterThan(before + 10);
  const { player, playerError } = await report(desk);
  expect(playerError).toBeNull();
  expect(player.ranges).toHaveLength(1);
}

const steps = (chunks: readonly ChunkRecord[]): number[] =>
  chunks.slice(1).map((chunk, index) => chunk.captureMs - (chunks[index]?.captureMs ?? NaN));

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

test('encodes about ten chunks and a keyframe a second, which play as they come', { tag: ALONE }, async ({ page }) => {
  const desk = await open(page);
  expect(await desk.evaluate((capture) => capture.useSource({ kind: 'test' }))).toBeNull();
  const plan = await desk.evaluate((capture, wish) => capture.start(wish), SMALL);
  expect(plan).toMatchObject({ ...SMALL, width: 640 });
  expect(plan.codecs).toMatch(/^(avc1|vp09|av01)\..*,opus$/);

  const chunks = await chunksReach(desk, 40);
  expect(chunks[0]).toMatchObject({ kind: 'key', codecs: plan.codecs });
  expect(Math.min(...steps(chunks))).toBeGreaterThan(0);
  // Two pictures at 25 a second, three at 30: a slow machine may give either.
  expect(median(steps(chunks))).toBeGreaterThan(60);
  expect(median(steps(chunks))).toBeLessThan(150);
  const keySteps = steps(chunks.filter(({ kind }) => kind === 'key'));
  expect(keySteps.length).toBeGreaterThanOrEqual(2);
  expect(Math.max(...keySteps)).toBeLessThan(2000);
  // Handed out soon after it was captured, the last frame's own duration included.
  expect(median(chunks.map(({ atMs, captureMs, durationMs }) => atMs - captureMs - durationMs))).toBeLessThan(150);

  await expectPlaying(desk);
  expect((await report(desk)).player).toMatchObject({ videoWidth: 640, videoHeight: 360 });
  await expect.poll(() => desk.evaluate((capture) => capture.pictureAgeMs())).toBeLessThan(2000);
});

for (const [codec, refused] of [
  ['vp09', ['avc1']],
  ['av01', ['avc1', 'vp09']],
] as const) {
  test(`goes on to ${codec} where ${refused.join(' and ')} cannot be encoded`, async ({ page }) => {
    await page.addInitScript((families: readonly string[]) => {
      const original = VideoEncoder.isConfigSupported.bind(VideoEncoder);
      VideoEncoder.isConfigSupported = async (config) =>
        families.includes(config.codec.slice(0, 4)) ? { supported: false, config } : original(config);
    }, refused);
    const desk = await live(page);
    expect((await report(desk)).chunks[0]?.codecs).toContain(codec);
    await expectPlaying(desk);
  });
}

test('swaps the source in the middle of a show', async ({ page }) => {
  const desk = await live(page);
  for (const kind of ['camera', 'test'] as const) {
    const before = (await report(desk)).chunks.length;
    expect(await desk.evaluate((capture, request) => capture.useSource(request), { kind })).toBeNull();
    expect((await report(desk)).source).toBe(kind);
    const chunks = (await chunksReach(desk, before + 20)).slice(before - 1);
    expect(Math.min(...steps(chunks))).toBeGreaterThan(0);
    expect(Math.max(...steps(chunks))).toBeLessThan(1_500); // about 150 on a machine with nothing else to do
    await expectPlaying(desk);
  }
  const keys = (await report(desk)).chunks.filter(({ kind }) => kind === 'key');
  expect(Math.min(...steps(keys))).toBeLessThan(980); // each new source began with a keyframe out of turn
  expect((await report(desk)).problems).toEqual([]);
});

test('lets go of a camera first where only one can run', async ({ page }) => {
  await page.addInitScript(() => {
    // A phone: while a camera runs, another one can't be opened.
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    const running: MediaStreamTrack[] = [];
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const isBusy = running.some(({ readyState }) => readyState === 'live');
      if (constraints?.video !== undefined && isBusy) throw new DOMException('in use', 'NotReadableError');
      const stream = await original(constraints);
      running.push(...stream.getVideoTracks());
      return stream;
    };
  });
  const desk = await live(page);
  const camera = { kind: 'camera' } as const;
  expect(await desk.evaluate((capture, request) => capture.useSource(request), camera)).toBeNull();
  expect(await desk.evaluate((capture, request) => capture.useSource(request), camera)).toBeNull();
  await expectPlaying(desk);

  const missing = { kind: 'camera', deviceId: 'none such' } as const;
  expect(await desk.evaluate((capture, request) => capture.useSource(request), missing)).toBe('camera-missing');
  expect((await report(desk)).source).toBe('camera');
  await expectPlaying(desk);
});

test('changes the rate without a new start', { tag: ALONE }, async ({ page }) => {
  const desk = await live(page);
  const rate = async () => (await report(desk)).encoding?.bitsPerSecond ?? NaN;
  await expect.poll(rate).toBeGreaterThan(600_000);
  await desk.evaluate((capture) => capture.setBitrate(300_000));
  await expect.poll(rate).toBeLessThan(500_000);
  await desk.evaluate((capture) => capture.setBitrate(1_000_000));
  await expect.poll(rate).toBeGreaterThan(600_000);
  const keys = (await report(desk)).chunks.filter(({ kind }) => kind === 'key');
  expect(Math.min(...steps(keys))).toBeGreaterThan(900); // no keyframe out of turn
  await expectPlaying(desk);
});

test('drops frames and makes the picture smaller when the encoder cannot keep up', { tag: ALONE }, async ({ page }) => {
  await page.addInitScript((delayMs) => {
    // Delivers late, as an encoder with too much to do.
    const Original = VideoEncoder;
    globalThis.VideoEncoder = class extends Original {
      constructor({ output, error }: VideoEncoderInit) {
        super({ output: (...packet) => void setTimeout(() => output(...packet), delayMs), error });
      }
    };
  }, 400);
  const desk = await live(page);
  await expect.poll(async () => (await report(desk)).problems, { timeout: 15_000 }).toContain('encoder-slow');
  expect((await report(desk)).encoding?.framesDropped).toBeGreaterThan(5);
  await expect.poll(async () => (await report(desk)).player.videoHeight, { timeout: 15_000 }).toBeLessThan(360);
});

test('refuses a file that is no video, and the show goes on', async ({ page }) => {
  const desk = await live(page);
  const refusal = await desk.evaluate((capture) => capture.useBytesAsFile([60, 104, 49, 62], 'page.html'));
  expect(refusal).toBe('file-unreadable');
  expect((await report(desk)).source).toBe('test');
  await chunksReach(desk, (await report(desk)).chunks.length + 10);
});

test('plays a file; at its end the last picture stays and the show goes on', async ({ page }) => {
  const desk = await live(page);
  await page.locator('video').click(); // a file has sound: it plays after a gesture, as when it was picked
  expect(await desk.evaluate((capture) => capture.useShowAsFile())).toBeNull();
  expect(await report(desk)).toMatchObject({ source: 'file', pictureSize: { width: 640, height: 360 } });
  await expect.poll(async () => (await report(desk)).problems, { timeout: 20_000 }).toContain('source-ended');
  const before = (await report(desk)).chunks.length;
  const chunks = (await chunksReach(desk, before + 20)).slice(before);
  expect(median(steps(chunks))).toBeLessThan(200);
  await expectPlaying(desk);
});

test.describe('what the browser refuses', () => {
  const refuse = (page: Page, refused: 'video' | 'audio', name: string) =>
    page.addInitScript(
      ([kind, exception]) => {
        const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = (constraints) =>
          constraints?.[kind] === undefined
            ? original(constraints)
            : Promise.reject(new DOMException('refused', exception));
      },
      [refused, name] as const,
    );

  for (const [exception, problem] of [
    ['NotAllowedError', 'camera-denied'],
    ['NotFoundError', 'camera-missing'],
    ['NotReadableError', 'camera-in-use'],
  ] as const) {
    test(`${exception} is ${problem}`, async ({ page }) => {
      await refuse(page, 'video', exception);
      const desk = await open(page);
      expect(await desk.evaluate((capture) => capture.useSource({ kind: 'camera' }))).toBe(problem);
      expect((await report(desk)).source).toBeNull();
    });
  }

  test('a camera goes on without a microphone', async ({ page }) => {
    await refuse(page, 'audio', 'NotAllowedError');
    const desk = await open(page);
    expect(await desk.evaluate((capture) => capture.useSource({ kind: 'camera' }))).toBeNull();
    expect(await report(desk)).toMatchObject({ source: 'camera', problems: ['microphone-denied'] });
    await desk.evaluate((capture, wish) => capture.start(wish), SMALL);
    await chunksReach(desk, 20);
    await expectPlaying(desk); // the sound track is there, with silence
  });
});
