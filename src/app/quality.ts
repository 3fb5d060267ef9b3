import type { QualityWish } from './capture-desk.ts';
import type { QualityPreset, StudioOptions } from './sessions.ts';

/** Named qualities; rates are chosen for H.264 in real time: what a talking craftsman at work needs to look clean. */
const PRESETS: Readonly<Record<Exclude<QualityPreset, 'auto'>, QualityWish>> = {
  '360p': { height: 360, framesPerSecond: 30, bitsPerSecond: 800_000 },
  '480p': { height: 480, framesPerSecond: 30, bitsPerSecond: 1_200_000 },
  '720p': { height: 720, framesPerSecond: 30, bitsPerSecond: 2_000_000 },
  '1080p': { height: 1080, framesPerSecond: 30, bitsPerSecond: 4_000_000 },
};

/** The uplink has to carry the show, its headers, and enough more for a second copy of some of it (chosen). */
const UPLINK_PER_SHOW = 1.5;

/** What to ask the encoder for: the preset, what the link says, and no more than a given uplink bears. */
export function wishFor(
  preset: QualityPreset,
  { bitrateKbps, height, uplinkMbps }: Pick<StudioOptions, 'bitrateKbps' | 'height' | 'uplinkMbps'>,
): QualityWish {
  const bearable = uplinkMbps === null ? Number.POSITIVE_INFINITY : (uplinkMbps * 1_000_000) / UPLINK_PER_SHOW;
  if (preset !== 'auto') return capped(PRESETS[preset], bearable);
  const base = bitrateKbps === null ? automatic(bearable) : PRESETS['720p'];
  const wish = {
    ...base,
    height: height ?? base.height,
    bitsPerSecond: bitrateKbps === null ? base.bitsPerSecond : bitrateKbps * 1000,
  };
  return capped(wish, bearable);
}

/** The best preset that the uplink bears, 720p at most; the smallest if none fits. */
function automatic(bearable: number): QualityWish {
  const { '720p': best, '480p': middle, '360p': least } = PRESETS;
  return [best, middle].find(({ bitsPerSecond }) => bitsPerSecond <= bearable) ?? least;
}

const capped = (wish: QualityWish, bearable: number): QualityWish => ({
  ...wish,
  bitsPerSecond: Math.round(Math.min(wish.bitsPerSecond, bearable)),
});
