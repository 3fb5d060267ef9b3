/** A PeerServer that introduces newcomers. */
export interface Broker {
  readonly host: string;
  readonly port: number;
  /** Begins and ends with a slash. */
  readonly path: string;
  readonly secure: boolean;
  readonly key: string;
}

/** What the site's operator may set without a rebuild: `config.json` beside the page. */
export interface SiteConfig {
  /** In order of preference, 1 to 8. */
  readonly brokers: readonly Broker[];
  /** For RTCPeerConnection, 0 to 8; none is right for a local network. */
  readonly iceServers: readonly RTCIceServer[];
  /** Where other devices find this very site, when its server knows; ends with a slash. */
  readonly siteUrl: string | null;
  /** Whether the same address with https leads to the same site. */
  readonly offersHttps: boolean;
  /** Whether its server lists the shows that are on: `shows.json`. */
  readonly listsShows: boolean;
  /** IPv4 addresses of this device on its local network, as the site's server sees them, 0 to 4. */
  readonly ownAddresses: readonly string[];
}

/** Where the page came from: stands in for what a broker leaves out. */
export interface PageOrigin {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Chosen: far more than any site needs, and a bound on the work that a broken file can cause. */
const MAX_BROKERS = 8;
const MAX_ICE_SERVERS = 8;
const MAX_URLS = 8;
const MAX_ADDRESSES = 4;
const MAX_TEXT = 256;
/** Chosen: 8 brokers and 8 servers with every field at its longest fit. */
const MAX_CONFIG_CHARS = 64 * 1024;
/** Chosen: the page waits for it before anything else. */
const LOAD_TIMEOUT_MS = 3000;
/** Before each further try, ms (chosen): a device that changes its network breaks off what is on its way. */
const WAITS_MS: readonly number[] = [100, 500];

/**
 * Used when there is no usable file: PeerJS' public cloud, and public STUN servers.
 * @see https://peerjs.com/docs/ https://developers.cloudflare.com/realtime/turn/
 */
export const DEFAULT_SITE_CONFIG: SiteConfig = {
  brokers: [{ host: '0.peerjs.com', port: 443, path: '/', secure: true, key: 'peerjs' }],
  iceServers: [{ urls: ['stun:stun.l.google.com:19302', 'stun:stun.cloudflare.com:3478'] }],
  siteUrl: null,
  offersHttps: false,
  listsShows: false,
  ownAddresses: [],
};

type Fields = Readonly<Partial<Record<string, unknown>>>;

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** Reads an array entry by entry; entries that don't parse are left out. Null when it is no array. */
function parseList<T>(value: unknown, most: number, parse: (entry: unknown) => T | null): T[] | null {
  if (!Array.isArray(value)) return null;
  return value
    .slice(0, most)
    .map(parse)
    .filter((entry) => entry !== null);
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT;

/** A name, an IPv4 address or a bracketed IPv6 address: nothing that could turn into another part of a URL. */
const isHost = (value: unknown): value is string =>
  isText(value) && /^([a-z0-9._-]+|\[[0-9a-f:.]+\])$/i.test(value) && URL.canParse(`https://${value}/`);

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;

function parseBroker(value: unknown, page: PageOrigin): Broker | null {
  const fields = fieldsOf(value);
  if (!fields) return null;
  const { host = page.host, path = '/', key = 'peerjs' } = fields;
  const elsewhere = fields['host'] !== undefined;
  const { secure = elsewhere || page.secure } = fields;
  const { port = elsewhere ? (secure === false ? 80 : 443) : page.port } = fields;
  if (!isHost(host) || !isPort(port) || typeof secure !== 'boolean') return null;
  if (!isText(path) || !/^[\w./~-]*$/.test(path) || !isText(key) || !/^[\w-]+$/.test(key)) return null;
  return { host, port, path: `/${path}/`.replace(/\/+/g, '/'), secure, key };
}

const parseIceUrl = (value: unknown): string | null =>
  isText(value) && /^(stun|stuns|turn|turns):[^\s]+$/.test(value) ? value : null;

function parseIceServer(value: unknown): RTCIceServer | null {
  const fields = fieldsOf(value);
  if (!fields) return null;
  const listed: unknown = fields['urls'];
  const urls = parseList(typeof listed === 'string' ? [listed] : listed, MAX_URLS, parseIceUrl);
  if (!urls || urls.length === 0) return null;
  const { username, credential } = fields;
  if (isText(username) && isText(credential)) return { urls, username, credential };
  // RTCPeerConnection throws for a TURN server without both, and would take every link down with it.
  const open = urls.filter((url) => url.startsWith('stun'));
  return open.length > 0 ? { urls: open } : null;
}

// `URL.parse` is younger than the phones that people have.
const readUrl = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

function parseSiteUrl(value: unknown): string | null {
  const url = isText(value) ? readUrl(value) : null;
  return url && /^https?:$/.test(url.protocol) ? new URL('./', url).href : null;
}

/** Local networks only: no file can have neighbours call at an address of the Internet. @see RFC 1918 */
const parsePrivateAddress = (value: unknown): string | null =>
  isText(value) && /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)(\.\d{1,3}){2,3}$/.test(value) && isIPv4(value)
    ? value
    : null;

/** URLs write an IPv4 address as they read it, and only four numbers up to 255 stay what they are. */
const isIPv4 = (text: string): boolean => readUrl(`http://${text}/`)?.hostname === text;

/**
 * Makes a usable configuration of whatever the file held: what is malformed is left out, what is missing or empty is
 * the built-in default; only an *empty* `iceServers` is meant. Never throws.
 */
export function parseSiteConfig(value: unknown, page: PageOrigin): SiteConfig {
  const fields = fieldsOf(value) ?? {};
  const brokers = parseList(fields['brokers'], MAX_BROKERS, (entry) => parseBroker(entry, page));
  const iceServers = parseList(fields['iceServers'], MAX_ICE_SERVERS, parseIceServer);
  return {
    brokers: brokers && brokers.length > 0 ? brokers : DEFAULT_SITE_CONFIG.brokers,
    iceServers: iceServers ?? DEFAULT_SITE_CONFIG.iceServers,
    siteUrl: parseSiteUrl(fields['siteUrl']),
    offersHttps: fields['offersHttps'] === true,
    listsShows: fields['listsShows'] === true,
    ownAddresses: parseList(fields['ownAddresses'], MAX_ADDRESSES, parsePrivateAddress) ?? [],
  };
}

/**
 * Fetches `config.json` beside the page. Never rejects: a missing, slow, oversized or malformed file leads to the
 * built-in default, and so does one that can't be had in three tries.
 * @param pause waits so many ms
 */
export async function loadSiteConfig(fetcher: typeof fetch = fetch, pause = wait): Promise<SiteConfig> {
  const url = new URL('config.json', document.baseURI);
  const secure = url.protocol === 'https:';
  const page: PageOrigin = { host: url.hostname, port: Number(url.port) || (secure ? 443 : 80), secure };
  const signal = AbortSignal.timeout(LOAD_TIMEOUT_MS);
  const load = async (): Promise<string> => {
    const response = await fetcher(url, { signal, cache: 'no-cache' });
    // Read at once: of a body that is read piece by piece Chromium says now and then that it was broken off.
    return response.ok ? response.text() : '';
  };
  try {
    let text = load();
    for (const waitMs of WAITS_MS) {
      const cameNot = await text.then(
        () => false,
        () => !signal.aborted,
      );
      if (!cameNot) break;
      await pause(waitMs);
      text = load();
    }
    const config = await text;
    return config.length > MAX_CONFIG_CHARS ? DEFAULT_SITE_CONFIG : parseSiteConfig(JSON.parse(config), page);
  } catch {
    return DEFAULT_SITE_CONFIG;
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
