import { join } from 'node:path';
import { createServer } from 'vite';
import type { OpenPages } from './site.ts';
import { runFromTerminal } from './terminal.ts';

const root = join(import.meta.dirname, '..', '..');

const pagesWithHotReload: OpenPages = async (server) => {
  const vite = await createServer({
    root,
    appType: 'mpa',
    logLevel: 'warn',
    // Hot reload's WebSocket shares the server; Vite knows its own upgrades by their subprotocol.
    server: { middlewareMode: true, hmr: { server } },
  });
  return { handler: vite.middlewares, close: () => vite.close() };
};

await runFromTerminal(pagesWithHotReload);
