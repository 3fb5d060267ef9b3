import type { BrowserContext, Page } from '@playwright/test';

declare global {
  var ear: AnalyserNode | undefined;
}

/** Listens to what the page leads from its picture into its sound graph, beside the way that it takes. */
export async function listenIn(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    globalThis.AudioContext = class extends AudioContext {
      override createMediaElementSource(element: HTMLMediaElement): MediaElementAudioSourceNode {
        const source = super.createMediaElementSource(element);
        globalThis.ear = this.createAnalyser();
        source.connect(globalThis.ear);
        return source;
      }
    };
  });
}

/** Loudest sample of the latest 2,048, 0 to 1; 0 before the page makes a sound graph. */
export function loudness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const samples = new Float32Array(globalThis.ear?.fftSize ?? 0);
    globalThis.ear?.getFloatTimeDomainData(samples);
    return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  });
}
