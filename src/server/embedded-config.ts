/** The answer to `/config.json` when the site brings its own broker; the same format as `public/config.json`. */
export interface EmbeddedConfig {
  /** Without a host: whatever host and port the page came from. */
  readonly brokers: readonly { readonly path: string }[];
  /** Empty: nothing on a local network may wait for a server on the Internet. */
  readonly iceServers: readonly never[];
  /** Where others on the network find this site; a host on localhost shares links that start with it. */
  readonly siteUrl?: string;
  /** The same address with https leads to the same site: from there another device can go live. */
  readonly offersHttps: boolean;
  /** `/shows.json` says what is on. */
  readonly listsShows: true;
  /** Where others on the network find the device that asks: its browser hides that from the page. */
  readonly ownAddresses: readonly string[];
}

/** Where the embedded broker answers, without a slash at the end. */
export const BROKER_PATH = '/peer';

/** @param siteUrl address of the site for others, when there is one */
export function embeddedConfig(
  siteUrl: string | undefined,
  offersHttps: boolean,
  ownAddresses: readonly string[],
): EmbeddedConfig {
  const site = siteUrl === undefined ? {} : { siteUrl };
  return { brokers: [{ path: BROKER_PATH }], iceServers: [], ...site, offersHttps, listsShows: true, ownAddresses };
}
