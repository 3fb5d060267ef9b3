import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';
import { DEAD_BROKER } from '../support/broker.ts';
import { inRoom, say, texts } from '../support/room.ts';
import { firstPicture, goLive, snapshot, until, watch } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { test } from './show-test.ts';

const SHOW = 'height=180&bitrate=300&uplink=0.75';
let site: RunningSite;

test.beforeAll(async () => {
  site = await startSite();
});

test.afterAll(async () => {
  await site.stop();
});

/** Nobody answers at any broker, from before the start on. */
const withoutBroker = (context: BrowserContext): Promise<unknown> =>
  context.route('**/config.json', (route) => route.fulfill({ json: { brokers: [DEAD_BROKER], iceServers: [] } }));

const open = (page: Page): Promise<void> => page.getByRole('button', { name: 'Invitations' }).click();
const close = (page: Page): Promise<void> => page.keyboard.press('Escape');

/** Somebody joins as people do it: the member's text is carried to the newcomer's page, and the answer back. */
async function invited(browser: Browser, member: Page, link: string): Promise<Page> {
  const guest = await watch(browser, link, '', withoutBroker);
  await Promise.all([open(member), open(guest)]);
  await member.getByRole('button', { name: 'Make an invitation' }).click();
  const invitation = await member.getByRole('textbox', { name: 'Text to hand over' }).inputValue();
  await guest.getByRole('textbox', { name: 'The invitation' }).fill(invitation);
  await guest.getByRole('button', { name: 'Accept' }).click();
  const answer = await guest.getByRole('textbox', { name: 'Text to hand over' }).inputValue();
  await member.getByRole('textbox', { name: 'The answer' }).fill(answer);
  await member.getByRole('button', { name: 'Let in' }).click();
  await firstPicture(guest);
  await Promise.all([close(member), close(guest)]);
  return guest;
}

test('without any broker, a show is joined by texts: at the host, then at whoever is in it', async ({ browser }) => {
  const { page: host, link } = await goLive(browser, site.url, SHOW, undefined, withoutBroker);
  const members = [await invited(browser, host, link)];
  for (let at = 0; at < 5; at++) members.push(await invited(browser, members[Math.floor(at / 2)] ?? host, link));
  // The mesh has introduced those who came later to each other and to the host.
  await Promise.all(members.map((page) => until(page, ({ links }) => links.length > 1)));
  await Promise.all(members.map(inRoom));
  await say(members.at(-1) ?? host, 'all by hand', 'Ada');
  for (const page of [host, ...members]) await expect.poll(() => texts(page)).toContain('all by hand');
  const states = await Promise.all(members.map(async (page) => (await snapshot(page)).state));
  expect(states).toEqual(Array(6).fill('live'));
});

test('what is no invitation to this show is refused in words', async ({ browser }) => {
  const guest = await watch(browser, `${site.url}#/watch/218pn5vqqzgafcpq7wqnwhefrc`, '', withoutBroker);
  await open(guest);
  for (const text of ['hello', 'invitation.00000000.218pn5vqqzgafcpq7wqnwhefrd.AAAA', 'x'.repeat(6_000)]) {
    await guest.getByRole('textbox', { name: 'The invitation' }).fill(text);
    await guest.getByRole('button', { name: 'Accept' }).click();
    await expect(guest.getByRole('dialog').getByRole('status').first()).toContainText('no invitation to this show');
  }
  await guest.getByRole('button', { name: 'Make an invitation' }).click();
  await guest.getByRole('textbox', { name: 'The answer' }).fill('answer.00000000.218pn5vqqzgafcpq7wqnwhefrc.AAAA');
  await guest.getByRole('button', { name: 'Let in' }).click();
  await expect(guest.getByRole('dialog')).toContainText('no answer to an invitation from this page');
});
