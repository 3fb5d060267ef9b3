import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideBitrate, startBitrate } from '../../../src/core/bitrate.ts';
import { Uplink } from '../../../src/core/mesh/uplink.ts';

const MOST_IN_TWO_SECONDS = (limitBps: number): number => (limitBps / 8) * 2;

/** Bytes that went in the busiest two seconds. */
function busiest(sent: readonly { atMs: number; bytes: number }[]): number {
  let most = 0;
  for (const [start, { atMs }] of sent.entries()) {
    let bytes = 0;
    for (let at = start; at < sent.length && (sent[at]?.atMs ?? 0) < atMs + 2_000; at++) bytes += sent[at]?.bytes ?? 0;
    most = Math.max(most, bytes);
  }
  return most;
}

test('a given limit holds over any two seconds, whatever is offered when', () => {
  const offers = fc.array(fc.tuple(fc.nat(60), fc.integer({ min: 200, max: 17_000 })), { maxLength: 400 });
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000, max: 20_000_000 }), offers, (limitBps, gaps) => {
      const uplink = new Uplink(true, 0);
      uplink.limit(limitBps);
      const sent: { atMs: number; bytes: number }[] = [];
      let nowMs = 0;
      for (const [gapMs, bytes] of gaps) {
        nowMs += gapMs;
        while (uplink.take(bytes, false, nowMs)) sent.push({ atMs: nowMs, bytes });
      }
      expect(busiest(sent)).toBeLessThanOrEqual(MOST_IN_TWO_SECONDS(limitBps));
    }),
  );
});

test('what was refused may go when it was said to be ready, and not before', () => {
  const uplink = new Uplink(false, 0);
  uplink.limit(1_000_000);
  while (uplink.take(10_000, false, 0));
  const readyMs = uplink.readyMs(10_000, false, 0);
  expect(readyMs).toBeGreaterThan(0);
  expect(uplink.take(10_000, false, readyMs - 1)).toBe(false);
  expect(uplink.take(10_000, false, readyMs + 0.001)).toBe(true);
});

/** Sends all it can for so long, with so much standing in the links' queues; answers come as quickly as they can. */
function use(uplink: Uplink, fromMs: number, forMs: number, queuedBytes: number): number {
  for (let nowMs = fromMs; nowMs <= fromMs + forMs; nowMs += 10) {
    while (uplink.take(5_000, false, nowMs));
    uplink.waited(0, 'a', nowMs);
    uplink.judge(queuedBytes, true, nowMs);
  }
  return fromMs + forMs;
}

test('it grows while it is used and the queues stay empty', () => {
  const uplink = new Uplink(false, 0);
  const first = uplink.capacityBps;
  expect(uplink.knownBps).toBeNull();
  use(uplink, 0, 5_000, 0);
  expect(uplink.capacityBps).toBeGreaterThan(2 * first);
  expect(uplink.knownBps).toBe(uplink.capacityBps);
});

test('unused, it does not grow', () => {
  const uplink = new Uplink(false, 0);
  const first = uplink.capacityBps;
  for (let nowMs = 0; nowMs < 20_000; nowMs += 100) uplink.judge(0, true, nowMs);
  expect(uplink.capacityBps).toBe(first);
});

test('it falls when the queues stand, then stays calm before it grows again', () => {
  const uplink = new Uplink(false, 0);
  const first = uplink.capacityBps;
  let nowMs = use(uplink, 0, 1_100, 1_000_000);
  const fallen = uplink.capacityBps;
  expect(fallen).toBeLessThan(0.9 * first);
  nowMs = use(uplink, nowMs, 4_000, 0);
  expect(uplink.capacityBps).toBe(fallen);
  use(uplink, nowMs, 4_000, 0);
  expect(uplink.capacityBps).toBeGreaterThan(fallen);
});

test('one long queue is no reason to fall', () => {
  const uplink = new Uplink(false, 0);
  const first = uplink.capacityBps;
  uplink.judge(1_000_000, true, 500);
  uplink.judge(0, true, 1_000);
  uplink.judge(1_000_000, true, 1_500);
  uplink.judge(0, true, 2_000);
  expect(uplink.capacityBps).toBe(first);
});

test('without answers that show no queue it does not grow, and it falls to what it carried', () => {
  const uplink = new Uplink(false, 0);
  const first = uplink.capacityBps;
  for (let nowMs = 0; nowMs <= 5_000; nowMs += 10) {
    while (uplink.take(5_000, false, nowMs));
    uplink.judge(0, true, nowMs);
  }
  expect(uplink.capacityBps).toBe(first);
  // Then its windows collapse and nothing goes at all: it is judged by what it carried before.
  for (let nowMs = 5_010; nowMs <= 6_100; nowMs += 10) uplink.judge(1_000_000, true, nowMs);
  expect(uplink.capacityBps).toBeCloseTo(0.8 * first);
});

