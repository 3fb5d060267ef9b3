/**
 * Takes the place of `webrtc-adapter` in PeerJS (see `vite.config.ts`), of which only the way to the broker is used: there is
 * nothing of WebRTC to adapt, and each viewer would load ten kilobytes for it. PeerJS asks it for the browser's name only.
 */
export default { browserDetails: { browser: 'any', version: 0 } };
