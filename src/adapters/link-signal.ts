import type { SimplePeerSignal } from 'simple-peer/simplepeer.min.js';

/** Bounds what a neighbour can make us read. A description takes 80 to 130 characters, a candidate 45 to 120. */
const MAX_SIGNAL_CHARS = 8 * 1024;

/** Candidates worth taking from one neighbour. Chosen: a laptop with many interfaces has about 20. */
export const MAX_CANDIDATES = 64;

/** What all browsers take, bytes. @see RFC 8841, section 6 */
const MESSAGE_BYTES = 256 * 1024;

/** As far as it matters: what browsers add (generation, network, cost) is their own affair. @see RFC 8839, section 5.1 */
const CANDIDATE =
  /^candidate:\S{1,32} [12] (?:udp|tcp) \d+ \S{1,64} \d+ typ [a-z]+(?: raddr \S{1,64} rport \d+)?(?: tcptype [a-z]+)?/i;
const MAX_CANDIDATE_CHARS = 256;
/** Browsers call over TCP, but none listens: such a candidate is of use to nobody. @see RFC 6544, section 4.5 */
const CALLS_ONLY = / tcptype active$/i;

/** `offer` or `answer`, name and password of the ICE agent, fingerprint in base64, and the name of the media section. */
const DESCRIPTION = /^(offer|answer) ([A-Za-z\d+/]{4,256}) ([A-Za-z\d+/]{22,256}) ([A-Za-z\d+/]{43}) (\S{1,16})$/;
const FINGERPRINT_BYTES = 32;

/**
 * What one end of a link says of itself, without all that every description of a lone data channel has in common: a
 * sixth of its length, and a newcomer's eight calls pass through the host's own line. Null for what is not worth sending.
 */
export function writeSignal(signal: SimplePeerSignal): string | null {
  if (signal.type === 'candidate') {
    const line = CANDIDATE.exec(signal.candidate.candidate ?? '')?.[0];
    return line === undefined || CALLS_ONLY.test(line) ? null : line;
  }
  const { type, sdp } = signal;
  const valueOf = (name: string): string => new RegExp(`^a=${name}:(.*?)\\r?$`, 'm').exec(sdp)?.[1] ?? '';
  const [, hex = ''] = /^sha-256 ([\dA-F:]+)$/i.exec(valueOf('fingerprint')) ?? [];
  const bytes = hex.split(':').map((byte) => Number.parseInt(byte, 16));
  const fingerprint = btoa(String.fromCharCode(...bytes)).replace('=', '');
  return [type, valueOf('ice-ufrag'), valueOf('ice-pwd'), fingerprint, valueOf('mid')].join(' ');
}

/** Reads what claims to be signals of the other side, one a line; null when one is malformed. Never throws. */
export function readSignals(data: string): SimplePeerSignal[] | null {
  if (data.length > MAX_SIGNAL_CHARS) return null;
  const lines = data.split('\n');
  const signals = lines.flatMap((line) => readCandidate(line) ?? readDescription(line) ?? []);
  return signals.length === lines.length ? signals : null;
}

function readCandidate(line: string): SimplePeerSignal | null {
  if (line.length > MAX_CANDIDATE_CHARS || CANDIDATE.exec(line)?.[0] !== line) return null;
  return { type: 'candidate', candidate: { candidate: line, sdpMLineIndex: 0 } };
}

/** One data channel and nothing else: a neighbour can't make us set up audio or video. */
function readDescription(line: string): SimplePeerSignal | null {
  const [, type, name, password, fingerprint = '', mid] = DESCRIPTION.exec(line) ?? [];
  if (type !== 'offer' && type !== 'answer') return null;
  const hex = Array.from(atob(fingerprint), (letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'));
  if (hex.length !== FINGERPRINT_BYTES) return null;
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${String(mid)}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${String(name)}`,
    `a=ice-pwd:${String(password)}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${hex.join(':').toUpperCase()}`,
    // Whoever answers begins, in every browser. @see RFC 8829, section 5.3.1
    `a=setup:${type === 'offer' ? 'actpass' : 'active'}`,
    `a=mid:${String(mid)}`,
    'a=sctp-port:5000',
    `a=max-message-size:${String(MESSAGE_BYTES)}`,
  ];
  return { type, sdp: lines.map((text) => `${text}\r\n`).join('') };
}
