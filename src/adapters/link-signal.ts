import type { SimplePeerSignal } from 'simple-peer/simplepeer.min.js';

/** Bounds what a neighbour can make us parse. Descriptions of a lone data channel take about 0.6 kB. */
const MAX_SIGNAL_CHARS = 16 * 1024;
/** Chosen; a candidate line is 100 to 200 characters long. */
const MAX_CANDIDATE_CHARS = 1024;

/** Candidates worth taking from one neighbour. Chosen: a laptop with many interfaces has about 20. */
export const MAX_CANDIDATES = 64;

/** @see RFC 8839, section 5.1; an empty one ends the list */
const CANDIDATE = /^(candidate:\S+ \d+ \S+ \d+ \S+ \d+ typ .+)?$/;

type Fields = Readonly<Partial<Record<string, unknown>>>;

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

/** One data channel and nothing else: a neighbour can't make us set up audio or video. */
function isDataOnly(sdp: string): boolean {
  const media = sdp.match(/^m=\w+/gm) ?? [];
  return sdp.startsWith('v=0') && media.length === 1 && media[0] === 'm=application';
}

function parseCandidate(value: unknown): RTCIceCandidateInit | null {
  const { candidate, sdpMid, sdpMLineIndex } = fieldsOf(value);
  if (typeof candidate !== 'string' || candidate.length > MAX_CANDIDATE_CHARS || !CANDIDATE.test(candidate))
    return null;
  const mid = typeof sdpMid === 'string' && sdpMid.length <= 16 ? sdpMid : null;
  const line = typeof sdpMLineIndex === 'number' && Number.isInteger(sdpMLineIndex) && sdpMLineIndex >= 0;
  if (mid === null && !line) return null;
  return { candidate, sdpMid: mid, sdpMLineIndex: line ? sdpMLineIndex : null };
}

/** Reads what claims to be a signal of the other side; null when it is malformed. Never throws. */
export function parseSignal(data: string): SimplePeerSignal | null {
  if (data.length > MAX_SIGNAL_CHARS) return null;
  let fields: Fields;
  try {
    fields = fieldsOf(JSON.parse(data));
  } catch {
    return null;
  }
  const { type, sdp } = fields;
  if (type === 'offer' || type === 'answer') return typeof sdp === 'string' && isDataOnly(sdp) ? { type, sdp } : null;
  if (type !== 'candidate') return null;
  const candidate = parseCandidate(fields['candidate']);
  return candidate && { type, candidate };
}
