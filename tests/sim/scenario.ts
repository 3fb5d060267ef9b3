import { type Fields, field, fieldsOf, invalid, listOf, numberIn, oneOf, optional, text } from './scenario-fields.ts';

/** How a peer's router treats UDP. `open`: reachable by all; `blocked`: no UDP at all. */
export type Nat = 'open' | 'independent' | 'symmetric' | 'blocked';
export type AttackKind = 'pollute' | 'freeride' | 'lie' | 'flood' | 'eclipse';

/** One kind of access line and its share of the viewers. */
export interface ViewerClass {
  readonly name: string;
  readonly share: number;
  readonly downMbps: number;
  readonly upMbps: number;
  readonly rttMs: number;
  readonly nat: Nat;
  readonly relays: boolean;
}

export type Fault =
  | { readonly type: 'kill'; readonly atS: number; readonly share: number }
  | { readonly type: 'host-away'; readonly atS: number; readonly forS: number }
  | { readonly type: 'partition'; readonly atS: number; readonly share: number; readonly forS: number };

/** A show to simulate: everything given, defaults filled in. */
export interface Scenario {
  readonly name: string;
  readonly durationS: number;
  /** bit/s */
  readonly bitrate: number;
  readonly chunkMs: number;
  readonly host: { readonly upMbps: number; readonly rttMs: number; readonly nat: Nat };
  /** Median of the one-way delay between two peers, beside their access delays. */
  readonly pairMs: number;
  readonly playoutMs: number;
  readonly classes: readonly ViewerClass[];
  /** Bursts, one after the other. */
  readonly arrivals: readonly { readonly viewers: number; readonly overS: number }[];
  readonly stay: readonly { readonly share: number; readonly medianS: number | 'end' }[];
  readonly lossPercent: number;
  readonly faults: readonly Fault[];
  readonly attackers: readonly { readonly share: number; readonly kind: AttackKind }[];
}

const NATS = ['open', 'independent', 'symmetric', 'blocked'] as const;
const KINDS = ['pollute', 'freeride', 'lie', 'flood', 'eclipse'] as const;
/** Bounds on what is simulated at all (chosen: an hour, a large town's Internet access, the other side of the moon). */
const MAX_S = 3_600;
const MAX_MBPS = 100_000;
const MAX_MS = 5_000;
const MAX_VIEWERS = 200_000;

/**
 * Reads a scenario from parsed JSON.
 * @throws InvalidField naming the first field that is impossible, missing or unknown
 */
export function parseScenario(json: unknown): Scenario {
  const fields = fieldsOf(json, '', [
    'name',
    'durationS',
    'bitrate',
    'chunkMs',
    'host',
    'pairMs',
    'playoutMs',
    'classes',
    'arrivals',
    'stay',
    'lossPercent',
    'faults',
    'attackers',
  ]);
  const durationS = field(fields, 'durationS', numberIn(1, MAX_S));
  const scenario: Scenario = {
    name: field(fields, 'name', text),
    durationS,
    bitrate: field(fields, 'bitrate', numberIn(10_000, 50_000_000)),
    chunkMs: optional(fields, 'chunkMs', numberIn(20, 2_000), 100),
    host: field(fields, 'host', parseHost),
    pairMs: optional(fields, 'pairMs', numberIn(0, MAX_MS), 15),
    playoutMs: optional(fields, 'playoutMs', numberIn(1, 60_000), 1_000),
    classes: field(fields, 'classes', listOf(parseClass, 1)),
    arrivals: field(fields, 'arrivals', listOf(parseBurst, 1)),
    stay: optional(fields, 'stay', listOf(parseStay, 1), [{ share: 1, medianS: 'end' }]),
    lossPercent: optional(fields, 'lossPercent', numberIn(0, 50), 0),
    faults: optional(fields, 'faults', listOf(parseFault(durationS), 0), []),
    attackers: optional(fields, 'attackers', listOf(parseAttackers, 0), []),
  };
  sumsToOne(scenario.classes, 'classes');
  sumsToOne(scenario.stay, 'stay');
  if (sum(scenario.attackers.map(({ share }) => share)) > 1) throw invalid('attackers', 'shares above 1 in all');
  const viewers = sum(scenario.arrivals.map((burst) => burst.viewers));
  if (viewers > MAX_VIEWERS) throw invalid('arrivals', `more than ${MAX_VIEWERS} viewers`);
  if (sum(scenario.arrivals.map(({ overS }) => overS)) > durationS) {
    throw invalid('arrivals', 'viewers who come after the end');
  }
  return scenario;
}

