import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { InvalidField } from './scenario-fields.ts';
import { parseScenario } from './scenario.ts';
import { Simulation } from './simulation.ts';
import { tableOf } from './table.ts';

const USAGE = 'usage: npm run sim -- --scenario FILE [--seed N] [--json]';
/** Exit code of a call or scenario that makes no sense. */
const INVALID = 2;
/** Progress is shown so often, ms of real time. */
const PROGRESS_MS = 5_000;

interface Options {
  readonly file: string;
  readonly seed: number;
  readonly json: boolean;
}

function refuse(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(INVALID);
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        scenario: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: { type: 'boolean', default: false },
      },
    });
    if (values.scenario === undefined) return refuse(USAGE);
    if (!/^\d{1,9}$/.test(values.seed)) return refuse(`--seed: ${values.seed} is not a whole number\n${USAGE}`);
    return { file: values.scenario, seed: Number(values.seed), json: values.json };
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
  }
}

async function readScenario(file: string) {
  const text = await readFile(file, 'utf8').catch(() => refuse(`--scenario: ${file} cannot be read`));
  try {
    return parseScenario(JSON.parse(text));
  } catch (error) {
    if (error instanceof InvalidField) return refuse(error.message);
    if (error instanceof SyntaxError) return refuse(`scenario: no JSON: ${error.message}`);
    throw error;
  }
}

const { file, seed, json } = readOptions();
const simulation = new Simulation(await readScenario(file), seed);
let shownMs = performance.now();
const result = await simulation.run(
  () => performance.now(),
  (second, there, events) => {
    if (performance.now() - shownMs < PROGRESS_MS) return;
    shownMs = performance.now();
    process.stderr.write(`${second} s of the show, ${there} there, ${(events / 1e6).toFixed(1)} million events\n`);
  },
);
process.stdout.write(json ? `${JSON.stringify(result)}\n` : tableOf(result));
