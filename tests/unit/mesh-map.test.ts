import { expect, test } from 'vitest';
import { mapOf } from '../../src/app/mesh-map.ts';
import { shortOf } from '../../src/core/messages.ts';
import { VirtualNetwork } from '../support/virtual-network.ts';

test('the map names everyone but the host, their hops, and what each passes on', async () => {
  const network = new VirtualNetwork(5);
  const host = network.add({ host: true, limitBps: 1_400_000 });
  host.take({ type: 'look', on: true });
  const viewers = Array.from({ length: 4 }, () => network.add());
  await network.publish(host, 100, 1_000_000);
  const map = mapOf(host.mesh);

  const names = viewers.map(({ mesh }) => shortOf(mesh.peerId));
  expect(map.peers.map(({ id }) => id).sort()).toEqual(names.sort());
  expect(map).toMatchObject({ hostId: shortOf(host.mesh.peerId), full: false });
  expect(map.showBps).toBeGreaterThan(700_000);
  expect(map.sentBps).toBeGreaterThan(map.showBps * 0.9);
  expect(map.sentBps).toBeLessThanOrEqual(1_400_000);
  for (const { id, hops, parents } of map.peers) {
    const mesh = viewers.find((viewer) => shortOf(viewer.mesh.peerId) === id)?.mesh;
    expect(hops?.most).toBe(mesh?.depth);
    expect(hops?.least).toBeGreaterThanOrEqual(1);
    // The fifth stripe is made from any four.
    expect(parents.filter((parent) => parent === null).length).toBeLessThanOrEqual(1);
  }
  // What the viewers need and the host doesn't send, they pass on to each other.
  const passedOn = map.peers.reduce((sum, { sentBps }) => sum + sentBps, 0);
  expect(passedOn + map.sentBps).toBeGreaterThan(3.5 * map.showBps);
});

test('a viewer whom nothing reaches has no hops', async () => {
  const network = new VirtualNetwork(5);
  const host = network.add({ host: true, limitBps: 5_000_000 });
  network.add();
  network.run(2_000);
  await network.publish(host, 30, 1_000_000);
  host.take({ type: 'look', on: true });
  const [viewer] = [...network.peers.values()].filter((peer) => peer !== host);
  if (!viewer) throw new Error('an empty room');
  viewer.tamper = (message) =>
    message.type === 'report'
      ? { ...message, records: message.records.map((record) => ({ ...record, depths: [255, 255, 255, 255, 255] })) }
      : message;
  await network.publish(host, 10, 1_000_000);
  expect(mapOf(host.mesh).peers).toMatchObject([{ hops: null }]);
});
