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
