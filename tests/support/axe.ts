import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** A picture that fades in has less contrast than it will have. */
const isStill = (page: Page) =>
  page.waitForFunction(() =>
    document.getAnimations().every(({ effect, playState }) => {
      return playState !== 'running' || effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY;
    }),
  );

type Scheme = 'light' | 'dark';

/** Axe finds nothing on a page as it is now. */
export async function noFindings(page: Page, schemes: readonly Scheme[] = ['light', 'dark']): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    await isStill(page);
    const axe = new AxeBuilder({ page });
    // What is not a matter of colours is the same in all of them.
    if (colorScheme !== schemes[0]) axe.withRules('color-contrast');
    const { violations } = await axe.analyze();
    const findings = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    expect(findings, colorScheme).toEqual([]);
  }
}
