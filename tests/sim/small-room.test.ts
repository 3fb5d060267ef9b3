import { expect, test } from 'vitest';
import { VirtualNetwork, type VirtualPeer } from '../support/virtual-network.ts';

const RATE = 1_000_000;

interface Room {
  network: VirtualNetwork;
  host: VirtualPeer;
  viewers: VirtualPeer[];
}

function room(viewers: number, limitBps: number, seed = 1): Room {
  const network = new VirtualNetwork(seed);
  const host = network.add({ host: true, limitBps });
  return { network, host, viewers: Array.from({ length: viewers }, () => network.add()) };
}

/** Delays from publishing to whole, of the chunks in [from, to), for one viewer; missing ones are infinite. */
function delays(host: VirtualPeer, viewer: VirtualPeer, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => {
    const published = host.publishedMs.get(from + at) ?? Number.NaN;
    return (viewer.receivedMs.get(from + at) ?? Number.POSITIVE_INFINITY) - published;
  });
}

const quantile = (values: number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;

test('seven viewers are served by a host that can feed two and a half', async () => {
  const { network, host, viewers } = room(7, 2.5 * RATE);
  await network.publish(host, 200, RATE);
  network.run(1000);
  const all = viewers.flatMap((viewer) => delays(host, viewer, 50, 200));
  expect(quantile(all, 1)).toBeLessThan(400);
  const hostBytes = host.sent.filter(({ atMs }) => atMs > 1_005_000).reduce((sum, { bytes }) => sum + bytes, 0);
  expect((hostBytes * 8) / 16).toBeLessThanOrEqual(2.5 * RATE);
  expect(Math.max(...viewers.map(({ mesh }) => mesh.depth ?? 0))).toBeGreaterThanOrEqual(2);
  console.log('p50', quantile(all, 0.5), 'p95', quantile(all, 0.95), 'max', quantile(all, 1), 'host', (hostBytes * 8) / 16 / RATE, viewers.map(({mesh})=>[mesh.depth, mesh.downstream.used, mesh.downstream.slots, mesh.counters.piecesRepaired, mesh.counters.piecesDuplicate].join('/')).join(' '));
});
