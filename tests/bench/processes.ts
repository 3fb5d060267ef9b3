import type { Browser } from '@playwright/test';
import { readFile } from 'node:fs/promises';

/** Resident memory of a browser's pages, MB. Linux only: it reads /proc. @param collect garbage is collected before */
export async function megabytes(browser: Browser, collect = true): Promise<number> {
  for (const page of collect ? browser.contexts().flatMap((context) => context.pages()) : []) {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('HeapProfiler.collectGarbage');
    await devtools.detach();
  }
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const sizes = await Promise.all(renderers.map(({ id }) => readFile(`/proc/${id}/smaps_rollup`, 'utf8')));
  return sizes.reduce((sum, text) => sum + Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0) / 1024;
}

/** Processor time that a browser has taken so far, seconds. @param type only its processes of this kind */
export async function processorSeconds(browser: Browser, type: string | null = null): Promise<number> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  await devtools.detach();
  return processInfo
    .filter((process) => type === null || process.type === type)
    .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
