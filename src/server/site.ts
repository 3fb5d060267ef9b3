import express, { type RequestHandler } from 'express';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { lanAddresses, type SiteAddresses, siteAddresses } from './addresses.ts';
import { mountBroker } from './broker.ts';
import { selfSignedCertificate } from './certificate.ts';
import { embeddedConfig } from './embedded-config.ts';
import { onOnePort } from './one-port.ts';
import { OpenShows } from './open-shows.ts';
import { type SiteOptions, StartError } from './options.ts';
import { isPassedOn, ownAddresses } from './own-addresses.ts';

/** Answers with the pages themselves: the built files, or Vite. It may take the server for hot reload. */
export interface Pages {
  readonly handler: RequestHandler;
  close(): Promise<void>;
}
export type OpenPages = (server: HttpServer | HttpsServer) => Promise<Pages>;

/** A site that is up. */
export interface Site {
  readonly addresses: SiteAddresses;
  close(): Promise<void>;
}

/** Serves pages, `/config.json` and the broker on one port, with `https` in both ways. @throws StartError when the port can't be had */
export async function serveSite(options: SiteOptions, openPages: OpenPages): Promise<Site> {
  const lan = lanAddresses(networkInterfaces());
  const app = express().disable('x-powered-by');
  const plain = createHttpServer(app);
  const secure = options.https ? createHttpsServer(await selfSignedCertificate(lan), app) : null;
  const servers = secure ? [secure, plain] : [plain];
  const port = secure ? onOnePort(secure, plain) : { server: plain, close: () => void plain.close() };

  const shows = new OpenShows();
  const dropClients = mountBroker(app, servers, shows);
  shows.mount(app);
  let addresses: SiteAddresses | undefined;
  app.get('/config.json', ({ socket, headers }, response) => {
    const own = ownAddresses(socket.remoteAddress, isPassedOn(headers), lan);
    const siteUrl = addresses?.watching[0] ?? addresses?.network[0];
    response.set('Cache-Control', 'no-store').json(embeddedConfig(siteUrl, secure !== null, own));
  });
  const pages = await openPages(secure ?? plain);
  app.use(pages.handler);

  const close = async () => {
    dropClients();
    await pages.close();
    for (const server of servers) server.closeAllConnections();
    port.close();
  };
  try {
    const bound = await listen(port.server, options);
    addresses = siteAddresses({ ...options, port: bound }, lan);
    return { addresses, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(server: Server, { port, host }: SiteOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)));
    server.listen({ port, ...(host === null ? {} : { host }) }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function listenError(cause: NodeJS.ErrnoException, port: number, host: string | null): StartError {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new StartError(`Port ${port} is in use. Stop what runs there, or take another: npm start -- --port 4200`, {
        cause,
      });
    case 'EACCES':
      return new StartError(`Port ${port} needs special rights. Take one above 1023: npm start -- --port 4200`, {
        cause,
      });
    default:
      return new StartError(`Can't listen on ${host ?? 'this computer'}, port ${port}: ${cause.message}`, { cause });
  }
}
