import express, { type RequestHandler } from 'express';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { networkInterfaces } from 'node:os';
import { lanAddresses, type SiteAddresses, siteAddresses } from './addresses.ts';
import { mountBroker } from './broker.ts';
import { selfSignedCertificate } from './certificate.ts';
import { embeddedConfig } from './embedded-config.ts';
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

/** Serves pages, `/config.json` and the broker on one port. @throws StartError when the port can't be had */
export async function serveSite(options: SiteOptions, openPages: OpenPages): Promise<Site> {
  const lan = lanAddresses(networkInterfaces());
  const app = express().disable('x-powered-by');
  const server = options.https ? createHttpsServer(await selfSignedCertificate(lan), app) : createHttpServer(app);

  const shows = new OpenShows();
  const dropClients = mountBroker(app, server, shows);
  shows.mount(app);
  let addresses: SiteAddresses | undefined;
  app.get('/config.json', ({ socket, headers }, response) => {
    const own = ownAddresses(socket.remoteAddress, isPassedOn(headers), lan);
    response.set('Cache-Control', 'no-store').json(embeddedConfig(addresses?.network[0], own));
  });
  const pages = await openPages(server);
  app.use(pages.handler);

  const close = async () => {
    dropClients();
    await pages.close();
    server.closeAllConnections();
    server.close();
  };
  try {
    const port = await listen(server, options);
    addresses = siteAddresses({ ...options, port }, lan);
    return { addresses, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listen(server: HttpServer | HttpsServer, { port, host }: SiteOptions): Promise<number> {
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
