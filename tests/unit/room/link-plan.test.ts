import { describe, expect, it } from 'vitest';
import { LinkPlan, MAX_ROOM_LINKS } from '../../../src/core/room/link-plan.ts';

/** Pages that are all neighbours of each other in the mesh, or as told; connections come up at once. */
class Pages {
  readonly plans = new Map<string, LinkPlan>();
  #nowMs = 0;

  constructor(
    names: readonly string[],
    /** What each has: equal letters, equal rooms. */
    readonly rooms: Record<string, string> = {},
    private readonly areNeighbours: (a: string, b: string) => boolean = () => true,
  ) {
    for (const name of names) this.join(name);
  }

  join(name: string): void {
    this.plans.set(name, new LinkPlan(name));
  }

  links(name: string): readonly string[] {
    return this.plans.get(name)?.open ?? [];
  }

  run(ms: number): void {
    for (const endMs = this.#nowMs + ms; this.#nowMs < endMs; this.#nowMs += 250) {
      for (const [name, plan] of this.plans) {
        const others = [...this.plans.keys()].filter((other) => other !== name && this.areNeighbours(name, other));
        for (const other of others) {
          const isSame = this.rooms[other] === this.rooms[name];
          plan.heard(other, this.plans.get(other)?.links ?? 0, isSame, this.#nowMs);
        }
        const { call, drop } = plan.tend(new Set(others), this.#nowMs);
        for (const other of drop) this.#drop(name, other);
        for (const other of call) this.#connect(name, other);
      }
    }
  }

  #connect(caller: string, other: string): void {
    const called = this.plans.get(other);
    const { welcome, drop } = called?.isWelcome(caller, this.#nowMs) ?? { welcome: false, drop: null };
    if (drop !== null) this.#drop(other, drop);
    if (!welcome) return; // the caller gives up after a while
    called?.opened(caller, this.#nowMs);
    this.plans.get(caller)?.opened(other, this.#nowMs);
  }

  #drop(name: string, other: string): void {
    this.plans.get(name)?.closed(other);
    this.plans.get(other)?.closed(name);
  }
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `peer${String(at).padStart(2, '0')}`);

/** Everybody whom a message of the first one reaches. */
function reached(pages: Pages): number {
  const seen = new Set<string>([...pages.plans.keys()].slice(0, 1));
  for (const name of seen) for (const other of pages.links(name)) seen.add(other);
  return seen.size;
}

describe('chat connections', () => {
  it.each([2, 5, 9, 20])('of %i pages reach everybody, never more than six a page', (count) => {
    const pages = new Pages(names(count));
    pages.run(10_000);
    expect(reached(pages)).toBe(count);
    for (const name of pages.plans.keys()) {
      expect(pages.plans.get(name)?.links).toBeLessThanOrEqual(MAX_ROOM_LINKS);
      expect(pages.links(name).length).toBeGreaterThanOrEqual(Math.min(3, count - 1));
    }
  });

  it('only lead to neighbours in the mesh', () => {
    const pages = new Pages(names(10), {}, (a, b) => Math.abs(Number(a.slice(4)) - Number(b.slice(4))) === 1);
    pages.run(5_000);
    expect(reached(pages)).toBe(10);
    expect(pages.links('peer05')).toHaveLength(2);
  });

  it('let in whoever comes when everybody is full', () => {
    const pages = new Pages(names(12));
    pages.run(10_000);
    pages.join('aaaa'); // calls
    pages.join('zzzz'); // is called
    pages.run(10_000);
    for (const name of ['aaaa', 'zzzz']) expect(pages.links(name).length).toBeGreaterThan(0);
    expect(reached(pages)).toBe(14);
  });

  it('join two islands as soon as neighbours see that their rooms stay different', () => {
    const rooms: Record<string, string> = Object.fromEntries(names(14).map((name, at) => [name, at < 7 ? 'a' : 'b']));
    const half = (name: string): boolean => Number(name.slice(4)) < 7;
    let areApart = true;
    const pages = new Pages(names(14), rooms, (a, b) => !areApart || half(a) === half(b));
    pages.run(10_000);
    expect(reached(pages)).toBe(7);
    areApart = false; // they meet in the mesh, all of them with enough connections
    pages.run(10_000);
    expect(reached(pages)).toBe(14);
  });

  it('are not set up again and again for a neighbour whose calls come to nothing', () => {
    const plan = new LinkPlan('b');
    let taken = 0;
    for (let ms = 0; ms < 9_000; ms += 10) {
      if (!plan.isWelcome('a', ms).welcome) continue;
      taken += 1;
      plan.closed('a');
    }
    expect(taken).toBe(6);
  });

  it('are given up at once with a neighbour that has no room, and tried again when it knows who is alone', () => {
    const plan = new LinkPlan('a');
    plan.heard('b', 6, true, 0);
    const calls: number[] = [];
    for (let ms = 0; ms < 4_000; ms += 100) {
      if (plan.tend(new Set(['b']), ms).call.length > 0) calls.push(ms);
      if (ms === 200) expect(plan.refused('b', ms)).toBe(true);
    }
    expect(calls).toEqual([0, 1_900]);
    expect(plan.refused('c', 4_000)).toBe(false); // never called
    plan.opened('b', 4_000);
    expect(plan.refused('b', 4_100)).toBe(false); // and no way to have others hang up
  });

  it('that bring nothing new lead to a question for everything now and then', () => {
    const plan = new LinkPlan('a');
    plan.heard('b', 1, false, 0);
    plan.tend(new Set(['b']), 0);
    plan.opened('b', 0);
    const asked: boolean[] = [];
    for (let ms = 0; ms < 28_000; ms += 250) {
      plan.heard('b', 1, false, ms);
      asked.push(...plan.tend(new Set(['b']), ms).ask.map(({ whole }) => whole));
    }
    expect(asked).toEqual([false, false, false, true, false, false, false, true, false]);
  });
});
