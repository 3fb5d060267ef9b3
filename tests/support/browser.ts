import { chromium } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
/** Debian's build of the same browser without windows. */
const SHELL_NAMES = ['chromium-headless-shell'];

/** Where installers put a browser outside of the search path. */
const KNOWN_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ...['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    return folder === undefined ? [] : [join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe')];
  }),
];

/**
 * Path of a browser to test with: Playwright's own, else the system's, else (root on Debian) a freshly installed one.
 * @throws Error with one line that says what to install
 */
export function findBrowser(): string {
  const found = installedBrowser() ?? (installFromDebian() ? installedBrowser() : undefined);
  if (found === undefined) {
    throw new Error(
      'No browser to test with: install Chromium or Google Chrome, or run "npx playwright install chromium".',
    );
  }
  return found;
}

/**
 * Path of the browser for pages that need no window, profile or tabs of a real one: the same engine without all that, which
 * opens a page for 0.2 instead of 1.1 seconds of a processor (measured). Where there is none: `findBrowser`.
 * @throws Error as `findBrowser`
 */
export const findShell = (): string => onSearchPath(SHELL_NAMES).find((path) => existsSync(path)) ?? findBrowser();

function installedBrowser(): string | undefined {
  return [chromium.executablePath(), ...onSearchPath(NAMES), ...KNOWN_PLACES].find((path) => existsSync(path));
}

function onSearchPath(names: readonly string[]): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}

function installFromDebian(): boolean {
  if (process.getuid?.() !== 0 || !onSearchPath(['apt-get']).some((path) => existsSync(path))) return false;
  console.log('Installing Chromium with apt-get ...');
  const run = (...args: string[]) =>
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }).status === 0;
  return run('-q', 'update') && run('-q', 'install', '-y', '--no-install-recommends', 'chromium');
}

/** Switches for a quiet browser with a made-up camera, as root too, that reaches nothing but this computer. */
export const BROWSER_SWITCHES = [
  '--no-sandbox',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  // Every name and address but this computer's own is unknown, so a test can't lean on the Internet. Pages without a
  // camera hide their addresses behind *.local names, which must still resolve or no link between them forms.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE *.local',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];
