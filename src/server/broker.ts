import type { Express } from 'express';
import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { ExpressPeerServer } from 'peer';
import { WebSocketServer } from 'ws';
import { BROKER_PATH } from './embedded-config.ts';
import type { OpenShows } from './open-shows.ts';

/** Where PeerJS opens its WebSocket: its own name below the path. */
const SOCKET_PATH = `${BROKER_PATH}/peerjs`;
/** Milliseconds until the id of a frozen page is free again; the default of 90 s keeps a reloading host out too long. */
const ALIVE_TIMEOUT_MS = 20_000;
/** A knock waits so long for a host who is just reloading, before the newcomer is told that nobody is there. Chosen. */
const EXPIRE_TIMEOUT_MS = 2000;
/** Chosen: what is said at a door takes 11 KiB at most. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * Mounts a PeerServer. It gets only the WebSocket upgrades of its own path, never the HTTP server itself: it would take
 * every upgrade, and hot reload lives on another one.
 * @param shows hears who comes and goes
 * @returns the way to drop everyone who is connected
 */
export function mountBroker(
  app: Express,
  servers: readonly (HttpServer | HttpsServer)[],
  shows: OpenShows,
): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const [first] = servers;
  if (!first) throw new RangeError('a broker needs a server');
  const broker = ExpressPeerServer(first, {
    path: '/',
    alive_timeout: ALIVE_TIMEOUT_MS,
    expire_timeout: EXPIRE_TIMEOUT_MS,
    createWebSocketServer: () => sockets,
  });
  // One client's broken or oversized frame costs that client its socket; unheard, it would end the whole process.
  broker.on('error', () => undefined);
  const addresses = new WeakMap<object, string | undefined>();
  broker.on('connection', (client) => shows.opened(client.getId(), addresses.get(client.getSocket() ?? {})));
  broker.on('disconnect', (client) => shows.closed(client.getId()));
  app.use(BROKER_PATH, broker);
  for (const server of servers) {
    server.on('upgrade', (request, socket, head) => {
      const path = request.url?.split('?', 1)[0];
      if (path === SOCKET_PATH) {
        sockets.handleUpgrade(request, socket, head, (client) => {
          addresses.set(client, request.socket.remoteAddress);
          sockets.emit('connection', client, request);
        });
      } else if (server.listenerCount('upgrade') === 1) {
        socket.destroy(); // nobody else would answer
      }
    });
  }
  return () => {
    for (const client of sockets.clients) client.terminate();
  };
}
