import type { Browser, Page } from '@playwright/test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Snapshot } from '../../src/app/snapshot.ts';
import {
  cameraToScreen,
  crash,
  feedsMost,
  firstPicture,
  goLive,
  PHONE,
  quantile,
  sampleStrip,
  snapshot,
  until,
  watch,
} from '../support/show.ts';
import { type Figure, figure } from './figure.ts';
import { megabytes } from './processes.ts';

/** 640×360 at 1 Mbit/s; the host may send two and a half times that. */
const RATE_BPS = 1_000_000;
const SHOW = 'height=360&bitrate=1000&uplink=2.5';
/** Frames after which a picture counts as settled: three seconds. */
const SETTLED_FRAMES = 90;

const largest = (values: number[]): number => Math.max(...values);

async function crowd(browser: Browser, link: string, viewers: number): Promise<Page[]> {
  const pages: Page[] = [];
  for (let at = 0; at < viewers; at++) {
    const page = await watch(browser, link);
    await firstPicture(page);
    await page.getByRole('button', { name: 'Unmute' }).click();
    pages.push(page);
  }
  await Promise.all(pages.map((page) => until(page, ({ media }) => media.framesShown > SETTLED_FRAMES, 60_000)));
  return pages;
}

/** Differences of a figure between two rounds of snapshots. */
function grown(before: Snapshot[], after: Snapshot[], of: (seen: Snapshot) => number): number[] {
  return after.map((seen, at) => of(seen) - (before[at] ? of(before[at]) : 0));
}

/** Host and seven viewers for a while, all on phones: painting is the dearest without a graphics card. */
export async function measureCrowd(browser: Browser, site: string, seconds: number): Promise<Figure[]> {
  const { page: host, link } = await goLive(browser, site, SHOW, PHONE);
  const viewers = await crowd(browser, link, 7);
  await Promise.all(viewers.map(sampleStrip));
  const [hostBefore, ...before] = await Promise.all([host, ...viewers].map(snapshot));
  const beganMs = Date.now();
  await pause(seconds * 1000);
  const [hostAfter, ...after] = await Promise.all([host, ...viewers].map(snapshot));
  const elapsedS = (Date.now() - beganMs) / 1000;
  const delays = (await Promise.all(viewers.map(cameraToScreen))).flat();
  const sentBytes = grown(
    hostBefore ? [hostBefore] : [],
    hostAfter ? [hostAfter] : [],
    ({ mesh }) => mesh.mediaBytesSent,
  );
  await closeAll(host, ...viewers);
  return [
    figure('viewers that played', after.filter(({ state }) => state === 'live').length, 'of 7', 7, true),
    figure('longest stall of a viewer', largest(grown(before, after, ({ media }) => media.stalledMs)), 'ms', 0),
    figure('host upload ÷ bitrate', ((sentBytes[0] ?? 0) * 8) / elapsedS / RATE_BPS, '×', 2.5),
    figure('deepest viewer', largest(after.map(({ mesh }) => mesh.depth ?? 0)), 'hops', 2, true),
    figure('camera to screen, p50', quantile(delays, 0.5), 'ms', null),
    figure('camera to screen, p95', quantile(delays, 0.95), 'ms', 400),
    figure('pictures a viewer showed each second, least', least(grown(before, after, frames)) / elapsedS, '', null),
    figure(
      'pieces pulled',
      share(after, ({ mesh }) => mesh.piecesRepaired),
      '%',
      null,
    ),
    figure(
      'pieces that came twice',
      share(after, ({ mesh }) => mesh.piecesDuplicate),
      '%',
      null,
    ),
  ];
}

const frames = ({ media }: Snapshot): number => media.framesShown;
const least = (values: number[]): number => Math.min(...values);

function share(seen: Snapshot[], of: (seen: Snapshot) => number): number {
  const sum = (pick: (seen: Snapshot) => number): number => seen.reduce((total, one) => total + pick(one), 0);
  return (100 * sum(of)) / sum(({ mesh }) => mesh.piecesReceived);
}

/** Joining a running show, again and again: navigation to first picture. */
export async function measureFirstPicture(browser: Browser, site: string, joins: number): Promise<Figure[]> {
  const { page: host, link } = await goLive(browser, site, SHOW);
  const times: number[] = [];
  for (let at = 0; at < joins; at++) {
    const page = await watch(browser, link);
    await firstPicture(page);
    times.push((await snapshot(page)).media.firstFrameMs ?? Number.POSITIVE_INFINITY);
    await page.context().close();
  }
  await closeAll(host);
  return [
    figure('first picture, median', quantile(times, 0.5), 'ms', 1500),
    figure('first picture, worst', largest(times), 'ms', null),
  ];
}

/** A viewer that passes on is killed without a goodbye. */
export async function measureKilledRelay(browser: Browser, site: string, kills: number): Promise<Figure[]> {
  const stalls: number[] = [];
  for (let at = 0; at < kills; at++) {
    const { page: host, link } = await goLive(browser, site, SHOW);
    const viewers = await crowd(browser, link, 7);
    const relay = await feedsMost(viewers);
    const others = viewers.filter((viewer) => viewer !== relay);
    const before = await Promise.all(others.map(snapshot));
    await crash(relay);
    await pause(5000);
    const after = await Promise.all(others.map(snapshot));
    stalls.push(...grown(before, after, ({ media }) => media.stalledMs));
    await closeAll(host, ...others);
  }
  return [
    figure(
      'viewers that did not stall at all',
      (100 * stalls.filter((ms) => ms === 0).length) / stalls.length,
      '%',
      null,
    ),
    figure('stall after a relay was killed, worst', largest(stalls), 'ms', 500),
  ];
}

/** Memory of host and viewer after two and after ten minutes; each has a browser of its own. */
export async function measureMemory(
  launch: () => Promise<Browser>,
  site: string,
  minutes: readonly [number, number],
): Promise<Figure[]> {
  const [hostBrowser, viewerBrowser] = await Promise.all([launch(), launch()]);
  const { link } = await goLive(hostBrowser, site, SHOW);
  await firstPicture(await watch(viewerBrowser, link));
  const weigh = () => Promise.all([hostBrowser, viewerBrowser].map((browser) => megabytes(browser)));
  await pause(minutes[0] * 60_000);
  const [hostEarly = 0, viewerEarly = 0] = await weigh();
  await pause((minutes[1] - minutes[0]) * 60_000);
  const [hostLate = 0, viewerLate = 0] = await weigh();
  await Promise.all([hostBrowser.close(), viewerBrowser.close()]);
  // Garbage is collected before weighing, but pages of freed memory go back to the system when it suits: 10 % of noise.
  return [
    figure(`viewer after ${minutes[0]} min`, viewerEarly, 'MB', null),
    figure(`viewer after ${minutes[1]} min`, viewerLate, 'MB', viewerEarly * 1.1),
    figure(`host after ${minutes[0]} min`, hostEarly, 'MB', null),
    figure(`host after ${minutes[1]} min`, hostLate, 'MB', hostEarly * 1.1),
  ];
}

async function closeAll(...pages: Page[]): Promise<void> {
  await Promise.all(pages.map((page) => page.context().close()));
}
