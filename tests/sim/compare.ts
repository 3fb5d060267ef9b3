import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { DESIGN, type Design } from '../../src/core/mesh/design.ts';
import type { Result } from './result.ts';
import { parseScenario, type Scenario } from './scenario.ts';
import { Simulation } from './simulation.ts';

/** What is compared: the page's design, and others that differ in one thing each. */
const VARIANTS: readonly { readonly name: string; readonly design?: Partial<Design>; readonly chunkMs?: number }[] = [
  { name: 'as it is' },
  { name: 'no main stripe: everyone passes on all alike', design: { mainStripes: false } },
  { name: 'who is full names nobody', design: { redirects: false } },
  { name: 'at most 8 links', design: { maxLinks: 8, maxAccepted: 8 } },
  { name: 'at most 14 links', design: { maxLinks: 14, maxAccepted: 14 } },
  { name: 'nobody accepts more than 20 links', design: { maxAccepted: 20 } },
  { name: 'a better parent each 200 ms', design: { improveMs: 200 } },
  { name: 'a better parent each second', design: { improveMs: 1_000 } },
  { name: 'pull after 100 ms at most', design: { repairMaxMs: 100 } },
  { name: 'pull after 400 ms at most', design: { repairMaxMs: 400 } },
  { name: 'hardly any pulls beside pushes', design: { pullsPerSecond: 2 } },
  { name: 'pulls without a bound', design: { pullsPerSecond: 1_000 } },
  { name: '96 KiB in a link’s queue', design: { linkQueueBytes: 96 * 1024 } },
  { name: 'newcomers fetch a whole group', design: { joinedChunks: 10 } },
  { name: 'newcomers wait for a key chunk', design: { joinedChunks: -1 } },
  { name: 'chunks of 200 ms', chunkMs: 200 },
  { name: 'chunks of 50 ms', chunkMs: 50 },
];
const FOLDER = join(import.meta.dirname, 'scenarios');
const COLUMNS = [
  'design',
  'mean %',
  'worst 1 %',
  'start-up p50 / p95',
  'latency p95',
  'heal p50',
  'twice %',
  'control %',
];

/**
 * Designs side by side, the means of some seeds: `npm run sim:compare -- --scenario churn --viewers 100 --seeds 3`.
 * `--viewers` shrinks each burst of arrivals to so many.
 */
const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'churn' },
    seeds: { type: 'string', default: '3' },
    viewers: { type: 'string' },
  },
});
const full = parseScenario(JSON.parse(await readFile(join(FOLDER, `${values.scenario}.json`), 'utf8')));
const most = Number(values.viewers ?? Number.POSITIVE_INFINITY);
const arrivals = full.arrivals.map(({ viewers, overS }) => ({ viewers: Math.min(viewers, most), overS }));
const scenario: Scenario = { ...full, arrivals };

const print = (cells: readonly string[]): void => {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
};
print(COLUMNS);
print(COLUMNS.map(() => '---'));
for (const { name, design, chunkMs = scenario.chunkMs } of VARIANTS) {
  const results: Result[] = [];
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const simulation = new Simulation({ ...scenario, chunkMs }, seed, { ...DESIGN, ...design });
    const wallMs = (): number => performance.now();
    results.push(await simulation.run(wallMs, () => undefined));
  }
  const mean = (figure: (result: Result) => number, digits = 0): string =>
    (results.reduce((sum, result) => sum + figure(result), 0) / results.length).toFixed(digits);
  print([
    name,
    mean(({ continuity }) => 100 * continuity.mean, 2),
    mean(({ continuity }) => 100 * continuity.p1, 1),
    `${mean(({ startupMs }) => startupMs.p50)} / ${mean(({ startupMs }) => startupMs.p95)}`,
    mean(({ latencyMs }) => latencyMs.p95),
    mean(({ healMs }) => healMs?.p50 ?? 0),
    mean(({ duplicateShare }) => 100 * duplicateShare, 1),
    mean(({ controlOverhead }) => 100 * controlOverhead, 1),
  ]);
}
