import type { Page } from '@playwright/test';
import { until } from './show.ts';

/** Waits until the page has a chat connection. */
export async function inRoom(page: Page): Promise<void> {
  await page.waitForFunction(() => 'passaparola' in globalThis);
  await until(page, ({ room }) => room.links > 0, 20_000);
}

/** Writes a message as a person does. @param name to be chosen with the first one */
export async function say(page: Page, text: string, name?: string): Promise<void> {
  if (name !== undefined) await page.getByTestId('chat-name').fill(name);
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-input').press('Enter');
}

/** What stands in the messages, in order; who wrote them, when, and notes are left out. */
export async function texts(page: Page): Promise<string[]> {
  // Not the inner texts: rows out of sight are not laid out.
  const found = await page.getByTestId('chat-message').locator('.said > p:not(.small)').allTextContents();
  return found.map((text) => text.trim());
}

/** Opens what can be done about somebody's message. */
export async function about(page: Page, text: string): Promise<void> {
  await page
    .getByTestId('chat-message')
    .filter({ hasText: text })
    .getByRole('button', { name: /^More about/ })
    .click();
}

interface Heard {
  heard?: { text: string; atMs: number }[];
}

/** Has the page note down when each message comes to be on the screen; begins anew when called again. */
export async function listenForTimes(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: { text: string; atMs: number }[] = [];
    (globalThis as Heard).heard = heard;
    const log = document.querySelector('[role=log]');
    if (!log) throw new Error('no chat');
    // No named function in here: tsx would have it call a helper that the page does not have.
    new MutationObserver((records) => {
      for (const node of records.flatMap(({ addedNodes }) => [...addedNodes])) {
        if (!(node instanceof HTMLElement) || !node.matches('[data-testid=chat-message]')) continue;
        const text = node.querySelector('.said > p:not(.small)')?.textContent.trim() ?? '';
        heard.push({ text, atMs: Date.now() });
      }
    }).observe(log, { childList: true, subtree: true });
  });
}

/** Says what time it is: all pages of one machine have the same clock. */
export const sayTheTime = (page: Page): Promise<void> =>
  page.getByTestId('chat-input').evaluate((field: HTMLInputElement) => {
    field.value = String(Date.now());
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.form?.requestSubmit();
  });

/** From saying to seeing, of each time that came to be on the screen since the page began to listen, ms. */
export async function timesHeard(page: Page): Promise<number[]> {
  const heard = await page.evaluate(() => (globalThis as Heard).heard ?? []);
  return heard.map(({ text, atMs }) => atMs - Number(text));
}
