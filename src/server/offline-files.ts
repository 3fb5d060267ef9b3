import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const WORKER = 'service-worker.js';
/** Served anew each time, and only for link previews. */
const NOT_COPIED = new Set(['config.json', 'preview.png']);
/** A megabyte for the few who take recordings along for every player: it comes when they do. */
const COMES_WHEN_NEEDED = 'assets/aac-sound-';

/** While developing, a worker of an earlier build must not stand between the page and its sources. */
const RETIRE = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await registration.unregister();
  for (const client of await clients.matchAll()) void client.navigate(client.url);
})()));
`;

/** Adds the service worker to the build, and puts the list of all files and a hash of them into it. */
export function offlineCopy(): Plugin {
  let publicDir = '';
  return {
    name: 'offline-copy',
    configResolved(config) {
      ({ publicDir } = config);
    },
    buildStart() {
      if (this.meta.watchMode || this.environment.mode === 'dev') return;
      this.emitFile({ type: 'chunk', id: 'src/adapters/offline/service-worker.ts', fileName: WORKER });
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[WORKER];
        if (worker?.type !== 'chunk') return;
        const isCopied = (name: string): boolean =>
          name !== WORKER && name !== 'index.html' && !name.startsWith(COMES_WHEN_NEEDED);
        const built = Object.keys(bundle).filter(isCopied);
        const given = readdirSync(publicDir, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && !NOT_COPIED.has(entry.name))
          .map((entry) => join(entry.parentPath, entry.name));
        const page = bundle['index.html'];
        const hash = createHash('sha256').update(built.toSorted().join('\n')); // their names carry hashes
        if (page?.type === 'asset') hash.update(page.source);
        for (const file of given) hash.update(readFileSync(file));
        const files = ['./', ...built, ...given.map((file) => file.slice(publicDir.length + 1).replaceAll('\\', '/'))];
        const list = JSON.stringify({ version: hash.digest('hex').slice(0, 12), files: files.toSorted() });
        worker.code = worker.code.replaceAll('__PRECACHE__', () => list);
      },
    },
    configureServer(server) {
      server.middlewares.use(`/${WORKER}`, (_request, response) => {
        response.setHeader('Content-Type', 'text/javascript').setHeader('Cache-Control', 'no-store').end(RETIRE);
      });
    },
  };
}
