import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { Result } from './result.ts';
import { parseScenario } from './scenario.ts';
import { Simulation } from './simulation.ts';

/** The largest one takes longer than all others together: it runs only when named. */
const LARGE = ['puddle'];
const FOLDER = join(import.meta.dirname, 'scenarios');
const COLUMNS = [
  'scenario',
  'seed',
  'mean %',
  'p1 %',
  'start p50',
  'p95',
  'latency p95',
  'heal p99',
  'host',
  'depth',
  'control %',
  'bound',
  'wall s',
];

/** Whole scenarios by seeds, as one table: `npm run sim:all -- --only workshop,fair --seeds 5`. */
const { values } = parseArgs({ options: { only: { type: 'string' }, seeds: { type: 'string', default: '1' } } });
const known = (await readdir(FOLDER)).filter((name) => name.endsWith('.json')).map((name) => name.replace('.json', ''));
const names = values.only?.split(',') ?? known.filter((name) => !LARGE.includes(name));

const percent = (share: number): string => (share * 100).toFixed(2);
const ms = (value: number | undefined): string => (value === undefined ? '–' : Math.round(value).toString());

function row({ name, seed, continuity, startupMs, latencyMs, healMs, ...result }: Result): string[] {
  const { hostUploadMultiple, depth, controlOverhead, boundRatio, wallS } = result;
  return [
    name,
    seed.toString(),
    percent(continuity.mean),
    percent(continuity.p1),
    ms(startupMs.p50),
    ms(startupMs.p95),
    ms(latencyMs.p95),
    ms(healMs?.p99),
    hostUploadMultiple.mean.toFixed(2),
    `${depth.p50}/${depth.max}`,
    percent(controlOverhead),
    boundRatio.toFixed(3),
    wallS.toFixed(0),
  ];
}

const print = (cells: readonly string[]): void => {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
};
print(COLUMNS);
print(COLUMNS.map(() => '---'));
for (const name of names) {
  const scenario = parseScenario(JSON.parse(await readFile(join(FOLDER, `${name}.json`), 'utf8')));
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    const result = await new Simulation(scenario, seed).run(
      () => performance.now(),
      () => undefined,
    );
    print(row(result));
  }
}
