import { parseScenario } from '../sim/scenario.ts';
import { Simulation } from '../sim/simulation.ts';
import type { Result } from '../sim/result.ts';
import { JOIN_MS, MEASURE_MS, PLAYOUT_MS, SETTLE_MS } from './large-crowd.ts';

/** Two pictures at 25 a second. @see src/core/fmp4/chunker.ts */
const CHUNK_MS = 80;
/** A machine talking to itself: no way to go, and no line that is ever full, but for the host's. */
const LOOPBACK = { rttMs: 0.2, pairMs: 0.05, mbps: 1_000 };

/** What the simulator says of the same show on the same lines. @param showBps what the encoder made */
export function predict(viewers: number, relays: boolean, showBps: number, hostBps: number): Promise<Result> {
  const joinS = (viewers * JOIN_MS.node) / 1000;
  const scenario = parseScenario({
    name: relays ? 'mesh' : 'star',
    durationS: Math.ceil(joinS + (SETTLE_MS + MEASURE_MS) / 1000),
    bitrate: Math.round(showBps),
    chunkMs: CHUNK_MS,
    playoutMs: PLAYOUT_MS,
    pairMs: LOOPBACK.pairMs,
    host: { upMbps: LOOPBACK.mbps, rttMs: LOOPBACK.rttMs, nat: 'open' },
    classes: [
      {
        name: 'loopback',
        share: 1,
        downMbps: LOOPBACK.mbps,
        upMbps: LOOPBACK.mbps,
        rttMs: LOOPBACK.rttMs,
        nat: 'open',
        relays,
      },
    ],
    arrivals: [{ viewers, overS: joinS }],
  });
  const simulation = new Simulation(scenario, 1);
  // The bench gives the host a limit, as its page lets people do; a thin line would have to be discovered first.
  for (const peer of simulation.world.peers.values()) {
    if (peer.host) peer.take({ type: 'limits', uplinkBps: hostBps, relays: true });
  }
  return simulation.run(
    () => performance.now(),
    () => undefined,
  );
}
