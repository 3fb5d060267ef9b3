import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_SITE_CONFIG, loadSiteConfig, parseSiteConfig } from '../../src/adapters/site-config.ts';

const page = { host: '192.168.1.7', port: 4173, secure: false };

describe('parseSiteConfig', () => {
  it('stands in the page itself for what a broker leaves out', () => {
    const { brokers, iceServers } = parseSiteConfig({ brokers: [{ path: '/peer' }], iceServers: [] }, page);
    expect(brokers).toEqual([{ host: '192.168.1.7', port: 4173, path: '/peer/', secure: false, key: 'peerjs' }]);
    expect(iceServers).toEqual([]);
  });

  it('assumes https for a broker elsewhere, as an http page of a fair may use one', () => {
    const { brokers } = parseSiteConfig(
      { brokers: [{ host: 'broker.example' }, { host: 'b.example', secure: false }] },
      page,
    );
    expect(brokers.map(({ port, secure }) => [port, secure])).toEqual([
      [443, true],
      [80, false],
    ]);
  });

  it('takes the address for others, and nothing that is not one', () => {
    expect(parseSiteConfig({ siteUrl: 'http://192.168.1.7:4173' }, page).siteUrl).toBe('http://192.168.1.7:4173/');
    for (const siteUrl of ['javascript:alert(1)', 'ftp://a.example/', '', 7, 'x'.repeat(300)]) {
      expect(parseSiteConfig({ siteUrl }, page).siteUrl).toBeNull();
    }
  });

  it('takes addresses of this device on a local network, and no others', () => {
    const own = ['192.168.1.20', '10.0.0.7', '172.20.1.1'];
    const others = ['8.8.8.8', '10.1.1', '10.0.0.300', '172.32.0.1', '10.0.0.1 typ host', 'fe80::1', 7, null];
    expect(parseSiteConfig({ ownAddresses: [...own, 1] }, page).ownAddresses).toEqual(own);
    for (const one of others) expect(parseSiteConfig({ ownAddresses: [one] }, page).ownAddresses).toEqual([]);
    expect(parseSiteConfig({ ownAddresses: own.concat(own) }, page).ownAddresses).toHaveLength(4);
  });

  it('keeps the order of brokers and the credentials of TURN servers', () => {
    const turn = { urls: ['turn:t.example:3478'], username: 'u', credential: 'c' };
    const config = parseSiteConfig(
      { brokers: [{ host: 'a.example' }, {}, { host: 'b.example' }], iceServers: [{ urls: 'stun:s.example' }, turn] },
      page,
    );
    expect(config.brokers.map(({ host }) => host)).toEqual(['a.example', '192.168.1.7', 'b.example']);
    expect(config.iceServers).toEqual([{ urls: ['stun:s.example'] }, turn]);
  });

  it.each([
    { host: '' },
    { host: 'evil.example/path?' },
    { host: 'user@evil.example' },
    { host: 7 },
    { host: '300.1.1.1' },
    { host: '[::1' },
    { port: 0 },
    { port: 65536 },
    { port: '443' },
    { secure: 'yes' },
    { path: '/peer?x=' },
    { path: 'a'.repeat(257) },
    { key: 'a&id=b' },
    null,
    [],
  ])('leaves out the broker %j', (broker) => {
    expect(parseSiteConfig({ brokers: [broker, { host: 'good.example' }] }, page).brokers).toEqual([
      { host: 'good.example', port: 443, path: '/', secure: true, key: 'peerjs' },
    ]);
  });

  it('leaves out ICE servers that RTCPeerConnection would throw for', () => {
    const iceServers = [
      { urls: 'https://s.example' },
      { urls: [] },
      { urls: 'turn:t.example' },
      { urls: ['stun:s.example', 'turn:t.example'] },
      'stun:s.example',
    ];
    expect(parseSiteConfig({ iceServers }, page).iceServers).toEqual([{ urls: ['stun:s.example'] }]);
  });

  it('never throws, and what it returns is always bounded', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('a.example', '/', 'stun:a', 'turn:b', 'peerjs'), fc.integer());
    const broker = fc.record(
      { host: word, port: fc.integer(), path: word, secure: fc.boolean(), key: word },
      { requiredKeys: [] },
    );
    const ice = fc.record(
      { urls: fc.oneof(word, fc.array(word, { maxLength: 20 })), username: word, credential: word },
      { requiredKeys: [] },
    );
    const config = fc.record(
      { brokers: fc.oneof(fc.array(broker, { maxLength: 20 }), word), iceServers: fc.array(ice, { maxLength: 20 }) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(config, fc.jsonValue(), fc.anything()), (value) => {
        const { brokers, iceServers } = parseSiteConfig(value, page);
        expect(brokers.length).toBeGreaterThanOrEqual(1);
        expect(brokers.length).toBeLessThanOrEqual(8);
        expect(iceServers.length).toBeLessThanOrEqual(8);
        for (const { host, port, path, key } of brokers) {
          const url = new URL(`http://${host}:${port}${path}?key=${key}`);
          expect(url.searchParams.get('key')).toBe(key);
          expect(`${host}${path}${key}`.length).toBeLessThan(1024);
        }
        for (const { urls } of iceServers) {
          expect([urls].flat().every((url) => /^(stun|turn)s?:/.test(url))).toBe(true);
        }
      }),
    );
  });
});

describe('loadSiteConfig', () => {
  afterEach(() => void vi.unstubAllGlobals());

  const load = (body: () => Response): ReturnType<typeof loadSiteConfig> => {
    vi.stubGlobal('document', { baseURI: 'https://shows.example/sub/' });
    return loadSiteConfig(async () => body());
  };

  it('reads the file beside the page', async () => {
    vi.stubGlobal('document', { baseURI: 'https://shows.example/sub/index.html' });
    const asked: string[] = [];
    const config = await loadSiteConfig(async (url) => {
      asked.push(url instanceof URL ? url.href : 'not a URL');
      return new Response('{"brokers":[{"path":"/peer"}],"iceServers":[]}');
    });
    expect(asked).toEqual(['https://shows.example/sub/config.json']);
    expect(config.brokers).toEqual([{ host: 'shows.example', port: 443, path: '/peer/', secure: true, key: 'peerjs' }]);
  });

  it('asks again for a file that was broken off', async () => {
    vi.stubGlobal('document', { baseURI: 'https://shows.example/' });
    let tries = 0;
    const breaking = (good: number) => async () => {
      tries += 1;
      if (tries < good) throw new TypeError('Failed to fetch');
      return new Response('{"listsShows":true}');
    };
    const noPause = () => Promise.resolve();
    expect((await loadSiteConfig(breaking(3), noPause)).listsShows).toBe(true);
    tries = 0;
    expect(await loadSiteConfig(breaking(9), noPause)).toEqual(DEFAULT_SITE_CONFIG);
    expect(tries).toBe(3);
  });

  it.each([
    ['missing', () => new Response('not found', { status: 404 })],
    ['malformed', () => new Response('<!doctype html>')],
    ['oversized', () => new Response(`{"iceServers":[],"x":"${'x'.repeat(64 * 1024)}"}`)],
    [
      'unreachable',
      () => {
        throw new TypeError('Failed to fetch');
      },
    ],
  ])('falls back to the built-in default when the file is %s', async (_, body) => {
    expect(await load(body)).toEqual(DEFAULT_SITE_CONFIG);
  });
});
