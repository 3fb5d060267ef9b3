import type { Mesh } from '../core/mesh/mesh.ts';
import type { Newest } from '../core/messages.ts';

/** What keeps the picture away: the host is gone, this page is cut off from everybody, or only the picture is late. */
export type Lost = 'host' | 'network' | 'picture';

/** Who said nothing for so long may be gone, ms (chosen: hidden tabs say something each second). */
const SILENT_MS = 2_000;

/** Why nothing of the show arrives, as far as a viewer can tell. @param isOnline as the browser and the door see it */
export function whatIsLost(mesh: Pick<Mesh, 'neighbours' | 'store'>, isOnline: boolean, nowMs: number): Lost {
  const own = mesh.store.newestWhole;
  const heard = [...mesh.neighbours.values()].filter(({ heardMs }) => nowMs - heardMs < SILENT_MS);
  if (heard.some(({ status }) => isNewer(status.newest, own))) return 'picture';
  if (heard.length > 0) return 'host';
  // The host may have been the only one here; several do not fall silent at once.
  return isOnline && mesh.neighbours.size < 2 ? 'host' : 'network';
}

/** Sessions of the host begin one after the other, and chunks are counted anew in each. */
function isNewer(theirs: Newest | null, own: Newest | null): boolean {
  if (theirs === null || own === null) return theirs !== null;
  return theirs.epochS > own.epochS || (theirs.epochS === own.epochS && theirs.sequence > own.sequence);
}
