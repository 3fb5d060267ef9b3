import { describe, expect, it } from 'vitest';
import { Standstill } from '../../src/adapters/player/standstill.ts';
import { type MediaRange, Playhead, type PlayheadInput } from '../../src/core/playhead.ts';

const CHUNK_MS = 100;
/** What the imitated element needs ahead to go on; a real one holds back about as much sound. */
const HELD_MS = 60;

/** Repeatable randomness, 0 to 1. @see Park and Miller, "minimal standard" */
function randomness(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

interface Outcome {
  /** Distance from the end of what was captured, ms, at each step. */
  readonly behindMs: { readonly atMs: number; readonly ms: number }[];
  /** When the picture stood still after the start, ms. */
  readonly stoodAtMs: number[];
  readonly rates: Set<number>;
  readonly targetMs: number;
}

/**
 * A show in virtual time: chunk n is captured until (n + 1) * 100 ms, and arrives `delayMs(n)` later, in order. The
 * element is simpler than a real one: it seeks at once and goes on as soon as there is enough.
 */
function watch(durationMs: number, delayMs: (chunk: number) => number, joinAtMs = 0): Outcome {
  const playhead = new Playhead();
  const outcome = { behindMs: [] as Outcome['behindMs'], stoodAtMs: [] as number[], rates: new Set<number>() };
  let positionMs: number | null = null;
  let rate = 1;
  let next = 0;
  let dueMs = CHUNK_MS + delayMs(0);
  let stoodMs = 0;
  for (let nowMs = joinAtMs; nowMs < joinAtMs + durationMs; nowMs += 10) {
    while (dueMs <= nowMs) {
      playhead.arrived(nowMs, ++next * CHUNK_MS);
      dueMs = Math.max(dueMs, (next + 1) * CHUNK_MS + delayMs(next));
    }
    const endMs = next * CHUNK_MS;
    if (positionMs !== null) {
      const canMove = endMs - positionMs > HELD_MS;
      if (canMove) positionMs += 10 * rate;
      else outcome.stoodAtMs.push(nowMs);
      stoodMs = canMove ? 0 : stoodMs + 10;
      if (stoodMs === 110) playhead.stalled(nowMs);
    }
    const ranges = next === 0 ? [] : [{ startMs: 0, endMs }];
    const decision = playhead.decide({
      nowMs,
      positionMs,
      ranges,
      paused: false,
      pending: false,
      stalled: stoodMs > 100,
      rate,
    });
    rate = decision.rate;
    positionMs = decision.seekToMs ?? positionMs;
    outcome.rates.add(rate);
    if (positionMs !== null) outcome.behindMs.push({ atMs: nowMs, ms: nowMs - positionMs });
  }
  return { ...outcome, targetMs: playhead.targetMs };
}

const between = (outcome: Outcome, fromMs: number, toMs = Infinity): number[] =>
  outcome.behindMs.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ ms }) => ms);

describe('the playhead in virtual time', () => {
  it('settles 150 to 300 ms behind a steady show and then leaves the rate alone', () => {
    const outcome = watch(20_000, () => 40);
    expect(outcome.stoodAtMs).toEqual([]);
    expect(Math.max(...between(outcome, 5_000))).toBeLessThan(40 + 300);
    expect(Math.min(...between(outcome, 5_000))).toBeGreaterThan(40 + 150);
    expect(new Set(between(outcome, 15_000)).size).toBe(1);
  });

  it('begins at the live edge, not at the beginning of what was cached', () => {
    const outcome = watch(1_000, () => 40, 1_900);
    expect(outcome.behindMs[0]?.ms).toBeLessThan(400);
  });

  it.each([1, 2, 3, 4])('outlasts arrivals that vary by 150 ms (seed %i)', (seed) => {
    const random = randomness(seed);
    const outcome = watch(60_000, () => 40 + 150 * random());
    expect(outcome.stoodAtMs.filter((atMs) => atMs > 3_000)).toEqual([]);
    expect(Math.max(...between(outcome, 3_000))).toBeLessThan(40 + 450);
  });

  it('keeps more distance while chunks are late and comes back when they are prompt again', () => {
    const random = randomness(7);
    const rough = watch(20_000, () => 40 + 200 * random());
    const healed = watch(60_000, (chunk) => 40 + (chunk < 200 ? 200 * random() : 0));
    expect(rough.targetMs).toBeGreaterThan(350);
    expect(healed.targetMs).toBeLessThan(300);
    expect(healed.stoodAtMs.filter((atMs) => atMs > 3_000)).toEqual([]);
  });

  it('is back near the edge five seconds after an outage', () => {
    const outcome = watch(25_000, (chunk) => (chunk >= 100 && chunk < 108 ? 40 + (108 - chunk) * CHUNK_MS : 40));
    expect(outcome.stoodAtMs.length).toBeGreaterThan(0);
    expect(Math.max(...between(outcome, 16_000))).toBeLessThan(450);
    expect(outcome.stoodAtMs.filter((atMs) => atMs > 12_000)).toEqual([]);
  });

  it('follows a route that has become longer without standing still again and again', () => {
    const outcome = watch(60_000, (chunk) => (chunk < 200 ? 40 : 240));
    expect(outcome.stoodAtMs.filter((atMs) => atMs > 23_000)).toEqual([]);
    expect(Math.max(...between(outcome, 50_000))).toBeLessThan(240 + 300);
  });

  it('never asks for a rate outside of 0.97 to 1.1', () => {
    const random = randomness(3);
    const { rates } = watch(60_000, (chunk) => (chunk % 60 < 6 ? 600 : 300 * random()));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.97);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1.1);
  });
});

