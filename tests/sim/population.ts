import { mulberry32 } from './model/chance.ts';
import { meets } from './model/nat.ts';
import type { AttackKind, Scenario, ViewerClass } from './scenario.ts';

/** A viewer to come. */
export interface Arrival {
  readonly atMs: number;
  /** How long it stays, ms; infinite: to the end. */
  readonly stayMs: number;
  readonly access: ViewerClass;
  readonly attack: AttackKind | null;
  /** Which of the bursts it comes with. */
  readonly burst: number;
  /** Whether anybody of the show could have a direct connection with it. */
  readonly reachable: boolean;
}

/** Draws who comes, when, for how long and with what line. `atMs` counts from the start of the show. */
export function populate(scenario: Scenario, seed: number): Arrival[] {
  const random = mulberry32(seed ^ 0x5eed);
  const viewers = scenario.arrivals.reduce((sum, burst) => sum + burst.viewers, 0);
  const attacks = drawAttackers(scenario, viewers, random);
  const canBeReached = reachability(scenario);
  const arrivals: Arrival[] = [];
  let fromMs = 0;
  for (const [burst, { viewers: size, overS }] of scenario.arrivals.entries()) {
    for (let at = 0; at < size; at++) {
      const access = byShare(scenario.classes, random());
      const { medianS } = byShare(scenario.stay, random());
      const stayMs = -Math.log2(1 - random()) * 1000 * (medianS === 'end' ? Number.POSITIVE_INFINITY : medianS);
      const atMs = fromMs + ((at + 0.5) / size) * overS * 1000;
      const attack = attacks.get(arrivals.length) ?? null;
      const reachable = canBeReached(access);
      arrivals.push({ atMs, stayMs: Number.isNaN(stayMs) ? Infinity : stayMs, access, attack, burst, reachable });
    }
    fromMs += overS * 1000;
  }
  return arrivals;
}

/** Given shares of all viewers, each drawn by chance, nobody twice. */
function drawAttackers({ attackers }: Scenario, viewers: number, random: () => number): Map<number, AttackKind> {
  const order = Array.from({ length: viewers }, (_, index) => ({ index, draw: random() }));
  order.sort((a, b) => a.draw - b.draw);
  const kinds = attackers.flatMap(({ share, kind }) => Array<AttackKind>(Math.round(share * viewers)).fill(kind));
  return new Map(order.slice(0, kinds.length).map(({ index }, at) => [index, kinds[at] ?? 'freeride']));
}

/**
 * Whether the host or some relaying class meets that class at all. Pairs that meet in some cases count as meeting:
 * among several relays that one pair is there.
 */
function reachability({ host, classes }: Scenario): (access: ViewerClass) => boolean {
  const relays = [host.nat, ...classes.filter(({ relays, share }) => relays && share > 0).map(({ nat }) => nat)];
  return ({ nat }) => relays.some((other) => meets(nat, other, 0));
}

function byShare<T extends { readonly share: number }>(parts: readonly T[], draw: number): T {
  let left = draw;
  for (const part of parts) {
    left -= part.share;
    if (left < 0) return part;
  }
  const last = parts.findLast(({ share }) => share > 0) ?? parts.at(-1);
  if (!last) throw new RangeError('no parts');
  return last;
}
