import { expect, test } from 'vitest';
import { parseScenario, type Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';
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
