import { parseStreamId } from '../core/stream-id.ts';
import { readTitle } from './plan.ts';

/** A show on this very site, on air. */
export interface NearbyShow {
  readonly streamId: string;
  /** May be empty. */
  readonly title: string;
  /** Unix time, ms. */
  readonly sinceMs: number;
}

/** The shows of this site, where its server knows them (`npm start`): elsewhere there are none. */
export interface NearbyShows {
  /** Never rejects. */
  list(): Promise<readonly NearbyShow[]>;
  /** Lists this page's own show under that title, or no longer (null). Never rejects. */
  tell(streamId: string, title: string | null): Promise<void>;
}

/** Chosen: a fair with more shows than this needs another list. */
const MAX_SHOWS = 50;

/** Whatever the server said: what is no show is left out. Never throws. */
export function readShows(value: unknown): NearbyShow[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_SHOWS).flatMap((entry): NearbyShow[] => {
    const { streamId, title, sinceMs } = Object(entry) as Partial<Record<string, unknown>>;
    const id = typeof streamId === 'string' ? parseStreamId(streamId) : null;
    if (id === null || typeof title !== 'string' || typeof sinceMs !== 'number' || !Number.isFinite(sinceMs)) return [];
    return [{ streamId: id, title: readTitle(title) ?? '', sinceMs }];
  });
}