test('it never falls to nothing', () => {
  const uplink = new Uplink(false, 0);
  for (let nowMs = 0; nowMs < 60_000; nowMs += 100) uplink.judge(1_000_000, true, nowMs);
  expect(uplink.capacityBps).toBe(250_000);
});

test('a limit counts as known, and slots are what it feeds', () => {
  const uplink = new Uplink(true, 0);
  uplink.limit(2_500_000);
  expect(uplink.knownBps).toBe(2_500_000);
  expect(uplink.slots(1_000_000, false)).toBe(7);
  expect(uplink.slots(10_000_000, false)).toBe(0);
});

test('a crowd is sent all stripes as soon as the line carries them once', () => {
  const uplink = new Uplink(true, 0);
  uplink.limit(1_500_000);
  expect(uplink.slots(1_000_000, false)).toBe(4);
  expect(uplink.slots(1_000_000, true)).toBe(5);
  expect(uplink.slots(1_200_000, true)).toBe(3);
  expect(uplink.copyBps(false)).toBe(1_500_000);
  expect(uplink.copyBps(true)).toBe(1_200_000);
});

test('what the line carried before is believed until it is measured anew, and never lowers a guess', () => {
  const uplink = new Uplink(true, 0);
  const guessBps = uplink.capacityBps;
  uplink.recall(guessBps / 2);
  uplink.recall(Number.NaN);
  expect(uplink.capacityBps).toBe(guessBps);
  uplink.recall(2 * guessBps);
  expect(uplink.capacityBps).toBe(2 * guessBps);
  expect(uplink.knownBps).toBeNull();
});

test('a limit that was given says nothing of what the line carries', () => {
  const uplink = new Uplink(true, 0);
  uplink.limit(50_000_000);
  expect(uplink.knownBps).not.toBeNull();
  expect(uplink.carriedBps).toBeNull();
});

test('answers that all took long tell of a slow line, but not while the page itself is held up', () => {
  const judged = (heldUp: boolean): number => {
    const uplink = new Uplink(true, 0);
    uplink.limit(8_000_000);
    for (let nowMs = 0; nowMs < 4_000; nowMs += 100) {
      if (heldUp) uplink.heldUp(nowMs);
      uplink.waited(90, nowMs % 200 === 0 ? 'a' : 'b', nowMs);
      uplink.judge(0, true, nowMs);
    }
    return uplink.capacityBps;
  };
  expect(judged(false)).toBeLessThan(6_000_000);
  expect(judged(true)).toBe(8_000_000);
});

test('a key chunk fills the line of a viewer for a moment: what waits for it does not tell of a slow line', () => {
  // In the first half of each second answers come while it goes out, and few later.
  const falls = (burstMs: number): boolean => {
    const uplink = new Uplink(false, 0);
    uplink.limit(8_000_000);
    for (let nowMs = 0; nowMs < 10_000; nowMs += 50) {
      const at = nowMs % 1_000;
      if (at < 300 || at === 700) uplink.waited(at < burstMs ? 150 : 5, nowMs % 100 === 0 ? 'a' : 'b', nowMs);
      uplink.judge(0, true, nowMs);
    }
    return uplink.capacityBps < 8_000_000;
  };
  expect(falls(350)).toBe(false);
  expect(falls(1_000)).toBe(true);
});

test('one neighbour who answers late may be slow itself: the guess does not grow, and does not fall', () => {
  const uplink = new Uplink(true, 0);
  const guessBps = uplink.capacityBps;
  const answer = (waitMs: number, fromMs: number): void => {
    for (let nowMs = fromMs; nowMs < fromMs + 20_000; nowMs += 100) {
      while (uplink.take(5_000, false, nowMs));
      uplink.waited(waitMs, 'a', nowMs);
      uplink.judge(0, true, nowMs);
    }
  };
  answer(90, 0);
  expect(uplink.capacityBps).toBe(guessBps);
  answer(160, 20_000); // no page is that slow for so long
  expect(uplink.capacityBps).toBeLessThan(0.9 * guessBps);
});

