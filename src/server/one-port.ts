import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';

/** The first byte of a TLS connection: a record of the handshake. @see RFC 8446, section 5.1 */
const TLS_HANDSHAKE = 22;
/** Whoever connects and says nothing is let go after this, ms (chosen). */
const SILENT_MS = 20_000;

/**
 * One port for both: connections that begin as TLS does go to the one server, all others to the other. So viewers meet no
 * warning about a certificate, and whoever comes by `http` to go live can be told about it first.
 */
export function onOnePort(secure: HttpsServer, plain: HttpServer): { readonly server: Server; close(): void } {
  const unheard = new Set<Socket>();
  const server = createServer((socket) => {
    unheard.add(socket);
    const give = (): void => void socket.destroy();
    socket.setTimeout(SILENT_MS, give);
    socket.on('error', give);
    socket.once('close', () => unheard.delete(socket));
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null;
      unheard.delete(socket);
      if (first === null) {
        give();
        return;
      }
      socket.off('timeout', give).setTimeout(0);
      socket.off('error', give);
      socket.unshift(first);
      (first[0] === TLS_HANDSHAKE ? secure : plain).emit('connection', socket);
    });
  });
  const close = (): void => {
    for (const socket of unheard) socket.destroy();
    server.close();
  };
  return { server, close };
}
