import { ChatSwarm, type Page } from './chat-swarm.ts';
import { quantile } from './room.ts';

/** Between two messages while people talk, ms. */
const PAUSE_MS = 250;
/** So long anything may take before it counts as never, ms. */
const PATIENCE_MS = 60_000;

/** What came of it, ms. */
export interface ChatFigures {
  readonly viewers: number;
  readonly messages: number;
  /** Of a message, from writing to seeing, at everybody who had a chat connection. */
  readonly delayMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** From the last one's joining until all had one room: who came one by one, all at once, and again. */
  readonly joinedMs: { readonly oneByOne: number; readonly atOnce: number; readonly again: number };
  /** From the moment at which two islands, which had talked, could meet until all had one room. */
  readonly islandsMs: number;
  readonly mostLinks: number;
  /** Honest pages that were cut off in the room. */
  readonly cutOff: number;
}

/** A third comes one by one, the rest at once; people talk; some come again; then the network falls in two for a while. */
export async function chatShow(viewers: number, seed: number): Promise<ChatFigures> {
  const swarm = await ChatSwarm.begin(seed, 240);
  const talk = async (messages: number, who: () => Page = () => swarm.anybody): Promise<void> => {
    for (let count = 0; count < messages; count++) {
      swarm.say(who());
      await swarm.run(PAUSE_MS);
    }
  };
  const staggered = Math.ceil(viewers / 3);
  for (let count = 0; count < staggered; count++) {
    swarm.join();
    if (count % 10 === 5) swarm.say(swarm.anybody);
    await swarm.run(Math.min(300, 20_000 / staggered));
  }
  const oneByOne = await swarm.converged(PATIENCE_MS);
  for (let count = staggered; count < viewers; count++) swarm.join();
  const atOnce = await swarm.converged(PATIENCE_MS);

  const sinceMs = swarm.nowMs;
  await talk(40);
  await swarm.run(3_000);
  const delays = swarm.delays(sinceMs);
  for (const page of [...swarm.pages].filter((one) => one !== swarm.host).slice(0, viewers / 10)) swarm.rejoin(page);
  await talk(8);
  const again = await swarm.converged(PATIENCE_MS);
  let mostLinks = swarm.mostLinks;

  const { world, viewers: peers } = swarm.gathering;
  const island = new Set([...peers].filter((_, at) => at % 3 === 0));
  world.separate(island);
  const [inside, outside] = [[...swarm.pages].filter(({ peer }) => island.has(peer)), swarm.host];
  let turn = 0;
  await talk(40, () => (turn++ % 2 === 0 ? outside : (inside[turn % inside.length] ?? outside)));
  world.separate(null);
  const islandsMs = await swarm.converged(PATIENCE_MS);
  mostLinks = Math.max(mostLinks, swarm.mostLinks);

  return {
    viewers,
    messages: swarm.said.size,
    delayMs: { p50: quantile(delays, 0.5), p95: quantile(delays, 0.95), max: quantile(delays, 1) },
    joinedMs: { oneByOne, atOnce, again },
    islandsMs,
    mostLinks,
    cutOff: swarm.cutOff,
  };
}
