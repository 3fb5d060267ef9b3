import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLanguage } from '../../src/app/language.ts';
import { isThisDeviceOnly, streamIdInText, watchLink, withoutSetting } from '../../src/app/link.ts';
import { parseHash } from '../../src/app/route.ts';

const ID = '0123456789abcdefghjkmnpq00';

describe('parseHash', () => {
  it.each([
    ['', { type: 'home' }],
    ['#', { type: 'home' }],
    ['#/', { type: 'home' }],
    ['#/studio', { type: 'studio' }],
    ['#/studio/', { type: 'studio' }],
    ['#/recordings', { type: 'recordings' }],
    [`#/watch/${ID}`, { type: 'watch', streamId: ID }],
    [`#/watch/${ID.toUpperCase()}`, { type: 'watch', streamId: ID }],
    ['#/watch', { type: 'watch-invalid' }],
    ['#/watch/', { type: 'watch-invalid' }],
    [`#/watch/${ID.slice(1)}`, { type: 'watch-invalid' }],
    ['#/watch/<img src=x onerror=alert(1)>', { type: 'watch-invalid' }],
    [`#/watch/${ID}/more`, { type: 'unknown' }],
    ['#/studio/secret', { type: 'unknown' }],
    ['#/__proto__', { type: 'unknown' }],
    [`#/${'a'.repeat(5000)}`, { type: 'unknown' }],
  ])('reads %s', (hash, route) => {
    expect(parseHash(hash).route).toEqual(route);
  });

  it('reads every setting of the studio', () => {
    const { settings, ignored } = parseHash(
      '#/studio?source=test&uplink=2.5&relay=off&lang=it&bitrate=1000&height=360',
    );
    expect(settings).toEqual({
      lang: 'it',
      uplinkMbps: 2.5,
      relayOff: true,
      source: 'test',
      bitrateKbps: 1000,
      height: 360,
      title: null,
      atMs: null,
      shop: null,
      embed: false,
    });
    expect(ignored).toEqual([]);
  });

  it.each(['uplink=0', 'uplink=10001', 'uplink=-1', 'uplink=1e3', 'uplink=fast', 'relay=on', 'lang=tlh', 'source=tv'])(
    'ignores the impossible %s and says so',
    (setting) => {
      const [name, value] = setting.split('=');
      const place = parseHash(`#/studio?${setting}`);
      expect(place.ignored).toEqual([{ name, value }]);
      expect(place.settings).toEqual(parseHash('#/studio').settings);
    },
  );

  it.each(['bitrate=99', 'bitrate=20001', 'bitrate=500.5', 'height=143', 'height=1081'])('ignores %s', (setting) => {
    expect(parseHash(`#/studio?${setting}`).ignored).toHaveLength(1);
  });

  it('ignores settings of another page, unknown ones and repetitions', () => {
    expect(parseHash(`#/watch/${ID}?source=test`).ignored).toEqual([{ name: 'source', value: 'test' }]);
    expect(parseHash('#/?constructor=1').ignored).toEqual([{ name: 'constructor', value: '1' }]);
    const twice = parseHash('#/studio?height=360&height=720');
    expect(twice.settings.height).toBe(360);
    expect(twice.ignored).toEqual([{ name: 'height', value: '720' }]);
  });

  it('bounds what it repeats of a hostile link', () => {
    const { ignored } = parseHash(
      `#/?${Array.from({ length: 20 }, (_, i) => `x${i}=${'y'.repeat(40 + i)}`).join('&')}`,
    );
    expect(ignored.length).toBeLessThanOrEqual(8);
    for (const { value } of ignored) expect(value.length).toBeLessThanOrEqual(40);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 1200 }), (hash) => void parseHash(hash)));
    fc.assert(fc.property(fc.string(), fc.string(), (page, query) => void parseHash(`#/${page}?${query}`)));
  });
});

describe('streamIdInText', () => {
  it.each([
    ID,
    ` ${ID}\n`,
    `#/watch/${ID}`,
    `https://example.org/shows/#/watch/${ID}?lang=it`,
    `http://192.168.1.20:4173/#/watch/${ID}`,
    `Watch me live https://example.org/#/watch/${ID} see you there`,
  ])('finds the id in %j', (text) => {
    expect(streamIdInText(text)).toBe(ID);
  });

  it.each(['', '   ', 'https://example.org/', '#/studio', `#/watch/${ID}x`, `${ID}${ID}`, 'x'.repeat(3000)])(
    'finds none in %j',
    (text) => {
      expect(streamIdInText(text)).toBeNull();
    },
  );

  it('reads back the link that is shared', () => {
    const link = watchLink({ origin: 'https://example.org', pathname: '/shows/' }, ID);
    expect(link).toBe(`https://example.org/shows/#/watch/${ID}`);
    expect(streamIdInText(link)).toBe(ID);
  });
});

describe('isThisDeviceOnly', () => {
  it.each(['localhost', 'app.localhost', '127.0.0.1', '[::1]'])('is true for %s', (host) => {
    expect(isThisDeviceOnly(host)).toBe(true);
  });

  it.each(['192.168.1.20', 'example.org', 'localhost.example.org', 'atelier.local'])('is false for %s', (host) => {
    expect(isThisDeviceOnly(host)).toBe(false);
  });
});

describe('withoutSetting', () => {
  it('takes out one setting and leaves the others', () => {
    expect(withoutSetting('#/studio?lang=it&source=test', 'lang')).toBe('#/studio?source=test');
    expect(withoutSetting(`#/watch/${ID}?lang=it`, 'lang')).toBe(`#/watch/${ID}`);
    expect(withoutSetting('#/studio', 'lang')).toBe('#/studio');
  });
});

describe('chooseLanguage', () => {
  it('follows the link, then the choice, then the browser, then English', () => {
    expect(chooseLanguage('en', 'it', ['it'])).toBe('en');
    expect(chooseLanguage(null, 'it', ['en'])).toBe('it');
    expect(chooseLanguage(null, null, ['pt-BR', 'it-CH', 'en'])).toBe('it');
    expect(chooseLanguage(null, null, ['pt', ''])).toBe('en');
    expect(chooseLanguage(null, null, ['fr-CA', 'de-AT'])).toBe('fr');
  });
});
