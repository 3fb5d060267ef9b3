/**
 * Of the viewers a stripe may fail to reach so many before the crowd is short of lines: a share of them, and one, who may have
 * reasons of its own (chosen).
 */
const MISSED_SHARE = 0.15;
const MISSED_VIEWERS = 1;
/** Where it fails to reach such a share of those who are there, room is of no use either (chosen: most of them find it otherwise). */
const STARVING_SHARE = 0.5;
/** Where more than this share does not have all of it the rate does not rise (chosen). */
const STEADY_SHARE = 0.05;
/** Newcomers find everybody they need, and have had it for a while, in about so long, s: before they count little (chosen). */
const SETTLING_S = 4;
/**
 * The crowd has to be short for so long, ms: of stripes that reach it, of a show that comes whole (chosen: a break heals within two
 * seconds, and for two more it is remembered).
 */
const SHORT_MS = 3_000;
const BROKEN_MS = 5_000;
/** What remains of the rate then: as much as is supplied, within these (chosen: what is said of it is said by few, and late). */
const LEAST_LEFT = 0.45;
const MOST_LEFT = 0.85;
/** However short the crowd, so much of the wish remains: who is believed about it may lie (chosen). */
const LEAST_SHARE = 0.25;
/** There has to be room in the crowd for so long, ms, before the rate rises (chosen: slots follow the rate in seconds). */
const ROOMY_MS = 5_000;
/** Without room it stays for so long after a fall, ms; after each that follows such a rise for twice as long (chosen). */
const FIRST_STAY_MS = 20_000;
const MOST_STAY_MS = 600_000;
/** The rise of each second after that, with room and without (chosen: what is too much shows after seconds only). */
const ROOMY_RISE = 0.02;
const FULL_RISE = 0.005;

/** How the crowd is supplied. */
export interface SupplyReport {
  readonly viewers: number;
  /** Of the viewers, those whom a stripe reaches: the mean of all stripes. */
  readonly reached: number;
  /** Those of them to whom all of it comes, and in time. */
  readonly whole: number;
  /** Whether those near the host could feed more. */
  readonly hasRoom: boolean;
}

/** What the crowd's lines allow the show. */
export interface Supply {
  /** The most that the show may take, bit/s; infinite while nobody is short of it. */
  readonly ceilingBps: number;
  /** The viewers, newcomers by and by. */
  readonly settled: number;
  /** Since when the crowd has been short, and since when there has been room, ms; null: it is not, there is none. */
  readonly shortSinceMs: number | null;
  readonly roomSinceMs: number | null;
  /** When it fell last, ms, and how long it stays after that without room. */
  readonly fellMs: number;
  readonly stayMs: number;
  /** When it was looked at last, ms. */
  readonly lastMs: number;
}

/** Nothing is known against the wish. */
export function startSupply(nowMs: number): Supply {
  return {
    ceilingBps: Number.POSITIVE_INFINITY,
    settled: 0,
    shortSinceMs: null,
    roomSinceMs: null,
    fellMs: Number.NEGATIVE_INFINITY,
    stayMs: FIRST_STAY_MS,
    lastMs: nowMs,
  };
}

/**
 * Brings the rate down while the crowd lacks the lines for it, and back up carefully: a picture that all can have is worth
 * more than a finer one that nobody has whole. Where something is missing although there is room, people only have to find
 * each other. Call it a few times a second.
 */
export function decideSupply(
  before: Supply,
  { viewers, reached, whole, hasRoom }: SupplyReport,
  wishBps: number,
  targetBps: number,
  nowMs: number,
): Supply {
  const elapsedS = Math.min(1, (nowMs - before.lastMs) / 1000);
  const more = (viewers - before.settled) * Math.min(1, elapsedS / SETTLING_S);
  const settled = Math.min(viewers, before.settled + more);
  const missed = settled - whole;
  const isStarving = settled - reached > Math.max(MISSED_VIEWERS, STARVING_SHARE * settled);
  const isShort = isStarving || missed > Math.max(MISSED_VIEWERS, MISSED_SHARE * settled);
  const supply: Supply = {
    ...before,
    settled,
    shortSinceMs: isShort ? (before.shortSinceMs ?? nowMs) : null,
    roomSinceMs: hasRoom ? (before.roomSinceMs ?? nowMs) : null,
    lastMs: nowMs,
  };
  if (!isShort && missed > Math.max(MISSED_VIEWERS, STEADY_SHARE * settled)) return supply;
  if (!isShort) return risen(supply, wishBps, elapsedS, nowMs);
  const isUnreached = isStarving || settled - reached > Math.max(MISSED_VIEWERS, MISSED_SHARE * settled);
  if (nowMs - (supply.shortSinceMs ?? nowMs) < (isUnreached ? SHORT_MS : BROKEN_MS)) return supply;
  if (hasRoom && !isStarving) return supply;
  const left = Math.min(MOST_LEFT, Math.max(LEAST_LEFT, whole / settled));
  const hadRisen = nowMs - supply.fellMs >= supply.stayMs && supply.ceilingBps < Number.POSITIVE_INFINITY;
  return {
    ...supply,
    ceilingBps: Math.max(LEAST_SHARE * wishBps, left * Math.min(targetBps, supply.ceilingBps)),
    shortSinceMs: null,
    fellMs: nowMs,
    stayMs: hadRisen ? Math.min(MOST_STAY_MS, 2 * supply.stayMs) : supply.stayMs,
  };
}

/** Once nobody has been short for long enough, up to the wish. */
function risen(supply: Supply, wishBps: number, elapsedS: number, nowMs: number): Supply {
  const { ceilingBps, roomSinceMs, fellMs, stayMs } = supply;
  const isRoomy = roomSinceMs !== null && nowMs - Math.max(roomSinceMs, fellMs) >= ROOMY_MS;
  if (ceilingBps >= wishBps || !(isRoomy || nowMs - fellMs >= stayMs)) return supply;
  const nextBps = ceilingBps * (1 + (isRoomy ? ROOMY_RISE : FULL_RISE)) ** elapsedS;
  return { ...supply, ceilingBps: nextBps < wishBps ? nextBps : Number.POSITIVE_INFINITY };
}
