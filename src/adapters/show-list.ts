/** Chosen: fifty shows with long titles fit. */
const MAX_BYTES = 32 * 1024;
const TIMEOUT_MS = 3_000;
/** A host's door may be opening still: it is told again so often, and so many times (chosen). */
const AGAIN_MS = 1_000;
const ATTEMPTS = 10;

/** What the site's server lists: `shows.json`. */
export interface ShowList {
  /** Unchecked; null when it can't be had. Never rejects. */
  read(): Promise<unknown>;
  /** Lists a show of this device, or no longer (null). Never rejects. */
  tell(streamId: string, title: string | null): Promise<void>;
}

/** @param isListed whether this site's server lists shows at all */
export function createShowList(isListed: Promise<boolean>): ShowList {
  let latest = 0;
  const send = async (streamId: string, title: string | null): Promise<boolean> => {
    const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ title }) };
    const request = title === null ? { method: 'DELETE', keepalive: true } : { method: 'PUT', ...json };
    const response = await fetch(`shows/${streamId}`, request).catch(() => null);
    return response?.ok === true;
  };
  return {
    async read() {
      if (!(await isListed)) return null;
      try {
        const response = await fetch('shows.json', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
        const text = response.ok ? await response.text() : '';
        return text.length > MAX_BYTES ? null : (JSON.parse(text) as unknown);
      } catch {
        return null;
      }
    },
    async tell(streamId, title) {
      latest += 1;
      const own = latest;
      if (!(await isListed)) return;
      for (let attempt = 0; attempt < ATTEMPTS && own === latest; attempt++) {
        if (await send(streamId, title)) return;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    },
  };
}
