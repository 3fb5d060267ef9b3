import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseScenario } from './scenario.ts';

const folder = join(import.meta.dirname, 'scenarios');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

test.each(files)('%s is a scenario', (name) => {
  expect(parseScenario(read(name))).toMatchObject({ name: name.replace('.json', ''), chunkMs: 100, playoutMs: 1_000 });
});

const least = {
  name: 'least',
  durationS: 10,
  bitrate: 1_000_000,
  host: { upMbps: 10, rttMs: 20 },
  classes: [{ name: 'all', share: 1, downMbps: 100, upMbps: 10, rttMs: 20 }],
  arrivals: [{ viewers: 3, overS: 1 }],
};
const [only] = least.classes;

test('what may be left out has its default', () => {
  const { host, classes, stay, pairMs, lossPercent } = parseScenario(least);
  expect({ nat: host.nat, stay, pairMs, lossPercent }).toEqual({
    nat: 'independent',
    stay: [{ share: 1, medianS: 'end' }],
    pairMs: 15,
    lossPercent: 0,
  });
  expect(classes[0]).toMatchObject({ nat: 'independent', relays: true });
});

test.each<[string, unknown]>([
  ['scenario', null],
  ['scenario', []],
  ['durationS', { ...least, durationS: 0 }],
  ['durationS', { ...least, durationS: '10' }],
  ['bitrate', { ...least, bitrate: -1 }],
  ['bitrate', { ...least, bitrate: null }],
  ['name', { ...least, name: 7 }],
  ['colour', { ...least, colour: 'blue' }],
  ['host.upMbps', { ...least, host: { rttMs: 20 } }],
  ['host.nat', { ...least, host: { upMbps: 1, rttMs: 20, nat: 'closed' } }],
  ['host.down', { ...least, host: { upMbps: 1, rttMs: 20, down: 1 } }],
  ['classes', { ...least, classes: [] }],
  ['classes', { ...least, classes: [{ ...only, share: 0.5 }] }],
  ['classes[0].upMbps', { ...least, classes: [{ ...only, upMbps: -2 }] }],
  ['classes[0].relays', { ...least, classes: [{ ...only, relays: 'yes' }] }],
  ['arrivals', { ...least, arrivals: { viewers: 1, overS: 1 } }],
  ['arrivals', { ...least, arrivals: [{ viewers: 1, overS: 11 }] }],
  ['arrivals[0].viewers', { ...least, arrivals: [{ viewers: 1.5, overS: 1 }] }],
  ['stay[0].medianS', { ...least, stay: [{ share: 1, medianS: 'forever' }] }],
  ['lossPercent', { ...least, lossPercent: 101 }],
  ['faults[0]', { ...least, faults: [{ atS: 1 }] }],
  ['faults[0].atS', { ...least, faults: [{ atS: 20, kill: 0.5 }] }],
  ['faults[0].kill', { ...least, faults: [{ atS: 1, kill: 2 }] }],
  ['faults[0].forS', { ...least, faults: [{ atS: 1, partitionShare: 0.5 }] }],
  ['faults[0].hostAwayS', { ...least, faults: [{ atS: 1, kill: 0.5, hostAwayS: 1 }] }],
  ['attackers[0].kind', { ...least, attackers: [{ share: 0.1, kind: 'shout' }] }],
  ['attackers', { ...least, attackers: [1, 2].map(() => ({ share: 0.6, kind: 'lie' })) }],
])('%s is named when it is wrong', (path, json) => {
  expect(() => parseScenario(json)).toThrow(new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}: `));
});
