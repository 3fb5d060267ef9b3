import { test as base } from '@playwright/test';

/** Tag of a test that measures times, or whose crowd takes the whole machine: it runs by itself. */
export const ALONE = '@alone';

/**
 * A test of a whole show, with the browser to itself: the pages that it opened go with it. Playwright leaves contexts
 * that a test makes itself open, and a show in them would go on and take the processor from all later tests.
 */
export const test = base.extend<{ endOfShow: undefined }>({
  endOfShow: [
    async ({ browser }, use) => {
      await use(undefined);
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    { auto: true },
  ],
});
