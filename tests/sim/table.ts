import type { Result } from './result.ts';

const percent = (share: number): string => `${(share * 100).toFixed(3)} %`;
const ms = (value: number): string => `${Math.round(value)} ms`;

/** A result for people. */
export function tableOf(result: Result): string {
  const { hostUploadMultiple, startupMs, latencyMs, depth, continuity, healMs } = result;
  const rows: [string, string][] = [
    ['scenario', `${result.name}, seed ${result.seed}, ${result.durationS} s`],
    [
      'viewers',
      `${result.viewers}, ${percent(result.unreachable)} unreachable, ${result.neverStarted} without a picture`,
    ],
    [
      'host upload',
      `${hostUploadMultiple.mean.toFixed(2)} × the stream, ${hostUploadMultiple.max1s.toFixed(2)} × in one second`,
    ],
    ['supply', `${result.supplyRatio.toFixed(2)} × the need, ${percent(result.boundRatio)} of the bound delivered`],
    ['start-up', `p50 ${ms(startupMs.p50)}, p95 ${ms(startupMs.p95)}, p99 ${ms(startupMs.p99)}`],
    ['latency', `p50 ${ms(latencyMs.p50)}, p95 ${ms(latencyMs.p95)}, p99 ${ms(latencyMs.p99)}`],
    ['depth', `p50 ${depth.p50}, max ${depth.max}`],
    ['continuity', `mean ${percent(continuity.mean)}, p1 ${percent(continuity.p1)}`],
    ['healing', healMs ? `p50 ${ms(healMs.p50)}, p99 ${ms(healMs.p99)}` : 'no fault'],
    ['overhead', `${percent(result.controlOverhead)} control`],
    ['pieces', `${percent(result.duplicateShare)} twice, ${percent(result.repairShare)} pulled`],
    [
      'attackers',
      `${result.forgedAccepted} forged accepted, ${result.forgedForwarded} forwarded, ${percent(result.attackersCut)} cut`,
    ],
    ...result.bursts.map(({ viewers, startupP95Ms, continuity: there }, index): [string, string] => [
      `burst ${index + 1}`,
      `${viewers} viewers, start-up p95 ${ms(startupP95Ms)}, continuity ${percent(there)}`,
    ]),
    ['run', `${result.wallS.toFixed(1)} s, ${(result.events / 1e6).toFixed(2)} million events`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)} ${value}\n`).join('');
}
