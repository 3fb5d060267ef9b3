import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';
import { openLetter } from '../../src/adapters/door/letter.ts';
import type { Message } from '../../src/core/messages.ts';
import { decodeMessage } from '../../src/core/wire.ts';
import { Apart } from '../support/apart.ts';
import { firstPicture, goLive, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300';
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

/** A show with so many viewers, and the NAT that keeps the host from those who come next: its door lets them in. */
async function openShow(browser: Browser, count: number): Promise<{ host: Page; link: string; nat: Apart }> {
  const nat = new Apart();
  const { page: host, link } = await goLive(browser, site.url, SHOW, undefined, nat.unreachable);
  for (let at = 0; at < count; at++) await firstPicture(await watch(browser, link), 20_000);
  return { host, link, nat };
}

/** Two seconds of pictures, all of them by way of other viewers. */
async function seesTheShowWithout(host: Page, newcomer: Page): Promise<void> {
  await firstPicture(newcomer, 20_000);
  await until(newcomer, ({ media }) => media.framesShown > 60, 20_000);
  const [{ peerId, mesh }, seen] = await Promise.all([snapshot(host), snapshot(newcomer)]);
  expect(seen.links.filter((link) => link.state === 'open').map((link) => link.peerId)).not.toContain(peerId);
  expect(seen.mesh.depth).toBeGreaterThanOrEqual(2);
  expect([mesh.lettersDropped, seen.mesh.lettersDropped]).toEqual([0, 0]); // honest peers stay within the bounds
}

test('whom the host can only name others is let in at the door of a viewer', async ({ browser }) => {
  const { host, link, nat } = await openShow(browser, 3);
  const hostDoor = `passaparola-${link.slice(link.lastIndexOf('/') + 1)}`;
  const answered = new Set<string>();
  let introduced = false;
  /** What the newcomer's broker passes on: of the host no more than its hello and one introduction to a viewer's door. */
  const passes = (frame: string, from: 'src' | 'dst'): boolean => {
    const { [from]: other = '', payload } = JSON.parse(frame) as { src?: string; dst?: string; payload?: unknown };
    const message = read(payload);
    if (other.startsWith(`${hostDoor}-`) && from === 'src' && message) answered.add(other);
    if (other !== hostDoor || message?.type === 'hello') return true;
    if (introduced || message?.type !== 'members') return false;
    introduced = message.members.some(({ door, depth }) => door && depth > 0);
    return introduced;
  };
  const newcomer = await watch(browser, link, '', async (context: BrowserContext) => {
    await nat.outside(context);
    await context.routeWebSocket(/\/peerjs\?/, (page) => {
      const broker = page.connectToServer();
      page.onMessage((frame) => {
        if (passes(String(frame), 'dst')) broker.send(frame);
      });
      broker.onMessage((frame) => {
        if (passes(String(frame), 'src')) page.send(frame);
      });
    });
  });
  await seesTheShowWithout(host, newcomer);
  expect(introduced).toBe(true);
  expect(answered.size).toBeGreaterThan(0);
});

test('where devices are kept apart host and visitor hear of it, until another viewer comes who feeds them', async ({
  browser,
}) => {
  const { host, link, nat } = await openShow(browser, 0);
  const newcomer = await watch(browser, link, '', nat.outside);
  await expect(host.getByText('their device can’t reach yours')).toBeVisible({ timeout: 30_000 });
  await expect(newcomer.getByText('your device can’t reach anybody')).toBeVisible({ timeout: 30_000 });
  await firstPicture(await watch(browser, link), 20_000);
  await expect(host.getByText('their device can’t reach yours')).toBeHidden();
  await seesTheShowWithout(host, newcomer);
  expect(nat.tried).toBeGreaterThan(0);
  await expect(newcomer.getByText('your device can’t reach anybody')).toBeHidden();
});

function read(payload: unknown): Message | null {
  const letter = openLetter(payload);
  return letter === null || letter.kind === 'bye' ? null : decodeMessage(letter.bytes);
}