test('a clear line is one that carries little, or whose answers come at once', () => {
  const uplink = new Uplink(true, 0);
  expect(uplink.isClear).toBe(true);
  const after = (waitMs: number, fromMs: number): boolean => {
    for (let nowMs = fromMs; nowMs < fromMs + 2_000; nowMs += 100) {
      while (uplink.take(5_000, false, nowMs));
      uplink.waited(waitMs, nowMs % 200 === 0 ? 'a' : 'b', nowMs);
      uplink.judge(0, false, nowMs);
    }
    return uplink.isClear;
  };
  expect(after(40, 0)).toBe(false);
  expect(after(5, 2_000)).toBe(true);
});

test('a host’s first guess is more than its show', () => {
  const uplink = new Uplink(true, 0);
  uplink.wish(6_000_000);
  expect(uplink.capacityBps).toBe(7_500_000);
});

test('a host whose show came down tries its line again soon, each time in vain after a longer while', () => {
  const WISH_BPS = 2_000_000;
  /** Capacity at the end of three minutes over a line that carries so much, after a fall to next to nothing. */
  const after = (lineBps: number): { capacityBps: number; falls: number } => {
    const uplink = new Uplink(true, 0);
    uplink.wish(WISH_BPS);
    let bitrate = startBitrate(WISH_BPS, 0);
    let [falls, queuedBytes] = [0, 0];
    for (let nowMs = 0; nowMs < 180_000; nowMs += 100) {
      const before = uplink.capacityBps;
      uplink.slots(bitrate.targetBps, false);
      const bytes = Math.round((1.1 * bitrate.targetBps) / 80);
      if (uplink.take(bytes, false, nowMs)) queuedBytes += bytes;
      queuedBytes = Math.max(0, queuedBytes - lineBps / 80);
      // A page that stood still for seconds at its start.
      const backlogMs = nowMs < 6_000 ? 500 : (queuedBytes * 8_000) / lineBps;
      uplink.waited(backlogMs, nowMs % 200 === 0 ? 'a' : 'b', nowMs);
      uplink.judge(queuedBytes, true, nowMs);
      const report = { wishBps: WISH_BPS, uplinkBps: uplink.knownBps, crowdBps: Infinity, backlogMs, droppedShare: 0 };
      bitrate = decideBitrate(bitrate, report, nowMs);
      if (nowMs > 10_000 && uplink.capacityBps < before) falls += 1;
    }
    return { capacityBps: uplink.capacityBps, falls };
  };
  expect(after(8_000_000)).toMatchObject({ falls: 0 });
  expect(after(8_000_000).capacityBps).toBeGreaterThan(1.15 * WISH_BPS);
  expect(after(1_200_000).capacityBps).toBeLessThan(1_500_000);
  expect(after(1_200_000).falls).toBeLessThan(5);
});

test('a train raises a guess at once, and lowers one only when it is sure and nothing was measured', () => {
  const uplink = new Uplink(false, 0);
  const first = uplink.capacityBps;
  uplink.guess({ bitsPerSecond: first / 2, mostBps: first, isSure: false });
  expect(uplink.capacityBps).toBe(first);
  uplink.guess({ bitsPerSecond: first * 4, mostBps: first * 5, isSure: false });
  expect(uplink.capacityBps).toBe(first * 4);
  uplink.guess({ bitsPerSecond: first / 2, mostBps: first, isSure: true });
  expect(uplink.capacityBps).toBe(first / 2);
  use(uplink, 0, 2_000, 0);
  const measured = uplink.capacityBps;
  uplink.guess({ bitsPerSecond: first / 8, mostBps: first, isSure: true });
  expect(uplink.capacityBps).toBe(measured);
});

test('what a line has carried, or was given, counts more than any train', () => {
  const recalled = new Uplink(true, 0);
  recalled.recall(6_000_000);
  const given = new Uplink(true, 0);
  given.limit(3_000_000);
  for (const uplink of [recalled, given]) {
    const { capacityBps } = uplink;
    expect(uplink.isGuessed).toBe(false);
    uplink.guess({ bitsPerSecond: 18_000_000, mostBps: 20_000_000, isSure: true });
    expect(uplink.capacityBps).toBe(capacityBps);
  }
});

test('a host’s quick growth ends at what a train has shown', () => {
  const quick = new Uplink(true, 0);
  const shown = new Uplink(true, 0);
  for (const uplink of [quick, shown]) uplink.slots(2_000_000, false);
  shown.guess({ bitsPerSecond: 2_400_000, mostBps: 2_800_000, isSure: true });
  for (const uplink of [quick, shown]) use(uplink, 0, 4_000, 0);
  expect(quick.capacityBps).toBeGreaterThan(4_000_000);
  expect(shown.capacityBps).toBeLessThan(3_000_000);
});
