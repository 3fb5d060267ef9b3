import type { PeerId } from '../core/messages.ts';
import { MeshNode, type MeshNodeOptions, type MeshNodePorts } from './mesh-node.ts';
import { Past } from './past/past.ts';
import { Room, type RoomEntrance } from './room.ts';
import type { RelaySettings } from './sessions.ts';
import type { OwnShow } from './own-show.ts';

export interface GatheringOptions {
  readonly peerId: PeerId;
  readonly show: OwnShow;
  /** The show's rate until there is one, bit/s. */
  readonly nominalBps: number;
  readonly limits: RelaySettings;
  /** Null when there is no room. */
  readonly entrance: RoomEntrance | null;
  readonly onNotice: MeshNodeOptions['onNotice'];
}

/**
 * The host's door, its place in the mesh, and the room: open from before the show until the page is left, so that those
 * who come early meet and talk, and those who stay talk on.
 */
export class Gathering {
  readonly node: MeshNode;
  readonly room: Room | null;
  /** What there is of the show, so far or once it is over. */
  readonly past: Past;

  constructor(ports: MeshNodePorts, { peerId, show, nominalBps, limits, entrance, onNotice }: GatheringOptions) {
    this.node = new MeshNode(ports, {
      peerId,
      streamId: show.streamId,
      publicKey: show.signer.publicKey,
      host: true,
      nominalBps,
      onChunk: () => undefined,
      onEnded: () => undefined,
      onNobody: () => undefined,
      onNotice,
      onRoom: (from, data) => this.room?.heard(from, data),
      onPast: (from, data) => this.past.heard(from, data),
    });
    this.past = new Past(ports, {
      streamId: show.streamId,
      host: true,
      node: this.node,
      passesOn: () => true,
      isWanted: () => false, // it has the recording
      onOffered: () => undefined,
      onFound: () => undefined,
    });
    this.room =
      entrance &&
      new Room(ports, {
        streamId: show.streamId,
        peerId,
        host: true,
        node: this.node,
        entrance,
        onBanned: () => undefined, // nobody can ban the host
      });
    this.limit(limits);
  }

  limit({ uplinkMbps }: RelaySettings): void {
    this.node.limit(uplinkMbps === null ? null : uplinkMbps * 1_000_000, true);
  }

  /** Leaves the mesh. */
  close(): void {
    this.room?.close();
    this.past.close();
    this.node.close();
  }
}
