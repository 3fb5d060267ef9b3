import type { Page } from '@playwright/test';
import { setTimeout as pause } from 'node:timers/promises';
import { type NetworkSwitch, watchOverSwitch } from '../support/network.ts';
import { crash, firstPicture, goLive, PHONE, snapshot, until } from '../support/show.ts';
import { type RunningSite, startSite } from '../support/site.ts';
import { openTabbedBrowser, type TabbedBrowser } from '../support/tabs.ts';
import { mulberry32 } from '../sim/model/chance.ts';
import { type Figure, figure } from './figure.ts';
import { megabytes } from './processes.ts';

/** As many as two cores play without being the fault themselves (chosen). */
const SHOW = 'height=180&bitrate=300&uplink=0.75';
const VIEWERS = 8;
const EVERY_MS = 20_000;
/** A page is away for so long: less than the next fault needs to come (chosen). */
const AWAY_MS = 6_000;
/** Pictures after which a page counts as being back, and how late they may be, ms (chosen: some playout times). */
const FRAMES = 15;
const LIVE_MS = 4_000;
/** Who is not back after this won't come, ms (chosen). */
const LOST_MS = 30_000;

const FAULTS = ['kill', 'reload', 'freeze', 'hide', 'cut', 'broker', 'host'] as const;
type Fault = (typeof FAULTS)[number];
const TOLD: Record<Fault, string> = {
  kill: 'a viewer is killed, another one comes',
  reload: 'a viewer reloads',
  freeze: 'a tab is frozen for a while',
  hide: 'a tab is hidden for a while',
  cut: 'a viewer has no network for a while',
  broker: 'the broker is away for a while',
  host: 'the host reloads',
};

/**
 * A show of so many minutes to which something happens every twenty seconds. What counts is when the last of all pages plays at
 * the live edge again, from the moment at which the fault is over.
 */
export async function measureSoak(minutes: number, seed: number): Promise<Figure[]> {
  const tabs = await openTabbedBrowser();
  const soak = new Soak(tabs, await startSite());
  try {
    await soak.open();
    return await soak.run(minutes * 60_000, mulberry32(seed));
  } finally {
    await soak.close();
    await tabs.close();
  }
}

class Soak {
  readonly #complaints: string[] = [];
  readonly #others = new Map<Page, NetworkSwitch>();
  #host: Page | null = null;
  /** Alone in its window: only such a page can be hidden or frozen. */
  #tab: Page | null = null;
  #link = '';
  #drawn: readonly Fault[] = [];

  constructor(
    private readonly tabs: TabbedBrowser,
    private site: RunningSite,
  ) {}

  async open(): Promise<void> {
    const { page, link } = await goLive(this.tabs.browser, this.site.url, SHOW, PHONE);
    this.#host = this.#heard(page);
    page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined)); // whether to leave a running show
    this.#link = link;
    this.#tab = this.#heard(await this.tabs.openTab(`${link}?lang=en`));
    await firstPicture(this.#tab, LOST_MS);
    while (this.#viewers.length < VIEWERS) await this.#join();
  }

  async run(forMs: number, random: () => number): Promise<Figure[]> {
    const worstMs = new Map<Fault, number>();
    const { browser } = this.tabs;
    const before = await megabytes(browser);
    let lost = 0;
    let faults = 0;
    for (const endMs = Date.now() + forMs; Date.now() < endMs; faults++) {
      const nextMs = Date.now() + EVERY_MS;
      // Each kind once before any comes again.
      if (faults % FAULTS.length === 0) this.#drawn = [...FAULTS].sort(() => random() - 0.5);
      const fault = this.#drawn[faults % FAULTS.length] ?? 'kill';
      await this.#strike(fault, [...this.#others.keys()][Math.floor(random() * this.#others.size)]);
      const overMs = Date.now();
      const back = await Promise.allSettled(this.#viewers.map((page) => this.#backLive(page)));
      for (const one of back) if (one.status === 'rejected') this.#note(String(one.reason));
      lost += back.filter(({ status }) => status === 'rejected').length;
      worstMs.set(fault, Math.max(worstMs.get(fault) ?? 0, Date.now() - overMs));
      await pause(Math.max(0, nextMs - Date.now()));
    }
    const after = await megabytes(browser);
    for (const complaint of this.#complaints.slice(0, 20)) console.log(`  ! ${complaint}`);
    return [
      figure('faults', faults, '', null),
      ...FAULTS.filter((fault) => worstMs.has(fault)).map((fault) =>
        figure(TOLD[fault], (worstMs.get(fault) ?? 0) / 1000, 's', null),
      ),
      figure('pages that did not come back', lost, '', 0),
      figure('errors that nobody caught', this.#complaints.length, '', 0),
      figure('memory of all pages at the beginning', before, 'MB', null),
      figure('and at the end', after, 'MB', before * 1.2),
    ];
  }

  async close(): Promise<void> {
    await this.site.stop();
  }

  get #viewers(): Page[] {
    return [...(this.#tab ? [this.#tab] : []), ...this.#others.keys()];
  }

  async #strike(fault: Fault, viewer: Page | undefined): Promise<void> {
    const tab = this.#tab;
    if (!viewer || !tab || !this.#host) throw new Error('the show is not open');
    switch (fault) {
      case 'kill':
        await crash(viewer);
        this.#others.delete(viewer);
        await viewer.context().close();
        await this.#join();
        return;
      case 'reload':
        await viewer.reload();
        return;
      case 'freeze':
      case 'hide': {
        const other = await this.tabs.openTab('about:blank');
        if (fault === 'freeze') await this.tabs.freeze(tab);
        await pause(AWAY_MS);
        if (fault === 'freeze') await this.tabs.thaw(tab);
        await tab.bringToFront();
        await other.close();
        return;
      }
      case 'cut': {
        const network = this.#others.get(viewer);
        await network?.cut();
        await pause(AWAY_MS);
        await network?.mend();
        return;
      }
      case 'broker': {
        const { port } = new URL(this.site.url);
        await this.site.stop();
        await pause(AWAY_MS);
        this.site = await startSite('--port', port);
        return;
      }
      case 'host':
        await this.#host.reload();
        await this.#host.getByRole('button', { name: 'Go live', exact: true }).click();
        await this.#host.getByTestId('live-badge').waitFor({ timeout: LOST_MS });
    }
  }

  async #join(): Promise<void> {
    const { page, network } = await watchOverSwitch(this.tabs.browser, this.#link);
    this.#others.set(this.#heard(page), network);
    await firstPicture(page, LOST_MS);
  }

  /** Some pictures more, and not late. A hidden tab shows none; it is in front again by then. */
  async #backLive(page: Page): Promise<void> {
    const { media } = await snapshot(page).catch(() => ({ media: { framesShown: 0 } }));
    const isBack = (shown: number, latencyMs: number | null): boolean =>
      shown > media.framesShown + FRAMES && latencyMs !== null && latencyMs < LIVE_MS;
    await page.waitForFunction(() => 'passaparola' in globalThis, undefined, { timeout: LOST_MS });
    await until(page, (seen) => isBack(seen.media.framesShown, seen.media.latencyMs), LOST_MS);
  }

  #heard(page: Page): Page {
    page.on('pageerror', (error) => {
      this.#note(error.stack ?? error.message);
    });
    return page;
  }

  #note(complaint: string): void {
    this.#complaints.push(complaint.slice(0, 400));
  }
}
