/**
 * Takes the place of `peerjs-js-binarypack` in PeerJS (see `vite.config.ts`): it packs what goes through PeerJS' own data
 * connections, of which none is ever opened, and each viewer would load four kilobytes for it.
 */
function unused(): never {
  throw new Error('PeerJS is only used for its way to the broker');
}

export { unused as pack, unused as unpack };
