import type { MeshLayout } from '../../state/mesh-layout.ts';
import type { Speech } from '../say.ts';

/** What the picture says of one of those in it, in words. */
export interface Share {
  readonly name: string;
  readonly passesOn: string;
  /** Who feeds it; empty for the host. */
  readonly sources: string;
}

/** Enough of a viewer's id to tell it from the others. */
const shortName = (id: string): string => id.slice(0, 4);

/** @param sentBps what the host itself sends, bit/s */
export function shareOf(layout: MeshLayout, sentBps: number, id: string, { say, units }: Speech): Share {
  const words = say.map;
  const place = layout.places.get(id);
  const feeds = place?.feeds ?? 0;
  if (!place?.peer) return { name: words.you, passesOn: words.youSend(units.megabits(sentBps), feeds), sources: '' };
  const { hops, sentBps: rate } = place.peer;
  const passesOn = feeds === 0 ? words.passesNothingOn : words.passesOn(units.megabits(rate), feeds);
  const sources = layout.feeds
    .filter(({ to }) => to === id)
    .map(({ from }) => (from === layout.hostId ? words.youInList : words.viewerInList(shortName(from))));
  return {
    name: words.viewer(shortName(id)),
    passesOn: `${passesOn}${hops === null ? words.unreached : words.hops(hops.least, hops.most)}.`,
    sources: sources.length === 0 ? '' : words.from(units.list(sources)),
  };
}