function parseHost(json: unknown, path: string): Scenario['host'] {
  const fields = fieldsOf(json, path, ['upMbps', 'rttMs', 'nat']);
  return {
    upMbps: field(fields, 'upMbps', numberIn(0.01, MAX_MBPS)),
    rttMs: field(fields, 'rttMs', numberIn(0, MAX_MS)),
    nat: optional(fields, 'nat', oneOf(NATS), 'independent'),
  };
}

function parseClass(json: unknown, path: string): ViewerClass {
  const fields = fieldsOf(json, path, ['name', 'share', 'downMbps', 'upMbps', 'rttMs', 'nat', 'relays']);
  return {
    name: field(fields, 'name', text),
    share: field(fields, 'share', numberIn(0, 1)),
    downMbps: field(fields, 'downMbps', numberIn(0.01, MAX_MBPS)),
    upMbps: field(fields, 'upMbps', numberIn(0, MAX_MBPS)),
    rttMs: field(fields, 'rttMs', numberIn(0, MAX_MS)),
    nat: optional(fields, 'nat', oneOf(NATS), 'independent'),
    relays: optional(fields, 'relays', oneOf([true, false]), true),
  };
}

function parseBurst(json: unknown, path: string): Scenario['arrivals'][number] {
  const fields = fieldsOf(json, path, ['viewers', 'overS']);
  const viewers = field(fields, 'viewers', numberIn(0, MAX_VIEWERS));
  if (!Number.isInteger(viewers)) throw invalid(`${path}.viewers`, 'not a whole number');
  return { viewers, overS: field(fields, 'overS', numberIn(0, MAX_S)) };
}

function parseStay(json: unknown, path: string): Scenario['stay'][number] {
  const fields = fieldsOf(json, path, ['share', 'medianS']);
  const medianS = (value: unknown, at: string): number | 'end' =>
    value === 'end' ? 'end' : numberIn(0.1, 1_000_000)(value, at);
  return { share: field(fields, 'share', numberIn(0, 1)), medianS: field(fields, 'medianS', medianS) };
}

const parseFault =
  (durationS: number) =>
  (json: unknown, path: string): Fault => {
    const fields = fieldsOf(json, path, ['atS', 'kill', 'hostAwayS', 'partitionShare', 'forS']);
    const { values } = fields;
    const kinds = ['kill', 'hostAwayS', 'partitionShare'].filter((name) => name in values);
    const [kind, second] = kinds;
    if (kind === undefined) throw invalid(path, 'needs one of kill, hostAwayS, partitionShare');
    if (second !== undefined) throw invalid(`${path}.${second}`, `not together with ${kind}`);
    if ('forS' in values && kind !== 'partitionShare') throw invalid(`${path}.forS`, `not together with ${kind}`);
    const atS = field(fields, 'atS', numberIn(0, durationS));
    const share = numberIn(0, 1);
    const forS = numberIn(0.1, MAX_S);
    if (kind === 'kill') return { type: 'kill', atS, share: field(fields, 'kill', share) };
    if (kind === 'hostAwayS') return { type: 'host-away', atS, forS: field(fields, 'hostAwayS', forS) };
    return {
      type: 'partition',
      atS,
      share: field(fields, 'partitionShare', share),
      forS: field(fields, 'forS', forS),
    };
  };

function parseAttackers(json: unknown, path: string): Scenario['attackers'][number] {
  const fields = fieldsOf(json, path, ['share', 'kind']);
  return { share: field(fields, 'share', numberIn(0, 1)), kind: field(fields, 'kind', oneOf(KINDS)) };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function sumsToOne(parts: readonly { readonly share: number }[], path: Extract<keyof Fields['values'], string>): void {
  const total = sum(parts.map(({ share }) => share));
  if (Math.abs(total - 1) > 1e-6) throw invalid(path, `shares add up to ${total}, not to 1`);
}