describe('a single decision', () => {
  /** Ten seconds of prompt chunks; the live edge is at 10 s when the clock says 10 s. */
  function settled(): Playhead {
    const playhead = new Playhead();
    for (let endMs = CHUNK_MS; endMs <= 10_000; endMs += CHUNK_MS) playhead.arrived(endMs, endMs);
    return playhead;
  }
  const decide = (positionMs: number | null, ranges: readonly MediaRange[], more: Partial<PlayheadInput> = {}) =>
    settled().decide({
      nowMs: 10_000,
      positionMs,
      ranges,
      paused: false,
      pending: false,
      stalled: false,
      rate: 1,
      ...more,
    });
  const whole = [{ startMs: 0, endMs: 10_000 }];

  it('waits with the start until there is enough to last', () => {
    expect(decide(null, [{ startMs: 9_900, endMs: 10_000 }]).seekToMs).toBeNull();
    expect(decide(null, [{ startMs: 9_000, endMs: 10_000 }]).seekToMs).toBeGreaterThan(9_500);
  });

  it('waits with the start until all that has arrived is in the buffer', () => {
    expect(decide(null, whole, { pending: true }).seekToMs).toBeNull();
  });

  it('hurries when more than half a second late and jumps when more than a second late', () => {
    expect(decide(9_200, whole)).toEqual({ rate: 1.1, seekToMs: null });
    expect(decide(8_000, whole).seekToMs).toBeGreaterThan(9_500);
  });

  it('plays up to a hole and jumps over it once there is enough behind it', () => {
    const hole = (startMs: number) => [
      { startMs: 5_000, endMs: 8_000 },
      { startMs, endMs: 10_000 },
    ];
    expect(decide(7_500, hole(9_000)).seekToMs).toBeNull();
    expect(decide(7_990, hole(9_900)).seekToMs).toBeNull();
    expect(decide(7_990, hole(9_000)).seekToMs).toBeGreaterThanOrEqual(9_000);
    // A browser that holds back more sound than most stands still long before the hole.
    expect(decide(7_700, hole(9_000), { stalled: true }).seekToMs).toBeGreaterThanOrEqual(9_000);
  });

  it('takes the first burst after a long absence for no later than that of a newcomer', () => {
    const playhead = settled();
    for (let endMs = 14_500; endMs <= 15_000; endMs += CHUNK_MS) playhead.arrived(15_000, endMs);
    for (let endMs = 15_100; endMs <= 15_400; endMs += CHUNK_MS) playhead.arrived(endMs, endMs);
    expect(playhead.targetMs).toBeLessThan(300);
  });

  it('comes back from a place that is no longer buffered', () => {
    expect(decide(1_000, [{ startMs: 5_000, endMs: 10_000 }]).seekToMs).toBeGreaterThan(9_500);
  });

  it('lets a paused picture be, and knows nothing before the first chunk', () => {
    expect(decide(5_000, whole, { paused: true })).toEqual({ rate: 1, seekToMs: null });
    const input = { nowMs: 0, positionMs: null, ranges: whole, paused: false, pending: false, stalled: false, rate: 1 };
    expect(new Playhead().decide(input)).toEqual({ rate: 1, seekToMs: null });
  });
});

describe('standstill', () => {
  it('counts a stall from its beginning until the media goes on', () => {
    const standstill = new Standstill();
    const changes = [0, 50, 100, 150, 200, 250, 300].map((nowMs) =>
      standstill.sample(nowMs, nowMs <= 50 ? nowMs : nowMs < 250 ? 50 : nowMs - 200, 1),
    );
    expect(changes).toEqual([null, null, null, null, 'stalled', null, 'moving']);
    expect([standstill.stalls, standstill.stalledMs, standstill.stalled]).toEqual([1, 200, false]);
  });

  it('forgives samples that come late, and short halts', () => {
    const standstill = new Standstill();
    standstill.sample(0, 0, 1);
    expect(standstill.sample(900, 890, 1)).toBeNull();
    expect(standstill.sample(990, 895, 1)).toBeNull();
    expect(standstill.sample(1_090, 995, 1)).toBeNull();
    expect(standstill.stalledMs).toBe(0);
  });

  it('does not take a jump for progress', () => {
    const standstill = new Standstill();
    standstill.sample(0, 1_000, 1);
    standstill.jumped(1_000, 5_000);
    standstill.sample(80, 5_000, 1);
    expect(standstill.sample(160, 5_000, 1)).toBe('stalled');
    expect(standstill.stalledMs).toBe(160);
  });

  it('counts nothing while nobody watches', () => {
    const standstill = new Standstill();
    standstill.sample(0, 0, 1);
    standstill.pause();
    standstill.sample(60_000, 0, 1);
    expect([standstill.sample(60_050, 50, 1), standstill.stalledMs]).toEqual([null, 0]);
  });
});
