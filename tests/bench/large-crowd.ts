import type { Browser, Page } from '@playwright/test';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Snapshot } from '../../src/app/snapshot.ts';
import { cameraToScreen, goLive, PHONE, quantile, sampleStrip, snapshot, watch } from '../support/show.ts';
import type { NodeCrowd } from './node-crowd.ts';
import type { Sight } from './node-viewer.ts';
import { processorSeconds } from './processes.ts';

/** Chosen low: what a viewer costs this machine goes by messages, hardly by bytes, and pages have to be painted. */
export const RATE_BPS = 400_000;
/** The host may send three times the show. */
export const HOST_TIMES = 3;
/** Viewers that are pages; all others run in Node. */
export const PAGES = 3;
/** Between two viewers who join, ms (chosen: setting up eight links takes a tenth of a second of one core). */
export const JOIN_MS = { page: 1_000, node: 400 };
/** From the last of them until the measuring begins, and how long that takes, ms (chosen). */
export const SETTLE_MS = 8_000;
export const MEASURE_MS = 30_000;
/** A viewer in Node plays each chunk so long after its capture, ms (chosen: as far behind as pages keep). */
export const PLAYOUT_MS = 400;

/** What a crowd saw of a show, and what it cost. Times in ms, shares from 0 to 1; NaN where there was nothing. */
export interface CrowdFigures {
  readonly viewers: number;
  /** Pages that never stood still, and viewers in Node who had each chunk at its playout time. */
  readonly served: number;
  /** Chunks there at their playout time / chunks of the show, over the viewers in Node. */
  readonly onTime: number;
  /** Chunks that the host published, payload and headers, and what the host sent of them / their payload. */
  readonly showBps: number;
  readonly hostTimes: number;
  readonly cameraToScreenMs: { readonly p50: number; readonly p95: number };
  /** Capture of a chunk's first picture to the whole chunk in order, viewers in Node. */
  readonly captureToPlayableMs: { readonly p50: number; readonly p95: number };
  /** Joining to the first playable chunk, viewers in Node. */
  readonly startMs: { readonly p50: number; readonly p95: number };
  /** Navigation to first picture, pages; the worst. */
  readonly firstPictureMs: number;
  /** Processor time of the host's page / time; of all cores / time of all cores. */
  readonly hostCpu: number;
  readonly machineBusy: number;
  /** All bytes sent that are not payload / payload. */
  readonly overhead: number;
  readonly deepest: number;
}

/** Where all this happens; the host's browser has no other page. */
export interface Stage {
  readonly site: string;
  readonly hostBrowser: Browser;
  readonly viewerBrowser: Browser;
  readonly crowd: NodeCrowd;
}

/** One show with so many viewers. @param relays false: every viewer is fed by the host alone */
export async function measureLargeCrowd(stage: Stage, viewers: number, relays: boolean): Promise<CrowdFigures> {
  const { site, hostBrowser, viewerBrowser, crowd } = stage;
  const settings = `height=180&bitrate=${RATE_BPS / 1000}&uplink=${(HOST_TIMES * RATE_BPS) / 1e6}`;
  const { page: host, link } = await goLive(hostBrowser, site, settings, PHONE);
  const pages: Page[] = [];
  try {
    for (let at = 0; at < PAGES; at++) {
      pages.push(await watch(viewerBrowser, link, relays ? '' : 'relay=off'));
      await pause(JOIN_MS.page);
    }
    const streamId = link.slice(link.lastIndexOf('/') + 1);
    for (let at = PAGES; at < viewers; at++) {
      crowd.join({ siteUrl: site, streamId, relays });
      await pause(JOIN_MS.node);
    }
    await pause(SETTLE_MS);
    return await measure(stage, host, pages);
  } finally {
    await crowd.leave();
    await Promise.all([host, ...pages].map((page) => page.context().close()));
  }
}

