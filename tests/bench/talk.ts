import type { Browser, Page } from '@playwright/test';
import { setTimeout as pause } from 'node:timers/promises';
import { inRoom, listenForTimes, say, sayTheTime, texts, timesHeard } from '../support/room.ts';
import { firstPicture, goLive, PHONE, quantile, snapshot, until, watch } from '../support/show.ts';
import { type Figure, figure } from './figure.ts';

const SHOW = 'height=360&bitrate=2000&uplink=8';
const VIEWERS = 8;
/** The show's rate when the talk begins, bit/s: its sound and picture seldom need all of the 2 Mbit/s. */
const ENOUGH_BPS = 1_600_000;
/** Between two messages, ms: a lively chat. */
const PAUSE_MS = 250;

/** Host and eight viewers talk while the video runs: when is a message on all screens, and is it the same room. */
export async function measureTalk(browser: Browser, site: string, messages: number): Promise<Figure[]> {
  const { page: host, link } = await goLive(browser, site, SHOW, PHONE);
  const viewers: Page[] = [];
  for (let at = 0; at < VIEWERS; at++) {
    const page = await watch(browser, link);
    await firstPicture(page, 60_000);
    viewers.push(page);
  }
  const pages = [host, ...viewers];
  await Promise.all(pages.map(inRoom));
  // Nine pages that load take a small machine's turns, and the host its rate back for a while; for good where they go on to
  // take all of them. The figures say at which rate they were taken.
  await until(host, ({ media }) => media.bitsPerSecond > ENOUGH_BPS, 120_000).catch(() => undefined);
  await say(host, 'welcome', 'Maria');
  await pause(3_000);
  await Promise.all(pages.map(listenForTimes));
  for (let at = 0; at < messages; at++) {
    await sayTheTime(pages[at % pages.length] ?? host);
    await pause(PAUSE_MS);
  }
  await pause(3_000);
  const delays = (await Promise.all(pages.map(timesHeard))).flat();
  const seen = await Promise.all(pages.map(texts));
  const [first] = seen;
  const same = seen.filter((one) => one.join() === first?.join()).length;
  const now = await Promise.all(pages.map(snapshot));
  await Promise.all(pages.map((page) => page.context().close()));
  return [
    figure('message on a screen, p50', quantile(delays, 0.5), 'ms', null),
    figure('message on a screen, p95', quantile(delays, 0.95), 'ms', 300),
    figure('message on a screen, at the latest', Math.max(...delays), 'ms', null),
    figure('messages seen of those said', delays.length / messages / pages.length, '', 1, true),
    figure('screens that are alike', same, '', pages.length, true),
    figure('chat connections of a page, at most', Math.max(...now.map(({ room }) => room.links)), '', 6),
    figure('rate of the video', (now[0]?.media.bitsPerSecond ?? 0) / 1e6, 'Mb/s', ENOUGH_BPS / 1e6, true),
  ];
}
