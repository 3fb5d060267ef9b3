import { PUBLIC_KEY_BYTES } from '../../../src/core/identity.ts';
import {
  type CensusRecord,
  type ChunkName,
  type Message,
  PEER_ID_BYTES,
  PROTOCOL,
  SHORT_ID_BYTES,
} from '../../../src/core/messages.ts';
import { pieceOverhead } from '../../../src/core/wire.ts';

/** Bytes of a number as lib0 writes it: seven bits each. */
function varUint(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

/** More than this is never written. */
const count = (value: number, most = 1_000_000): number => varUint(Math.min(value, most));
const chunkName = ({ sequence }: ChunkName): number => 4 + varUint(sequence);
const recordBytes = ({ parents, depths, sentBps }: CensusRecord): number =>
  SHORT_ID_BYTES * (1 + parents.length) + depths.length + varUint(sentBps);
/** Of plain ASCII, as all of ours is. */
const varText = (text: string): number => varUint(text.length) + text.length;

/** Bytes that `encodeMessage` would make of a message, without making them. */
export function messageBytes(message: Message): number {
  switch (message.type) {
    case 'piece':
      return message.bytes.length + pieceOverhead(message.header, message.path.length);
    case 'status': {
      const { newest } = message;
      const name = newest ? chunkName(newest) + 1 : 0;
      return (
        1 +
        message.depths.length +
        count(message.free) +
        message.below.reduce(
          (sum, below, stripe) => sum + count(below) + (below > 0 ? count(message.whole[stripe] ?? 0) : 0),
          0,
        ) +
        1 +
        name +
        message.via.length * 2
      );
    }
    case 'members':
      return message.members.reduce((sum, { free }) => sum + PEER_ID_BYTES + count(free) + 2, 2);
    case 'ping':
      return 9 + varUint(message.padding) + message.padding;
    case 'pong':
      return 29 + varUint(message.padding);
    case 'subscribe':
      return 3 + count(message.spare);
    case 'begin':
    case 'unsubscribe':
    case 'subscribed':
      return 2;
    case 'refused':
      return 3 + count(message.free) + (message.instead === null ? 0 : PEER_ID_BYTES);
    case 'want':
    case 'lack':
      return 2 + chunkName(message.chunk) + message.indices.length;
    case 'signal':
      return 5 + PEER_ID_BYTES * 2 + varText(message.data);
    case 'end':
      return 1 + varUint(message.header.encoded.length) + message.header.encoded.length;
    case 'hello':
      return (
        2 + varUint(PROTOCOL) + varText(message.streamId) + PEER_ID_BYTES + (message.publicKey ? PUBLIC_KEY_BYTES : 0)
      );
    case 'shun':
      return 1 + PEER_ID_BYTES;
    case 'census':
      return 1 + varUint(message.round);
    case 'report':
      return message.records.reduce((sum, record) => sum + recordBytes(record), 2 + varUint(message.round));
    case 'room':
    case 'past':
      return 1 + varUint(message.data.length) + message.data.length;
    case 'bye':
      return 1;
  }
}
