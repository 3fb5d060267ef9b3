import { expect, test } from 'vitest';
import { parseScenario, type Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';
import hostAway from './scenarios/host-away.json' with { type: 'json' };
import scarce from './scenarios/scarce.json' with { type: 'json' };
import workshop from './scenarios/workshop.json' with { type: 'json' };

const run = (scenario: Scenario, seed: number) =>
  new Simulation(scenario, seed).run(
    () => 0,
    () => undefined,
  );

test('the same seed makes the same result, another seed another', async () => {
  const scenario = { ...parseScenario(workshop), durationS: 60 };
  const first = await run(scenario, 3);
  expect(await run(scenario, 3)).toEqual(first);
  expect(await run(scenario, 4)).not.toEqual(first);
}, 60_000);

test('forged pieces go nowhere and polluters are cut off, whoever else is there', async () => {
  const attackers = [
    { share: 0.1, kind: 'pollute' },
    { share: 0.1, kind: 'lie' },
    { share: 0.1, kind: 'freeride' },
    { share: 0.05, kind: 'flood' },
    { share: 0.05, kind: 'eclipse' },
  ] as const;
  const result = await run({ ...parseScenario(workshop), durationS: 60, attackers }, 1);
  expect(result).toMatchObject({ forgedAccepted: 0, forgedForwarded: 0, attackersCut: 1 });
}, 60_000);

test('a workshop costs little besides its pictures', async () => {
  const result = await run(parseScenario(workshop), 2);
  expect(result.controlOverhead).toBeLessThan(0.05);
  expect(result.startupMs.p50).toBeLessThan(1_300);
  expect(result.continuity.mean).toBeGreaterThan(0.97);
  expect(result.hostUploadMultiple.mean).toBeLessThan(4.5);
  expect(result.unreachable).toBeLessThan(0.1);
}, 60_000);

test('faults are survived: relays killed, a network in two halves, a host that comes back', async () => {
  const faults = [
    { type: 'kill', atS: 20, share: 0.3 },
    { type: 'partition', atS: 30, share: 0.3, forS: 3 },
    { type: 'host-away', atS: 40, forS: 5 },
  ] as const;
  const arrivals = [{ viewers: 30, overS: 10 }];
  const { healMs } = await run({ ...parseScenario(workshop), durationS: 60, faults, arrivals }, 1);
  expect(healMs).not.toBeNull();
  expect(healMs?.p50).toBeLessThan(3_000);
}, 60_000);

test('whoever watched plays again within two seconds of the host’s return', async () => {
  const { healMs } = await run({ ...parseScenario(hostAway), durationS: 58 }, 3);
  expect(healMs?.p99).toBeLessThan(2_000);
}, 60_000);

test('a crowd of thin lines gets a coarser picture rather than none, and people on good lines the full one', async () => {
  const thin = { ...parseScenario(scarce), durationS: 60, arrivals: [{ viewers: 20, overS: 7 }] };
  const result = await run(thin, 1);
  expect(result.continuity.mean).toBeGreaterThan(0.88);
  expect(result.boundRatio).toBeGreaterThan(0.25);
  expect(result.neverStarted).toBe(0);
  const good = await run({ ...thin, classes: thin.classes.map((one) => ({ ...one, upMbps: 20 })) }, 1);
  expect(good.boundRatio).toBeGreaterThan(0.97);
}, 60_000);
