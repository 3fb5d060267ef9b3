import { defineConfig } from '@playwright/test';
import process from 'node:process';
import { BROWSER_SWITCHES, findShell } from '../support/browser.ts';

const IS_CI = process.env['CI'] !== undefined;

/** What says of itself that it cannot share the machine. */
const ALONE = /@alone/;

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  globalSetup: './build-once.ts',
  workers: 3,
  projects: [
    // Mostly waiting for something to come: on two cores three at a time do each other no harm.
    { name: 'together', grepInvert: ALONE },
    // Two at once would measure each other.
    { name: 'alone', grep: ALONE, workers: 1 },
  ],
  // Shared machines stand still for seconds now and then; a test that needs another try is listed as flaky.
  retries: IS_CI ? 2 : 0,
  forbidOnly: IS_CI,
  timeout: 120_000,
  expect: { timeout: IS_CI ? 30_000 : 10_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    locale: 'en-GB',
    // Without a graphics card a quarter of the pixels is a tenth of the time; the layout is the same.
    deviceScaleFactor: 0.5,
    actionTimeout: 30_000,
    launchOptions: { executablePath: browserOrExit(), args: BROWSER_SWITCHES },
  },
});

function browserOrExit(): string {
  try {
    return findShell();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