async function measure({ hostBrowser, crowd }: Stage, host: Page, pages: Page[]): Promise<CrowdFigures> {
  const look = async () => ({
    host: await snapshot(host),
    pages: await Promise.all(pages.map(snapshot)),
    nodes: await crowd.look(),
    hostCpuS: await processorSeconds(hostBrowser, 'renderer'),
    cores: coreSeconds(),
    atMs: Date.now(),
  });
  await Promise.all(pages.map(sampleStrip));
  const before = await look();
  await pause(MEASURE_MS);
  const after = await look();
  const delays = (await Promise.all(pages.map(cameraToScreen))).flat();
  const elapsedS = (after.atMs - before.atMs) / 1000;

  const seen = judgeChunks(after.nodes, before.atMs, after.atMs - 2 * PLAYOUT_MS);
  const pagesServed = after.pages.filter((page, at) => playedThrough(before.pages[at], page)).length;
  const payload = sum(after.nodes, ({ payloadBytes }) => payloadBytes);
  const payloadShare = payload / sum(after.nodes, ({ carriedBytes }) => carriedBytes);
  const everyone = [after.host, ...after.pages, ...after.nodes].map(({ mesh }) => mesh);
  const earlier = [before.host, ...before.pages, ...before.nodes].map(({ mesh }) => mesh);
  const mediaBytes = sum(everyone, (mesh) => mesh.mediaBytesSent) - sum(earlier, (mesh) => mesh.mediaBytesSent);
  const controlBytes = sum(everyone, (mesh) => mesh.controlBytesSent) - sum(earlier, (mesh) => mesh.controlBytesSent);
  const hostBytes = after.host.mesh.mediaBytesSent - before.host.mesh.mediaBytesSent;
  const showBps = (before.host.media.bitsPerSecond + after.host.media.bitsPerSecond) / 2;
  const starts = after.nodes.map(({ firstPictureMs }) => firstPictureMs ?? Number.POSITIVE_INFINITY);
  return {
    viewers: pages.length + after.nodes.length,
    served: pagesServed + seen.served,
    onTime: seen.onTime,
    showBps,
    hostTimes: (hostBytes * payloadShare * 8) / elapsedS / showBps,
    cameraToScreenMs: { p50: quantile(delays, 0.5), p95: quantile(delays, 0.95) },
    captureToPlayableMs: { p50: quantile(seen.delays, 0.5), p95: quantile(seen.delays, 0.95) },
    startMs: { p50: quantile(starts, 0.5), p95: quantile(starts, 0.95) },
    firstPictureMs: Math.max(...after.pages.map(({ media }) => media.firstFrameMs ?? Number.POSITIVE_INFINITY)),
    hostCpu: (after.hostCpuS - before.hostCpuS) / elapsedS,
    machineBusy: (after.cores.busy - before.cores.busy) / (after.cores.all - before.cores.all),
    overhead: (mediaBytes * (1 - payloadShare) + controlBytes) / (mediaBytes * payloadShare),
    deepest: Math.max(...everyone.map(({ depth }) => depth ?? 0)),
  };
}

/** Every chunk that was captured in [fromMs, toMs) and reached anybody is due at everybody's. */
function judgeChunks(nodes: readonly Sight[], fromMs: number, toMs: number) {
  const within = nodes.map(({ played }) => played.filter(([captured]) => captured >= fromMs && captured < toMs));
  const due = new Set(within.flatMap((played) => played.map(([captured]) => Math.round(captured)))).size;
  const onTime = within.map((played) => played.filter(([captured, at]) => at <= captured + PLAYOUT_MS).length);
  return {
    served: onTime.filter((chunks) => chunks === due && due > 0).length,
    onTime: due > 0 ? sum(onTime, (chunks) => chunks) / (due * nodes.length) : 0,
    delays: within.flatMap((played) => played.map(([captured, at]) => at - captured)),
  };
}

/** Whether a page showed pictures all the time, at least ten a second. */
function playedThrough(before: Snapshot | undefined, { state, media }: Snapshot): boolean {
  if (!before || state !== 'live') return false;
  const goesOn = media.framesShown - before.media.framesShown > MEASURE_MS / 100;
  return goesOn && media.stalledMs === before.media.stalledMs;
}

function coreSeconds(): { busy: number; all: number } {
  const times = cpus().map((core) => core.times);
  const all = sum(times, ({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq);
  return { busy: all - sum(times, ({ idle }) => idle), all };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
