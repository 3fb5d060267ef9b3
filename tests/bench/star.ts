import type { Result } from '../sim/result.ts';
import { type CrowdFigures, HOST_TIMES, measureLargeCrowd, RATE_BPS, type Stage } from './large-crowd.ts';
import type { Figure } from './figure.ts';
import { predict } from './prediction.ts';

/** Where prediction and measurement differ by more than this share, the row says so. */
const TOLERANCE = 0.3;

interface Show {
  readonly seen: CrowdFigures;
  readonly predicted: Result;
}

interface Row {
  readonly name: string;
  readonly unit: string;
  readonly of: (seen: CrowdFigures) => number;
  /** What the simulator says of it, where it says anything. */
  readonly predicted?: (result: Result) => number;
}

const ROWS: readonly Row[] = [
  { name: 'viewers served without a stall', unit: '', of: ({ served }) => served },
  {
    name: 'chunks there 400 ms after capture',
    unit: '%',
    of: ({ onTime }) => 100 * onTime,
    predicted: ({ continuity }) => 100 * continuity.mean,
  },
  {
    name: 'host upload ÷ show',
    unit: '×',
    of: ({ hostTimes }) => hostTimes,
    predicted: ({ hostUploadMultiple }) => hostUploadMultiple.mean,
  },
  {
    name: 'capture to playable, p50',
    unit: 'ms',
    of: ({ captureToPlayableMs }) => captureToPlayableMs.p50,
    predicted: ({ latencyMs }) => latencyMs.p50,
  },
  {
    name: 'capture to playable, p95',
    unit: 'ms',
    of: ({ captureToPlayableMs }) => captureToPlayableMs.p95,
    predicted: ({ latencyMs }) => latencyMs.p95,
  },
  {
    name: 'joining to playable, p50',
    unit: 'ms',
    of: ({ startMs }) => startMs.p50,
    predicted: ({ startupMs }) => startupMs.p50,
  },
  {
    name: 'joining to playable, p95',
    unit: 'ms',
    of: ({ startMs }) => startMs.p95,
    predicted: ({ startupMs }) => startupMs.p95,
  },
  {
    name: 'all that is not media ÷ media',
    unit: '%',
    of: ({ overhead }) => 100 * overhead,
    predicted: ({ controlOverhead }) => 100 * controlOverhead,
  },
  { name: 'deepest viewer', unit: 'hops', of: ({ deepest }) => deepest, predicted: ({ depth }) => depth.max },
  { name: 'camera to screen, p50 (pages)', unit: 'ms', of: ({ cameraToScreenMs }) => cameraToScreenMs.p50 },
  { name: 'camera to screen, p95 (pages)', unit: 'ms', of: ({ cameraToScreenMs }) => cameraToScreenMs.p95 },
  { name: 'first picture, worst (pages)', unit: 'ms', of: ({ firstPictureMs }) => firstPictureMs },
  { name: "processor of the host's page", unit: '%', of: ({ hostCpu }) => 100 * hostCpu },
  { name: 'all processors', unit: '%', of: ({ machineBusy }) => 100 * machineBusy },
  { name: "the encoder's rate", unit: 'kbit/s', of: ({ showBps }) => showBps / 1000 },
];

/** The direct star and the mesh, one after the other, and both in the simulator. Prints the table. */
export async function compareWithStar(stage: Stage, viewers: number): Promise<Figure[]> {
  const star = await measureShow(stage, viewers, false);
  const mesh = await measureShow(stage, viewers, true);
  const line = (name: string, cells: string[]) => console.log(`  ${name.padEnd(42)}${cells.join('')}`);
  line(
    '',
    ['star', 'predicted', 'mesh', 'predicted'].map((title) => title.padStart(11)),
  );
  for (const { name, unit, of, predicted } of ROWS) {
    const cells = [star, mesh].flatMap((show) => {
      const seen = of(show.seen);
      const said = predicted?.(show.predicted);
      return [number(seen), said === undefined ? '' : `${number(said)}${differ(seen, said) ? ' !' : '  '}`];
    });
    line(
      `${name}${unit === '' ? '' : `, ${unit}`}`,
      cells.map((cell) => cell.padStart(11)),
    );
  }
  console.log(`  !: they differ by more than ${100 * TOLERANCE} %`);
  return ROWS.flatMap(({ name, unit, of }) => [
    { name: `star: ${name}`, value: round(of(star.seen)), unit, bar: null, holds: true },
    judged(`mesh: ${name}`, of(mesh.seen), unit, name === ROWS[0]?.name ? viewers : null),
  ]);
}

async function measureShow(stage: Stage, viewers: number, relays: boolean): Promise<Show> {
  const seen = await measureLargeCrowd(stage, viewers, relays);
  const predicted = await predict(viewers, relays, seen.showBps, HOST_TIMES * RATE_BPS);
  return { seen, predicted };
}

const judged = (name: string, value: number, unit: string, bar: number | null): Figure => ({
  name,
  value: round(value),
  unit,
  bar,
  holds: bar === null || value >= bar,
});

const round = (value: number): number => Math.round(value * 100) / 100;
const number = (value: number): string => (Number.isFinite(value) ? String(Math.round(value * 10) / 10) : '–');
const differ = (seen: number, said: number): boolean =>
  Number.isFinite(seen) && Number.isFinite(said) && Math.abs(seen - said) > TOLERANCE * Math.max(seen, said);
